import { parseArgs } from 'node:util';
import { type Fault, fault } from '../domain/fault.ts';
import { createHistory, type History } from '../domain/places/history.ts';
import { createPlaceResolver } from '../domain/places/resolve-place.ts';
import { readGazetteer } from './areas/gazetteer.ts';
import { createListIntake, type ListIntake } from './areas/intake.ts';
import { readJsonDocuments } from './areas/json-documents.ts';
import { resolutionReport, unresolvedLines } from './areas/report.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { timesOption } from './options.ts';
import { reportFault } from './terminal/faults.ts';
import { openOutput } from './terminal/output.ts';
import { startProgress } from './terminal/progress.ts';

const HELP = `usage: healthcode areas import FILE… [--dry-run] [--report] [--unresolved FILE] [--accept TIME]…

Reads official lists of risk areas (one JSON document, or one on each line, plain or brotli; - is standard
input) and prints a line of JSON for each: its time, its areas by level, and what changed since the last good
list before it. Files and lines are taken in the order in which they are given.

A list that cannot be true is held: its line says why in "rejected", the next list is compared with the last good
one, and the exit code is 1. That it comes again does not put it in force; --accept does.

  --dry-run          changes nothing; as there is no database yet, the import without it does the same
  --report           tells on stderr how far the names were resolved to codes; always done on a terminal
  --unresolved FILE  writes the places with a name that was not found, as JSON Lines, for a person to look at
  --accept TIME      the list of this time is in force, whatever speaks against it; may be repeated`;

/** `healthcode areas import`: what official lists say, and what changed between them (R5). */
export const areasImport: Command = {
  name: 'areas import',
  summary: 'official risk-area lists: what changed from each to the next',
  help: HELP,
  reading: (file) => ['--dry-run', file],
  alsoReading: [(file) => ['--report', '--accept', '2022-04-15T11:00:00+08:00', file]],
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean' },
      report: { type: 'boolean', default: process.stderr.isTTY === true },
      unresolved: { type: 'string' },
      accept: { type: 'string', multiple: true, default: [] },
    },
  });
  if (positionals.length === 0) throw new UsageError('names no file');
  if (values.unresolved === '-') throw new UsageError('--unresolved must name a file');
  const accepted = timesOption('accept', values.accept);
  // Names cost time, and the lines that are printed need none (docs/decisions/0008-name-table.md).
  const needsNames = values.report || values.unresolved !== undefined;
  const history = needsNames ? createHistory(createPlaceResolver(readGazetteer())) : undefined;
  const intake = createListIntake({ receivedAt: Date.now(), accepted }, () => history);
  const faults = await importFiles(positionals, intake);
  if (history) await tell(history, values);
  return faults > 0 ? EXIT.faults : EXIT.done;
}

/** Prints the line of each list and returns the number of faults, held lists among them. */
async function importFiles(files: readonly string[], intake: ListIntake): Promise<number> {
  const output = openOutput('-');
  const progress = process.stdout.isTTY ? undefined : startProgress(undefined, 'lists');
  let faults = 0;
  let lists = 0;
  const report = (file: string, line: number | undefined, found: Fault): void => {
    faults++;
    reportFault(file, line, found);
  };
  for (const file of files) {
    let documents = 0;
    for await (const document of readJsonDocuments(file)) {
      documents++;
      progress?.at(++lists);
      const { line } = document;
      const result = document.fault ? { faults: [document.fault] } : intake(document.value);
      if ('faults' in result) for (const found of result.faults) report(file, line, found);
      else {
        const { taken } = result;
        if (taken.held)
          report(file, line, fault(taken.held.field, `${taken.held.message}; the list is held`));
        if (!(await output.write(`${JSON.stringify(taken.line)}\n`))) return faults;
      }
    }
    if (documents === 0) report(file, undefined, fault('', 'is empty'));
  }
  progress?.end();
  await output.close();
  return faults;
}

async function tell(
  history: History,
  { report, unresolved }: { report: boolean; unresolved?: string | undefined },
): Promise<void> {
  if (report) process.stderr.write(`${resolutionReport(history.places())}\n`);
  if (unresolved === undefined) return;
  const output = openOutput(unresolved);
  await output.write(unresolvedLines(history.places()));
  await output.close();
}
