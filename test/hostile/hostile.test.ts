import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Command } from '../../cli/command.ts';
import { allCommands } from '../../cli/main.ts';
import { printable } from '../../cli/terminal/terminal.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { INJECTIONS } from './broken.ts';
import { readDocuments } from './documents.ts';
import { hostileInputs } from './inputs.ts';
import { type Expected, objections, objectionsToManners } from './objections.ts';
import { type Outcome, runAll } from './runs.ts';

const COMMANDS = await allCommands();

const ROOT = join(import.meta.dirname, '../..');
const documents = readDocuments(ROOT);
/** No process can be given an argument with a NUL. */
const ARGUMENTS = INJECTIONS.filter((text) => !text.includes('\u0000'));

/** A hostile file in its folder, and what a command must make of it. */
interface Prepared extends Expected {
  readonly name: string;
  readonly ofMany?: boolean;
}

const folder = temporaryFolder();
let files: readonly Prepared[] = [];
let plain: readonly string[] = [];

before(() => {
  files = [...prepareInputs(folder), ...prepareUnreadable(folder)];
  plain = documents.map(({ value }, index) => {
    const file = join(folder, `plain-${index}.json`);
    writeFileSync(file, `${JSON.stringify(value)}\n`);
    return file;
  });
});

/** Each hostile input in a file of its own. */
function prepareInputs(root: string): Prepared[] {
  return [...hostileInputs(documents)].map((input, index) => {
    const below = join(root, String(index));
    mkdirSync(below);
    const file = join(below, input.file ?? 'input.json');
    writeFileSync(file, input.bytes());
    return {
      name: input.name,
      file,
      faulty: input.notJson === true,
      aboutNobody: input.aboutNobody === true,
      ofMany: input.ofMany === true,
    };
  });
}

/** What cannot be read at all. */
function prepareUnreadable(root: string): Prepared[] {
  const always = { faulty: true, aboutNobody: true };
  const closed = join(root, 'closed.json');
  writeFileSync(closed, '{}');
  chmodSync(closed, 0);
  // Root may read everything.
  const isRoot = process.getuid?.() === 0;
  return [
    { name: 'a missing file', file: join(root, 'missing.json'), ...always },
    { name: 'a missing file of a hostile name', file: join(root, '\u001b[2J\nFORGED'), ...always },
    { name: 'a name of 10,000 characters', file: join(root, 'x'.repeat(10_000)), ...always },
    { name: 'a file for a folder', file: join(closed, 'input.json'), ...always },
    { name: 'a folder', file: root, ...always },
    { name: 'a closed file', file: closed, faulty: !isRoot, aboutNobody: true },
  ];
}

/** One run of a command. */
interface Job {
  readonly kind: 'help' | 'wrong usage' | 'argument' | 'file' | 'document' | 'output';
  readonly name: string;
  readonly args: readonly string[];
  readonly expected?: Expected;
}

/** Everything that a command is put through. */
function jobsOf({ reading, alsoReading, writing }: Command): Job[] {
  const wrong = [['--no-such-option'], ['--\u001b[2J'], ['---'], ...(reading ? [[]] : [])];
  return [
    { kind: 'help', name: '--help', args: ['--help'] },
    ...wrong.map((args) => job('wrong usage', args.join(' '), args)),
    ...(reading ? [...argumentJobs(reading), ...fileJobs(reading, files)] : []),
    ...(reading ? plain.map((file) => job('document', file, reading(file))) : []),
    // The other ways of reading share most of their code with the first: they get fewer of a sort.
    ...(alsoReading ?? []).flatMap((also) =>
      fileJobs(
        also,
        files.filter(({ ofMany }, index) => !ofMany || index % 5 === 0),
      ),
    ),
    ...(writing ? unwritable().map((file) => job('output', file, writing(file))) : []),
  ];
}

function job(kind: Job['kind'], name: string, args: readonly string[], expected?: Expected): Job {
  return { kind, name: printable(name), args, ...(expected && { expected }) };
}

/** Each argument replaced by each injection. */
function argumentJobs(reading: (file: string) => readonly string[]): Job[] {
  const args = reading(plain[0]!);
  return args
    .flatMap((_, index) => ARGUMENTS.map((text) => args.with(index, text)))
    .map((broken) => job('argument', broken.join(' '), broken));
}

function fileJobs(reading: (file: string) => readonly string[], inputs: readonly Prepared[]): Job[] {
  return inputs.map((input) => job('file', input.name, reading(input.file), input));
}

/** Where no file can be written. */
function unwritable(): string[] {
  return [
    join(folder, 'missing', 'output'),
    join(folder, '\u001b[2J\n', 'output'),
    join(plain[0]!, 'output'),
  ];
}

/** Fails with the first of what is objected, each under the name of its job. */
function assertNone(
  ran: readonly (readonly [Job, Outcome])[],
  object: (outcome: Outcome, job: Job) => readonly string[],
): void {
  assert.ok(ran.length > 0);
  const said = ran.flatMap(([job, outcome]) => object(outcome, job).map((text) => `${job.name}: ${text}`));
  if (said.length > 0) assert.fail([`${said.length} objections`, ...said.slice(0, 10)].join('\n'));
}

describe('the table of hostile inputs', () => {
  test('is not empty, and drives a command', () => {
    assert.ok(files.length > 500, `${files.length} files`);
    assert.ok(COMMANDS.some(({ reading }) => reading !== undefined));
  });
});

for (const command of COMMANDS) {
  describe(`healthcode ${command.name}`, () => {
    const { reading } = command;
    const words = command.name.split(' ');
    let outcomes: ReadonlyMap<Job, Outcome> = new Map();
    before(() => {
      const jobs = jobsOf(command);
      const found = runAll(
        'healthcode',
        jobs.map(({ args }) => [...words, ...args]),
        folder,
      );
      outcomes = new Map(jobs.map((job, index) => [job, found[index]!]));
    });
    const of = (kind: Job['kind']) => [...outcomes].filter(([job]) => job.kind === kind);

    test('prints its help', () => {
      for (const [, { status, stdout, stderr }] of of('help')) {
        assert.deepEqual([status, stderr], [0, '']);
        assert.ok(stdout.startsWith(`usage: healthcode ${command.name}`), stdout);
      }
    });

    test('knows wrong usage', () => {
      assert.ok(of('wrong usage').length > 0);
      for (const [{ name }, outcome] of of('wrong usage')) {
        assert.deepEqual(objectionsToManners(outcome), []);
        assert.deepEqual([outcome.status, outcome.stdout], [2, ''], name);
        assert.match(outcome.stderr, /usage: healthcode/);
      }
    });

    const skip = !reading && 'it reads no file';
    test('takes any value of any argument well', { skip }, () => {
      assertNone(of('argument'), objectionsToManners);
    });

    test('takes every hostile file well', { skip }, () => {
      assertNone(of('file'), (outcome, { expected }) => objections(outcome, expected!));
    });

    test('says why it cannot write', { skip: !command.writing && 'it writes no file' }, () => {
      assertNone(of('output'), (outcome) => [
        ...objectionsToManners(outcome),
        ...(outcome.status === 1 && outcome.stderr !== '' ? [] : [`exit code ${outcome.status}`]),
      ]);
    });

    test('accepts a document as it should be: else test/hostile/documents.ts lacks its format', {
      skip,
    }, () => {
      const accepted = of('document').filter(([, { status }]) => status === 0);
      assert.ok(
        accepted.length > 0,
        of('document')
          .map(([, { stderr }]) => stderr)
          .join(''),
      );
    });
  });
}
