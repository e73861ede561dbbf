import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

/** The demo in a process of its own, with the areas that its lists hold. */
const PROGRAM = `
  import { demoCommand } from './cli/demo/demo.ts';
  import { referenceInstant } from './cli/province.ts';
  import { createCalendar } from './cli/province/calendar.ts';
  import { listedAreas } from './cli/province/risk-areas.ts';
  import { dayOf } from './domain/time.ts';
  const areas = listedAreas(createCalendar(dayOf(referenceInstant('2021-01-20'))));
  process.exitCode = await demoCommand(async () => areas).run(process.argv.slice(1));
`;

describe('healthcode demo', () => {
  test('tells about a province of 20,000, of whom one to two in a hundred are not green', () => {
    const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
    const args = ['--people', '20000', '--seed', '7', '--data', join(folder, 'demo')];
    const node = ['--import', 'tsx', '--input-type=module', '--eval', PROGRAM, '--', ...args];
    const { stdout, stderr, status } = spawnSync(process.execPath, node, { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.deepEqual(readdirSync(join(folder, 'demo')).sort(), ['evidence.ndjson', 'lists.ndjson']);
    rmSync(folder, { recursive: true });
    const green = /绿码 green\s+([\d,]+)/.exec(stdout)?.[1]?.replace(',', '');
    assert.ok(Number(green) > 19_600 && Number(green) < 19_800, `${green} of 20,000 are green`);
    for (const clause of ['R2a', 'R2d', 'R2e', 'R2f', 'R3a', 'R3b'])
      assert.ok(stdout.includes(clause), clause);
  });
});
