/** Tables of commands: what each is given, and what it says. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { type Outcome, runAll } from './hostile/runs.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A whole text, or what it holds. */
type Said = string | RegExp;

/** What a command does, its arguments, and what it must say; files of the table stand in the arguments by name. */
export type CommandRow = readonly [name: string, args: string, status: number, stdout: Said, stderr?: Said];

/** A suite with a test for each row, all run one after another in one process. */
export function commandTable(
  title: string,
  files: Readonly<Record<string, string>>,
  rows: readonly CommandRow[],
): void {
  describe(title, () => {
    const outcomes: Outcome[] = [];
    const folder = temporaryFolder();
    before(() => {
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
      outcomes.push(
        ...runAll(
          'healthcode',
          rows.map(([, args]) => withPaths(args, folder)),
          folder,
        ),
      );
    });
    for (const [i, [name, args, status, stdout, stderr = '']] of rows.entries()) {
      test(`${name}: ${args}`, () => {
        const said = outcomes[i]!;
        // A file is told by its path; here only its name counts.
        const short = (text: string) => text.replaceAll(`${folder}/`, '').replaceAll(`${folder}: `, '.: ');
        assert.equal(said.status, status, said.stderr);
        assertSaid(short(said.stdout), stdout);
        assertSaid(short(said.stderr), stderr);
      });
    }
  });
}

function withPaths(args: string, folder: string): string[] {
  const isFile = (word: string) => /\.(?:nd)?json$/.test(word) || word === '.';
  return args
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => (isFile(word) ? join(folder, word) : word));
}

function assertSaid(actual: string, expected: Said): void {
  if (typeof expected === 'string') assert.equal(actual, expected);
  else assert.match(actual, expected);
}
