import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { brotliCompressSync, constants } from 'node:zlib';
import { allCommands } from '../../cli/main.ts';
import { PROGRAM, runProgram } from '../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { objections } from './objections.ts';
import type { Outcome } from './runs.ts';

const COMMANDS = await allCommands();

const MEGABYTE = 1 << 20;
/** What a command may take at its peak when all that it is given is useless: itself, and a line of the longest that it reads. */
const PEAK_MEGABYTES = 320;
/** Tells on the fourth channel the peak of resident memory, in kilobytes, and for how many microseconds it was busy. */
const TELL_COST = `data:text/javascript,import{readFileSync,writeSync}from'node:fs';process.on('exit',()=>{
const{user,system}=process.cpuUsage();
writeSync(3,/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status','utf8'))[1]+' '+(user+system))})`;
const LONGEST_MS = 300_000;
const isLinux = process.platform === 'linux';

const folder = temporaryFolder();

/** Runs the program through a shell, which ties its output to something. */
function runIn(shell: string, args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync('sh', ['-c', shell, process.execPath, PROGRAM, ...args], {
    encoding: 'utf8',
    timeout: LONGEST_MS,
  });
}

/** Runs it in its own process, or through a shell: what came of it, and what it took at its peak. */
function runTelling(args: readonly string[], shell?: string): Outcome & { readonly megabytes: number } {
  const [program, ...before] =
    shell === undefined ? [process.execPath] : ['sh', '-c', shell, process.execPath];
  const { status, output } = spawnSync(program!, [...before, '--import', TELL_COST, PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: LONGEST_MS,
  });
  const [, stdout, stderr, told] = output;
  const [kilobytes, microseconds] = told!.split(' ').map(Number);
  const cost = { milliseconds: microseconds! / 1_000, megabytes: Math.round(kilobytes! / 1024) };
  return { status: status ?? undefined, stdout: stdout!, stderr: stderr!, ...cost };
}

/** A file of the given size, without a newline. */
function bigFile(name: string, piece: string, megabytes: number): string {
  const file = join(folder, name);
  const descriptor = openSync(file, 'w');
  for (let i = 0; i < megabytes; i++) writeSync(descriptor, piece.repeat(MEGABYTE / piece.length));
  closeSync(descriptor);
  return file;
}

function bomb(): string {
  const file = join(folder, 'bomb.json.br');
  const params = { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 22 };
  writeFileSync(file, brotliCompressSync(Buffer.alloc(400 * MEGABYTE, '['), { params }));
  return file;
}

describe('the program', () => {
  test('prints its help and knows an unknown command', () => {
    assert.equal(runProgram(['--help']).status, 0);
    assert.equal(runProgram([]).status, 0);
    const unknown = runProgram(['\u001b[2J']);
    assert.equal(unknown.status, 2);
    assert.ok(!unknown.stderr.includes('\u001b'));
  });

  test('outlives its reader', { skip: !isLinux }, () => {
    // The reader is gone before the program has started.
    const { stdout, stderr } = runIn('{ "$0" "$@"; echo "exit $?" >&2; } | true', ['--help']);
    assert.deepEqual([stdout, stderr], ['', 'exit 0\n']);
  });

  test('says that its output cannot be written', { skip: !isLinux }, () => {
    const { status, stderr } = runIn('exec "$0" "$@" > /dev/full', ['--help']);
    assert.equal(status, 1);
    assert.match(stderr, /^healthcode: the output cannot be written: .*\n$/);
  });
});

describe('memory', { skip: !isLinux && 'only Linux tells the peak' }, () => {
  const files: { readonly name: string; readonly file: string }[] = [];
  before(() => {
    files.push(
      { name: 'a line of 100 MB', file: bigFile('text.json', '[{"a":[ ', 100) },
      { name: '400 MB in a few bytes of brotli', file: bomb() },
    );
  });

  for (const { name, reading, alsoReading } of COMMANDS) {
    for (const [index, way] of [...(reading ? [reading] : []), ...(alsoReading ?? [])].entries()) {
      test(`stays bounded in ${name}, reading in its way ${index + 1}`, () => {
        for (const { name: what, file } of files) {
          const { megabytes, ...outcome } = runTelling([...name.split(' '), ...way(file)]);
          assert.deepEqual(objections(outcome, { file, faulty: true, aboutNobody: true }), [], what);
          assert.ok(megabytes > 0 && megabytes <= PEAK_MEGABYTES, `${what}: ${megabytes} MB`);
        }
      });
    }
  }
});

describe('a pipe that breaks off', { skip: !isLinux }, () => {
  for (const { name, reading } of COMMANDS) {
    if (!reading) continue;
    test(`is a fault of the input of ${name}`, () => {
      const pipe = join(folder, `pipe-${name.replace(' ', '-')}`);
      const shell = `mkfifo '${pipe}'; printf '{"source":"hea' > '${pipe}' & exec "$0" "$@"`;
      const outcome = runTelling([...name.split(' '), ...reading(pipe)], shell);
      assert.deepEqual(objections(outcome, { file: pipe, faulty: true, aboutNobody: true }), []);
    });
  }
});
