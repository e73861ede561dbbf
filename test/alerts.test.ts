import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { runningService } from './running-service.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

const RULES = join(import.meta.dirname, '../docs/prometheus/rules.yml');
const text = readFileSync(RULES, 'utf8');
const expressions = [...text.matchAll(/^\s+expr: (.+)$/gm)].map(([, expression]) => expression!);
const recorded = [...text.matchAll(/^\s+- record: (\S+)$/gm)].map(([, name]) => name!);
const alerts = [...text.matchAll(/^\s+- alert: (\S+)$/gm)].map(([, name]) => name!);

/** What stands in a query and is no measure. */
const LANGUAGE = ['max', 'min', 'sum', 'rate', 'increase', 'histogram_quantile', 'by'];
/** What Prometheus tells of its own accord. */
const OF_PROMETHEUS = ['up'];

/** The measures of a query: its names outside labels, durations and groupings. */
function measuresOf(expression: string): string[] {
  const bare = expression.replace(/\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)/g, '');
  return [...bare.matchAll(/[a-z_:][\w:]*/gi)]
    .map(([name]) => name)
    .filter((name) => !LANGUAGE.includes(name));
}

describe('the rules for Prometheus', () => {
  const service = runningService();

  test('each has a name and one line that asks, and every alert a summary and a severity', () => {
    assert.ok(alerts.length > 8 && recorded.length > 3);
    assert.equal(expressions.length, alerts.length + recorded.length);
    assert.equal(text.match(/^\s+summary: \S/gm)?.length, alerts.length);
    assert.equal(text.match(/^\s+labels: \{ severity: (?:page|ticket) \}$/gm)?.length, alerts.length);
  });

  test('ask for what the service tells, with routes and values that it has', async () => {
    await fetch(`${service.url}/api/v1/checks`, { method: 'POST' });
    await fetch(`${service.url}/api/v1/me/code`);
    const told = await (await fetch(`${service.url}/metrics`)).text();
    const known = new Set(
      [...told.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name, type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const measures = expressions.flatMap(measuresOf);
    assert.ok(measures.length >= expressions.length);
    assert.deepEqual(
      measures.filter((name) => ![...known, ...recorded, ...OF_PROMETHEUS].includes(name)),
      [],
    );
    const routes = expressions.flatMap((expression) =>
      [...expression.matchAll(/route="[^"]*"/g)].map(String),
    );
    assert.deepEqual(
      routes.filter((route) => !told.includes(route)),
      [],
    );
    // Nobody has to wait here: the measure is there, and says so.
    assert.match(told, /^codes_due_longest_seconds 0$/m);
  });

  test('a measure that the service does not tell would be found', () => {
    assert.deepEqual(measuresOf('sum by (code) (rate(a_total{b="c"}[5m])) / max(d:e) > 0.5'), [
      'a_total',
      'd:e',
    ]);
  });

  test('are read by promtool', whenThere('promtool'), () => {
    const read = spawnSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' });
    assert.equal(read.status, 0, read.stdout + read.stderr);
  });

  test('work in a Prometheus that asks the service', whenThere('prometheus'), async () => {
    const folder = temporaryFolder();
    const port = await freePort();
    const config = join(folder, 'prometheus.yml');
    writeFileSync(config, configFor(new URL(service.url).host));
    const prometheus = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    try {
      const health = async () => {
        const reply = await fetch(`http://127.0.0.1:${port}/api/v1/rules`);
        const { data } = (await reply.json()) as { data: { groups: { rules: { health: string }[] }[] } };
        return data.groups.flatMap(({ rules }) => rules.map((rule) => rule.health));
      };
      const areAllWell = async () =>
        (await health()).filter((each) => each === 'ok').length === expressions.length;
      await until(() => areAllWell().catch(() => false));
    } finally {
      prometheus.kill();
      await once(prometheus, 'exit');
    }
  });
});

function whenThere(program: string): { readonly skip?: string } {
  return spawnSync(program, ['--version']).error ? { skip: `there is no ${program} on the PATH` } : {};
}

function configFor(target: string): string {
  return `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [${JSON.stringify(RULES)}]
scrape_configs: [{ job_name: healthcode, static_configs: [{ targets: [${JSON.stringify(target)}] }] }]
`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
