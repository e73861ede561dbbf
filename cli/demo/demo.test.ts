import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';

const BIN = join(import.meta.dirname, '..', 'bin.js');

describe('healthcode demo', () => {
  test('tells about a province of 20,000, of whom one to two in a hundred are not green', () => {
    const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
    const args = ['demo', '--people', '20000', '--seed', '7', '--data', join(folder, 'demo')];
    const { stdout, stderr, status } = spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8' });
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
