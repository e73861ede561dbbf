import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import { MADE_UP } from './made-up-commands.ts';
import { objections, objectionsToManners } from './objections.ts';
import { type Outcome, runAll } from './runs.ts';

/** What must be objected to each made-up command. */
const OBJECTIONS: Readonly<Record<string, RegExp>> = {
  'throws what it did not expect': /ended the process.*made up/,
  'rejects late': /ended the process.*made up/,
  'exits by itself': /ended the process/,
  'prints a stack': /a stack trace/,
  'has its own exit code': /exit code is 3/,
  'accepts everything': /a faulty file gives exit code 0/,
  'accepts in spite of faults': /exit code 0 in spite of faults/,
  'names no file': /no fault that names the file/,
  'names no reason': /without a reason/,
  'echoes to stderr': /an unprintable character on stderr/,
  'echoes to stdout': /an unprintable character on stdout/,
  'turns the line': /an unprintable character on stderr/,
  'forges a line': /a forged line/,
  'makes a person up': /a person out of nothing/,
  'fills the heap': /ended the process/,
  hangs: /ended the process.*SIGKILL/,
};
const HANGING = 'hangs';

/** What came of a job that never ends; it has longer where that is too short for a process to start. */
function runBriefly(jobs: string[][], folder: string, longestMs = 4_000): Outcome {
  try {
    return runAll('made-up', jobs, folder, longestMs)[0]!;
  } catch (error) {
    if (longestMs > 60_000) throw error;
    return runBriefly(jobs, folder, 2 * longestMs);
  }
}

describe('the checks of hostile inputs', () => {
  const names = Object.keys(MADE_UP);
  const folder = temporaryFolder();
  const file = join(folder, 'input');
  let outcomes: readonly Outcome[] = [];
  before(() => {
    writeFileSync(file, '\u001b[2J\nFORGED');
    const jobsOf = (some: readonly string[]) => some.map((name) => [name, file]);
    const ending = names.filter((name) => name !== HANGING);
    const ended = runAll('made-up', jobsOf(ending), folder);
    const hung = runBriefly(jobsOf([HANGING]), folder);
    outcomes = names.map((name) => (name === HANGING ? hung : ended[ending.indexOf(name)]!));
  });

  for (const [index, name] of names.entries()) {
    const objection = OBJECTIONS[name];
    test(objection ? `object to a command that ${name}` : `have nothing against a ${name} command`, () => {
      const said = objections(outcomes[index]!, { file, faulty: true, aboutNobody: true });
      if (objection) assert.match(said.join('\n'), objection);
      else assert.deepEqual(said, []);
    });
  }

  test('object to a command that takes long', () => {
    const outcome = { status: 0, stdout: '', stderr: '', milliseconds: 5_001 };
    assert.deepEqual(objectionsToManners(outcome), ['it took 5001 ms']);
  });
});
