import { parseArgs } from 'node:util';
import { type Fault, fault } from '../domain/fault.ts';
import { createPlaceRegister, type PlaceRegister } from '../domain/places/history.ts';
import { createPlaceResolver } from '../domain/places/resolve-place.ts';
import { printInstant } from '../domain/time.ts';
import type { Outcome } from '../server/places/import-list.ts';
import { readAreaDocument } from '../server/places/read-document.ts';
import { readGazetteer } from './areas/gazetteer.ts';
import { type Given, givenIn, inBatches } from './areas/given-documents.ts';
import { resolutionReport, unresolvedLines } from './areas/report.ts';
import { concernPeople, type Taker, takeInto, tryOut } from './areas/takers.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { timesOption } from './options.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './service/site.ts';
import { reportFault } from './terminal/faults.ts';
import { openOutput } from './terminal/output.ts';
import { startProgress } from './terminal/progress.ts';

const HELP = `usage: healthcode areas import FILE… [--dry-run] [--report] [--unresolved FILE] [--accept TIME]… [--data DIR] [--keys DIR]
       healthcode areas import --accept TIME… [--data DIR] [--keys DIR]

Takes official lists of risk areas (one JSON document, or one on each line, plain or brotli; - is standard
input) into the service, makes everyone due whom a change concerns, and prints a line of JSON for each list: its time,
its areas by level, and what changed since the last good list before it. Files and lines are taken in the order in
which they are given; a list that is there already changes nothing. Among them may be single areas, one a line,
{"level","region","place","from","to"}, of high, medium or low risk.

A list that cannot be true is held: its line says why in "rejected", the next list is compared with the last good
one, and the exit code is 1. That it comes again does not put it in force; --accept does, also without a file.

  --dry-run          changes nothing and needs no database: the first list is compared with none
  --report           tells on stderr how far the names were resolved to codes; always done on a terminal
  --unresolved FILE  writes the places with a name that was not found, as JSON Lines, for a person to look at
  --accept TIME      the list of this time is in force, whatever speaks against it; may be repeated
${SITE_HELP}`;

/** `healthcode areas import`: what official lists say, and what changed between them (R5). */
export const areasImport: Command = {
  name: 'areas import',
  summary: 'official risk-area lists, into the service: what changed from each to the next',
  help: HELP,
  reading: (file) => ['--dry-run', file],
  alsoReading: [(file) => ['--dry-run', '--report', '--accept', '2022-04-15T11:00:00+08:00', file]],
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals: files } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...SITE_OPTIONS,
      'dry-run': { type: 'boolean', default: false },
      report: { type: 'boolean', default: process.stderr.isTTY === true },
      unresolved: { type: 'string' },
      accept: { type: 'string', multiple: true, default: [] },
    },
  });
  const isTrial = values['dry-run'];
  const accepted = timesOption('accept', values.accept);
  if (files.length === 0 && (isTrial || accepted.size === 0)) throw new UsageError('names no file');
  if (values.unresolved === '-') throw new UsageError('--unresolved must name a file');
  // Names cost time, and the lines that are printed need none (docs/decisions/0008-name-table.md).
  let opened: PlaceRegister | undefined;
  const register = () => {
    opened ??= createPlaceRegister(createPlaceResolver(readGazetteer()));
    return opened;
  };
  const named = values.report || values.unresolved !== undefined ? register() : undefined;
  const faults = isTrial
    ? await takeFiles(files, tryOut(accepted), named)
    : await withInstallation(siteOf(values), async (installation) => {
        const taker = takeInto(installation, register, accepted);
        const found =
          files.length > 0 ? await takeFiles(files, taker, named) : await acceptHeld(accepted, taker);
        process.stderr.write(`people to be assessed again: ${await concernPeople(installation)}\n`);
        return found;
      });
  if (named) await tell(named, values);
  return faults > 0 ? EXIT.faults : EXIT.done;
}

/** Prints the line of each list and returns the number of faults, held lists among them. */
async function takeFiles(
  files: readonly string[],
  taker: Taker,
  named: PlaceRegister | undefined,
): Promise<number> {
  const printing = startPrinting();
  for await (const batch of inBatches(givenIn(files), taker.most)) {
    const values = batch.flatMap((given) => (given.fault ? [] : [given.value]));
    const outcomes = [...(await taker.take(values))];
    for (const given of batch) {
      const outcome = given.fault ? { faults: [given.fault] } : outcomes.shift()!;
      if (!(await printing.print(given, outcome)) && !taker.keeps) return printing.end();
      if (named && !given.fault && 'line' in outcome && !outcome.held) resolveNames(named, given.value);
    }
  }
  return printing.end();
}

/** Puts lists that are held in force, without their files. */
async function acceptHeld(times: ReadonlySet<number>, taker: Taker): Promise<number> {
  const printing = startPrinting();
  for (const time of times) {
    const nothing = { faults: [fault(printInstant(time), 'no list of this time is held')] };
    await printing.print({ file: '--accept', line: undefined }, (await taker.accept(time)) ?? nothing);
  }
  return printing.end();
}

/** Prints outcomes; each time it tells whether anybody reads them still. */
function startPrinting() {
  const output = openOutput('-');
  const progress = process.stdout.isTTY ? undefined : startProgress(undefined, 'lists');
  let faults = 0;
  let documents = 0;
  return {
    print: async ({ file, line }: Pick<Given, 'file' | 'line'>, outcome: Outcome): Promise<boolean> => {
      progress?.at(++documents);
      for (const found of faultsOf(outcome)) {
        faults++;
        reportFault(file, line, found);
      }
      return !('line' in outcome) || output.write(`${JSON.stringify(outcome.line)}\n`);
    },
    end: async (): Promise<number> => {
      progress?.end();
      await output.close();
      return faults;
    },
  };
}

function faultsOf(outcome: Outcome): readonly Fault[] {
  if ('faults' in outcome) return outcome.faults;
  if (!('line' in outcome && outcome.held)) return [];
  return [fault(outcome.held.field, `${outcome.held.message}; the list is held`)];
}

function resolveNames(named: PlaceRegister, value: unknown): void {
  const { document } = readAreaDocument(value);
  if (document?.form === 'list') named.listed(document.snapshot);
}

async function tell(
  register: PlaceRegister,
  { report, unresolved }: { report: boolean; unresolved?: string | undefined },
): Promise<void> {
  if (report) process.stderr.write(`${resolutionReport(register.places())}\n`);
  if (unresolved === undefined) return;
  const output = openOutput(unresolved);
  await output.write(unresolvedLines(register.places()));
  await output.close();
}
