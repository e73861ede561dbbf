import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { SOURCES, type Source } from '../../domain/evidence/fact.ts';
import { type Fault, fault } from '../../domain/fault.ts';
import { whenNobodyIsDue } from '../../server/codes/when-nobody-is-due.ts';
import { type Deliverer, deliver } from '../../server/evidence/deliver.ts';
import { incomingFrom, partsOf } from '../../server/evidence/deliver-lines.ts';
import type { Incoming } from '../../server/evidence/intake.ts';
import { parseJson } from '../../server/platform/input/json.ts';
import { openInput } from '../../server/platform/input/lines.ts';
import { OperatorError } from '../../server/platform/operator-error.ts';
import { startWork, type Working } from '../../server/working.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { textOption } from '../options.ts';
import { reportFailure, reportFault, unreadable } from '../terminal/faults.ts';
import { showReading, startProgress } from '../terminal/progress.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

const HELP = `usage: healthcode import --source S FILE [--as-recorded] [--data DIR] [--keys DIR]

Takes evidence (JSON Lines, or one JSON array; - is standard input) into the service in the name of a source, and assesses everyone whom it
concerns. What is known already changes nothing, so a file may be imported again, also after it broke off. What cannot
be accepted is told on stderr, kept in quarantine, and can be corrected. Prints
{"accepted":…,"unchanged":…,"quarantined":…}; the exit code is 1 when anything was quarantined.

  --source S     the source that speaks: ${SOURCES.slice(0, 4).join(', ')} …; records of others are quarantined
  --as-recorded  takes "recordedAt" from the records, for those of an older system; otherwise it is the time of
                 the import, and a record that brings one is quarantined
${SITE_HELP}`;

/** `healthcode import`: evidence from a file, into the service (S4). */
export const importCommand: Command = {
  name: 'import',
  summary: 'evidence from a file, into the service',
  help: HELP,
  run,
};

/** How many records came to what. */
interface Counts {
  accepted: number;
  unchanged: number;
  quarantined: number;
}

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...SITE_OPTIONS,
      source: { type: 'string' },
      'as-recorded': { type: 'boolean', default: false },
    },
  });
  const source = textOption('source', values.source);
  if (!SOURCES.includes(source as Source)) throw new UsageError(`--source is one of ${SOURCES.join(', ')}`);
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('names one FILE');
  const deliverer = { clientId: 'operator', sources: [source], keepsTimes: values['as-recorded'] };
  const counts = await withInstallation(siteOf(values), async (installation) => {
    const work = startWork(installation, Date.now, {
      onFailure: (error) => reportFailure('database', error),
      onUnread: reportFailure,
    });
    try {
      return await importFile(work, deliverer, file);
    } finally {
      await work.stop();
    }
  });
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  return counts.quarantined > 0 ? EXIT.faults : EXIT.done;
}

async function importFile(work: Working, deliverer: Deliverer, file: string): Promise<Counts> {
  const counts = { accepted: 0, unchanged: 0, quarantined: 0 };
  const input = openInput(file);
  const hideReading = showReading(input);
  try {
    for await (const receipt of deliver(work, deliverer, recordsOf(input))) {
      counts.accepted += receipt.accepted;
      counts.unchanged += receipt.unchanged;
      counts.quarantined += receipt.quarantined;
      for (const one of receipt.outcomes)
        if (one.outcome === 'quarantined') tellQuarantined(file, one.position, one.faults);
    }
  } catch (error) {
    const found = unreadable(error);
    if (!found) throw error;
    reportFault(file, undefined, found);
    counts.quarantined++;
  } finally {
    hideReading();
  }
  const progress = startProgress(undefined, 'people wait to be assessed');
  await whenNobodyIsDue(work, progress.at);
  progress.end();
  return counts;
}

/** The largest JSON array that is read; JSON Lines may be of any length. */
const MAX_ARRAY_BYTES = 256 << 20;

/** Records as JSON Lines, or as one JSON array, told apart by how the file begins. */
async function* recordsOf(input: Readable): AsyncGenerator<readonly Incoming[]> {
  const chunks = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await chunks.next();
  if (first.done) return;
  const rest = { [Symbol.asyncIterator]: () => chunks };
  if (!/^\uFEFF?\s*\[/.test(first.value.subarray(0, 1_024).toString('utf8'))) {
    yield* incomingFrom(Readable.from(joined(first.value, rest)));
    return;
  }
  const parts = [first.value];
  let bytes = first.value.length;
  for await (const chunk of rest) {
    bytes += chunk.length;
    if (bytes > MAX_ARRAY_BYTES)
      throw new OperatorError('the JSON array is too large; give it as JSON Lines');
    parts.push(chunk);
  }
  const { value } = parseJson(
    Buffer.concat(parts)
      .toString('utf8')
      .replace(/^\uFEFF/, ''),
  ) as { value?: unknown };
  if (Array.isArray(value)) yield* partsOf(value);
  else yield [{ position: 1, text: '', fault: fault('', 'is not JSON') }];
}

async function* joined(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  yield* rest;
}

function tellQuarantined(file: string, line: number, faults: readonly Fault[]): void {
  for (const found of faults) reportFault(file, line, found);
}
