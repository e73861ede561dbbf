import { printable } from '../../cli/terminal/terminal.ts';
import type { Outcome } from './runs.ts';

/** What a command must make of a file. */
export interface Expected {
  /** The file, as it was named to the command. */
  readonly file: string;
  /** Whether the file is a fault in every reading. */
  readonly faulty: boolean;
  /** Whether nothing in it is about a person that can be told. */
  readonly aboutNobody: boolean;
}

const SLOWEST_MS = 5_000;
const STACK = /^\s+at .+:\d+:\d+\)?$|UnhandledPromiseRejection|^node:internal|^Node\.js v\d/m;
/** What a terminal obeys, or what some reader of lines takes for the end of one. */
const UNPRINTABLE = /[^\P{Cc}\n]|[\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const FORGED = /(?:^|\r)FORGED/m;

/** Everything that is wrong with how a command took a hostile file; empty when it took it well. */
export function objections(outcome: Outcome, expected: Expected): string[] {
  const { status, stdout, stderr } = outcome;
  const told = stderr.split('\n').filter((line) => line.startsWith(`${printable(expected.file)}:`));
  return [
    ...objectionsToManners(outcome),
    expected.faulty && status !== 1 && `a faulty file gives exit code ${status}`,
    status === 1 && told.length === 0 && `exit code 1 and no fault that names the file: ${shown(stderr)}`,
    told.some((line) => !/: \S/.test(line)) && `a fault without a reason: ${shown(told.join('\n'))}`,
    status === 0 && told.length > 0 && `exit code 0 in spite of faults: ${shown(stderr)}`,
    expected.aboutNobody && /"person"/.test(stdout) && `a person out of nothing: ${shown(stdout)}`,
  ].filter((objection) => typeof objection === 'string');
}

/** What is wrong with any run of a command, whatever it was asked. */
export function objectionsToManners({ status, stdout, stderr, milliseconds }: Outcome): string[] {
  return [
    status === undefined && `it ended the process: ${shown(stderr)}`,
    status !== undefined && ![0, 1, 2].includes(status) && `its exit code is ${status}`,
    STACK.test(stderr) && `a stack trace: ${shown(stderr)}`,
    UNPRINTABLE.test(stderr) && `an unprintable character on stderr: ${around(stderr)}`,
    UNPRINTABLE.test(stdout) && `an unprintable character on stdout: ${around(stdout)}`,
    (FORGED.test(stderr) || FORGED.test(stdout)) && 'a forged line',
    milliseconds > SLOWEST_MS && `it took ${Math.round(milliseconds)} ms`,
  ].filter((objection) => typeof objection === 'string');
}

function shown(text: string): string {
  return printable(text.slice(0, 300));
}

/** Where the first unprintable character stands. */
function around(text: string): string {
  return shown(text.slice(Math.max(0, text.search(UNPRINTABLE) - 60)));
}
