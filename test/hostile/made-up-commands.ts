/** Commands that each take a hostile file badly in one way, and one that takes it well: the checks must tell them apart. */
import { readFileSync } from 'node:fs';
import { reportFault } from '../../cli/terminal/faults.ts';
import { fault } from '../../domain/fault.ts';

type MadeUp = (file: string) => number | Promise<number>;

function complain(text: string, status = 1): number {
  process.stderr.write(`${text}\n`);
  return status;
}

/** By name; each is given the file. */
export const MADE_UP: Readonly<Record<string, MadeUp>> = {
  good: (file) => {
    reportFault(file, 1, fault('a', readFileSync(file, 'utf8')));
    return 1;
  },
  'throws what it did not expect': () => {
    throw new Error('made up');
  },
  'rejects late': (file) => {
    setImmediate(() => Promise.reject(new Error('made up')));
    return complain(`${file}:1: wrong`);
  },
  'exits by itself': () => process.exit(1),
  'prints a stack': (file) => complain(`${file}:1: ${new Error('made up').stack}`),
  'has its own exit code': (file) => complain(`${file}:1: wrong`, 3),
  'accepts everything': () => 0,
  'accepts in spite of faults': (file) => complain(`${file}:1: wrong`, 0),
  'names no file': () => complain('wrong'),
  'names no reason': (file) => complain(`${file}:1: `),
  'echoes to stderr': (file) => complain(`${file}:1: ${readFileSync(file, 'utf8')}`),
  'echoes to stdout': (file) => {
    process.stdout.write(readFileSync(file));
    return complain(`${file}:1: wrong`);
  },
  'turns the line': (file) => complain(`${file}:1: \u202e`),
  'forges a line': (file) => complain(`${file}:1: wrong\nFORGED:1: right`),
  'makes a person up': (file) => {
    process.stdout.write('{"person":{},"colour":"green"}\n');
    return complain(`${file}:1: wrong`);
  },
  'fills the heap': () => {
    const all: string[][] = [];
    for (;;) all.push(Array.from({ length: 100_000 }, (_, i) => `x${i}`));
  },
  hangs: () => {
    for (;;);
  },
};

/** Runs the command that the first argument names, as the program's own `main` would. */
export async function main([name, file]: readonly string[]): Promise<number> {
  return MADE_UP[name!]!(file!);
}
