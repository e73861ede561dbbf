import { parseArgs } from 'node:util';
import { SOURCES, type Source } from '../../domain/evidence/fact.ts';
import type { Fault } from '../../domain/fault.ts';
import { whenNobodyIsDue } from '../../server/codes/when-nobody-is-due.ts';
import { type Deliverer, deliver } from '../../server/evidence/deliver.ts';
import { incomingFrom } from '../../server/evidence/deliver-lines.ts';
import { openInput } from '../../server/platform/input/lines.ts';
import { startWork, type Working } from '../../server/working.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { textOption } from '../options.ts';
import { reportFailure, reportFault, unreadable } from '../terminal/faults.ts';
import { showReading, startProgress } from '../terminal/progress.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

const HELP = `usage: healthcode import --source S FILE [--as-recorded] [--data DIR] [--keys DIR]

Takes evidence (JSON Lines; - is standard input) into the service in the name of a source, and assesses everyone whom it
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
    for await (const receipt of deliver(work, deliverer, incomingFrom(input))) {
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

function tellQuarantined(file: string, line: number, faults: readonly Fault[]): void {
  for (const found of faults) reportFault(file, line, found);
}
