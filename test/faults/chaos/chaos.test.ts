import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { TYPESCRIPT } from '../../../cli/typescript/options.ts';

/** A full disk first, then a flood, half of every connection, the clock, and PostgreSQL in mid-commit. */
const SEED = '10';
/** A fault that has begun is seen to its end. */
const MINUTES = '0.15';

describe('npm run chaos', () => {
  test('ends with an account of records, colours, passes and published statuses, each of which is right', async () => {
    const program = join(import.meta.dirname, 'run-chaos.ts');
    const args = [...TYPESCRIPT, program, MINUTES, '--seed', SEED, '--postgres', 'installed'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    const [code] = await once(child, 'close');
    assert.equal(code, 0, said);
    assert.match(said, /^seed 10\n/);
    for (const line of [
      /^[1-9]\d* faults of \d+ kinds; \d+ records, each there once or refused$/m,
      /^[1-9]\d* colours looked up meanwhile, each the right one/m,
      /^[1-9]\d* codes shown to people with a pass/m,
      /^260 published statuses and passes of people are what follows from the record$/m,
      /^[1-9]\d* codes signed, each read as it was made/m,
    ])
      assert.match(said, line);
  });

  test('refuses what it does not know', async () => {
    const program = join(import.meta.dirname, 'run-chaos.ts');
    const args = [...TYPESCRIPT, program, '1', '--postgres', 'theirs'];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    assert.deepEqual((await once(child, 'close'))[0], 2);
  });
});
