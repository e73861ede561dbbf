import { devNull } from 'node:os';
import { parseArgs } from 'node:util';
import { refused } from '../../credential/refusals.ts';
import type { Instant } from '../../domain/time.ts';
import { type Gate, readAtGate } from '../../gate/read-text.ts';
import { type Line, openInput, readLines } from '../../server/platform/input/lines.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { printJson } from '../input/json.ts';
import { timeOption } from '../options.ts';
import { reportFault, unreadable } from '../terminal/faults.ts';
import { openOutput } from '../terminal/output.ts';
import { loadKeys } from './load-keys.ts';
import { loadLists } from './load-lists.ts';
import { printReading, type Reading } from './print-reading.ts';

const HELP = `usage: healthcode pass read [FILE] [--keys FILE] [--root FILE] [--status PATH] [--at TIME]

Reads texts of codes (ZJ1:…), one a line, and prints as JSON Lines what a gate concludes from each without the service.
A text that is refused is an answer, with a reason; only what a gate has to have beforehand can have faults.

  FILE           the texts; - is standard input, which is read when nothing is given
  --keys FILE    the key list of the province, as GET /trust/keys gives it; without it no key is known
  --root FILE    the root that the key list has to follow from; without it the root that the list names
  --status PATH  signed lists: files of GET /trust/status/… one after the other, or a folder of them
  --at TIME      the instant of reading (RFC 3339 with offset); by default now`;

/** Longer than any text of ours. */
const MAX_LINE_BYTES = 65_536;

/** `healthcode pass read`: what a gate concludes, offline (S7, S10). */
export const passRead: Command = {
  name: 'pass read',
  summary: 'what a gate concludes from the texts of codes, offline',
  help: HELP,
  alsoReading: [(file) => [devNull, '--keys', file], (file) => [devNull, '--status', file]],
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      keys: { type: 'string' },
      root: { type: 'string' },
      status: { type: 'string' },
      at: { type: 'string' },
    },
  });
  const [file = '-', ...others] = positionals;
  if (others.length > 0) throw new UsageError('one file at most');
  if (values.root !== undefined && values.keys === undefined) throw new UsageError('--root needs --keys');
  const now = values.at === undefined ? Date.now() : timeOption('at', values.at);
  const keys = loadKeys({ file: values.keys, root: values.root }, now);
  const lists = keys && loadLists(values.status, keys, now);
  if (!keys || !lists) return EXIT.faults;
  return readFile(file, { keys, view: lists.view }, now);
}

async function readFile(file: string, gate: Gate, now: Instant): Promise<number> {
  const output = openOutput('-');
  try {
    for await (const lines of readLines(openInput(file), MAX_LINE_BYTES)) {
      const text = lines.map((line) => `${printJson(printReading(readLine(line, gate, now)))}\n`).join('');
      if (text !== '' && !(await output.write(text))) return EXIT.done;
    }
  } catch (error) {
    const found = unreadable(error);
    if (!found) throw error;
    reportFault(file, undefined, found);
    return EXIT.faults;
  }
  await output.close();
  return EXIT.done;
}

/** What a gate makes of a line; one that is no text at all is a code that cannot be read. */
function readLine(line: Line, gate: Gate, now: Instant): Reading {
  const { number } = line;
  if (line.fault !== undefined) return { line: number, conclusion: refused('unreadable') };
  return { line: number, ...readAtGate(line.text.replace(/\r$/, ''), gate, now) };
}
