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
const LANGUAGE = ['max', 'min', 'sum', 'abs', 'rate', 'increase', 'histogram_quantile', 'by', 'or', 'vector'];
/** What Prometheus tells of its own accord. */
const OF_PROMETHEUS = ['up'];

/** The measures of a query: its names outside labels, durations and groupings. */
function measuresOf(expression: string): string[] {
  const bare = expression.replace(/\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)/g, '');
  return [...bare.matchAll(/[a-z_:][\w:]*/gi)]
    .map(([name]) => name)
    .filter((name) => !LANGUAGE.includes(name));
}

const CHECKS = 'http_request_duration_seconds_count{route="/api/v1/checks",method="POST",status=';
const WITHIN = 'http_request_duration_seconds_bucket{route="/api/v1/checks",method="POST",status="200",le=';
const REFUSED = 'http_requests_refused_total{importance="showing"}';
const LOOKS = 'http_request_duration_seconds_bucket{route="/api/v1/me/code",method="GET",status="200",le=';

type Labels = Readonly<Record<string, string>>;
type Case = readonly [what: string, series: Labels, fires: string | undefined, labels?: Labels];

/** What is told every quarter of a minute, which alert has to come of it within ten minutes, and no other, and for what. */
const CASES: readonly Case[] = [
  ['somebody waits for more than a minute', { codes_due_longest_seconds: '61x40' }, 'CodesLag'],
  ['nobody waits for so long', { codes_due_longest_seconds: '59x40' }, undefined],
  [
    'the database is away, so that nobody can tell',
    { codes_due_longest_seconds: 'NaN '.repeat(41) },
    'LagUnknown',
  ],
  [
    'a door is told that nobody can tell, with 200',
    { [`${CHECKS}"200"}`]: '0+100x40', 'door_checks_total{by="code",outcome="unavailable"}': '0+2x40' },
    'DoorsRefused',
  ],
  [
    'a door is turned away',
    { [`${CHECKS}"200"}`]: '0+100x40', [`${CHECKS}"503"}`]: '0+2x40' },
    'DoorsRefused',
  ],
  [
    'a door is answered, and hardly ever not',
    {
      [`${CHECKS}"200"}`]: '0+1000x40',
      [`${CHECKS}"503"}`]: '0+1x40',
      'door_checks_total{by="code",outcome="unavailable"}': '0+1x40',
      'door_checks_total{by="code",outcome="deny"}': '0+500x40',
    },
    undefined,
  ],
  [
    'two of a hundred doors wait for more than a second',
    { [`${WITHIN}"1"}`]: '0+98x40', [`${WITHIN}"2.5"}`]: '0+100x40', [`${WITHIN}"+Inf"}`]: '0+100x40' },
    'DoorsSlow',
  ],
  [
    'all but one of two hundred doors are answered within a second',
    { [`${WITHIN}"1"}`]: '0+199x40', [`${WITHIN}"2.5"}`]: '0+200x40', [`${WITHIN}"+Inf"}`]: '0+200x40' },
    undefined,
  ],
  [
    'two of a hundred looks at a code take more than a second',
    { [`${LOOKS}"1"}`]: '0+98x40', [`${LOOKS}"2.5"}`]: '0+100x40', [`${LOOKS}"+Inf"}`]: '0+100x40' },
    'CodesSlow',
  ],
  ['a clock is two seconds late', { 'clock_ahead_seconds{instance="a"}': '-2x40' }, 'ClockDrifts'],
  [
    'one clock of two is a minute and a half ahead',
    { 'clock_ahead_seconds{instance="a"}': '0x40', 'clock_ahead_seconds{instance="b"}': '90x40' },
    'ClockWrong',
  ],
  ['a clock is right', { 'clock_ahead_seconds{instance="a"}': '0.4x40' }, undefined],
  ['people are turned away who want to show', { [REFUSED]: '0+30x40' }, 'ShowingRefused'],
  ['a few people are turned away', { [REFUSED]: '0+10x40' }, undefined],
  ['nothing is published', { status_published_age_seconds: '61x40' }, 'StatusOld'],
  ['everything is published in time', { status_published_age_seconds: '59x40' }, undefined],
  [
    'one of two processes reaches no signer',
    { 'signer_reached{instance="a"}': '1x40', 'signer_reached{instance="b"}': '0x40' },
    'SignerAway',
  ],
  ['each process reaches a signer', { 'signer_reached{instance="a"}': '1x40' }, undefined],
  [
    'something is not signed',
    { 'signing_failures_total{use="pass",code="over-budget"}': '0+1x40' },
    'SigningFails',
    { code: 'over-budget' },
  ],
  [
    'the signer was asked for what it does not sign',
    { 'signer_alarms_total{what="refused"}': '0x30 1x9' },
    'SignerAlarm',
    { what: 'refused' },
  ],
  [
    'a record could not be read',
    { 'codes_due_total{outcome="unreadable"}': '0x30 1x9' },
    'Unreadable',
    { outcome: 'unreadable' },
  ],
  [
    'numbers are tried out',
    { 'door_alarms_total{kind="unknown-numbers"}': '0x30 1x9' },
    'NumbersTried',
    { kind: 'unknown-numbers' },
  ],
  ['a process does not answer', { 'up{job="healthcode"}': '0x40' }, 'ProcessGone', { job: 'healthcode' }],
  ['every process answers', { 'up{job="healthcode"}': '1x40' }, undefined],
];

/** A case as promtool reads it (it is YAML as well): of all alerts the one that has to be told is, and no other. */
function caseOf([, series, fires, labels = {}]: Case): string {
  const entries = Object.entries(series).map(([name, values]) => ({ series: name, values }));
  const tried = alerts.map((alertname) => ({
    ...{ eval_time: '10m', alertname },
    exp_alerts: alertname === fires ? [alertAs(alertname, labels)] : [],
  }));
  const tests = [{ interval: '15s', input_series: entries, alert_rule_test: tried }];
  return JSON.stringify({ rule_files: [RULES], evaluation_interval: '15s', tests });
}

function alertAs(name: string, labels: Labels) {
  const [, rest] = text.split(`- alert: ${name}\n`);
  return {
    exp_labels: { severity: /severity: (\w+)/.exec(rest!)![1], ...labels },
    exp_annotations: { summary: /summary: (.+)/.exec(rest!)![1] },
  };
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

  test('ask by how much something has grown only of what begins at nothing, or the first time would not be seen', async () => {
    const told = await (await fetch(`${service.url}/metrics`)).text();
    const grown = expressions.flatMap((expression) =>
      [...expression.matchAll(/(?:rate|increase)\((\w+_total)/g)].map(([, name]) => name!),
    );
    assert.ok(grown.length > 4);
    for (const name of grown) assert.match(told, new RegExp(`^${name}\\{.*\\} 0$`, 'm'));
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

  test('are each tried out below', () => {
    const fired = new Set(CASES.map(([, , fires]) => fires));
    assert.deepEqual(
      alerts.filter((name) => !fired.has(name)),
      [],
    );
  });

  for (const each of CASES) {
    const [what, , fires] = each;
    test(`${fires ?? 'nothing'} tells somebody when ${what}`, whenThere('promtool'), () => {
      assert.ok(fires === undefined || alerts.includes(fires));
      const file = join(temporaryFolder(), 'cases.yml');
      writeFileSync(file, caseOf(each));
      const tried = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
      assert.equal(tried.status, 0, tried.stdout + tried.stderr);
    });
  }

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
