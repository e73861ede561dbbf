import { describeFault, type Fault, fault } from '../../domain/fault.ts';
import { CLEAR_LINE } from './progress.ts';
import { printable } from './terminal.ts';

const LONGEST = 300;

/**
 * Tells one fault of an input on stderr, as `file:line: field: what is wrong`; without a line when the
 * whole file is meant. Every fault is told; only one of absurd length is cut.
 */
export function reportFault(file: string, line: number | undefined, found: Fault): void {
  const place = line === undefined ? file : `${file}:${line}`;
  const clear = process.stderr.isTTY ? CLEAR_LINE : '';
  process.stderr.write(`${clear}${printable(place)}: ${printable(cut(describeFault(found)))}\n`);
}

/** Tells on stderr that something besides the input fails, such as the database. It is tried again. */
export function reportFailure(what: string, error: unknown): void {
  reportFault(what, undefined, fault('', error instanceof Error ? error.message : 'fails'));
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'it is a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'too many symbolic links',
};

/** The fault that an error of opening or reading a file stands for; undefined for any other error, which is ours. */
export function unreadable(error: unknown): Fault | undefined {
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined;
  if (error.syscall === 'write') return undefined;
  return fault('', `cannot be read: ${REASONS[String(error.code)] ?? String(error.code)}`);
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
