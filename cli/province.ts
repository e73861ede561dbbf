import { parseArgs } from 'node:util';
import { dayOf, type Instant, parseInstant } from '../domain/time.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { wholeNumberOption } from './options.ts';
import { createCalendar } from './province/calendar.ts';
import { readDivisions } from './province/divisions.ts';
import { generateProvince } from './province/generate.ts';
import { printRiskLists } from './province/risk-areas.ts';
import { type Output, openOutput } from './terminal/output.ts';
import { startProgress } from './terminal/progress.ts';

/** The day around which the province's evidence lies, unless another is asked for: the notice was in force then. */
export const REFERENCE_DAY = '2021-01-20';

/** The instant at which a province is meant to be looked at: noon of its day. */
export function referenceInstant(day: string): Instant {
  return parseInstant(`${day}T12:00:00+08:00`);
}

export const MOST_PEOPLE = 100_000_000;
export const MOST_SEED = 2 ** 32 - 1;

const HELP = `usage: healthcode province --people N --seed S [--out FILE] [--lists FILE] [--day DATE]

Makes up a province: evidence of N people of Zhejiang as JSON Lines, grouped by person. The same N, S and
DATE give the same bytes on every machine. Nobody's number appears: resident numbers lie in county codes
that were never assigned.

  --people N    how many people, 1 to 100,000,000
  --seed S      which province, 0 to 4,294,967,295
  --out FILE    where the evidence goes; - (the default) is standard output
  --lists FILE  also write the province's own risk-area lists, official format, one snapshot a line
  --day DATE    the day around which everything happens (${REFERENCE_DAY}); assess at its noon

  healthcode province --people 100000 --seed 1 --out evidence.ndjson --lists lists.ndjson
  healthcode assess --grouped --evidence evidence.ndjson --areas lists.ndjson --at ${REFERENCE_DAY}T12:00:00+08:00`;

export const province: Command = {
  name: 'province',
  summary: 'make up the evidence of a province of people',
  help: HELP,
  writing: (file) => ['--people', '10', '--seed', '1', '--out', file],
  run: async (args) => {
    await writeProvince(readOptions(args));
    return EXIT.done;
  },
};

/** What is made, and where it goes. */
export interface ProvinceOptions {
  readonly people: number;
  readonly seed: number;
  /** Civil day, as printed. */
  readonly day: string;
  /** `-` is standard output. */
  readonly out: string;
  readonly lists: string | undefined;
}

/** Writes the lists, then the evidence. Stops quietly when nobody reads. */
export async function writeProvince({ people, seed, day, out, lists }: ProvinceOptions): Promise<void> {
  const divisions = readDivisions();
  const calendar = createCalendar(dayNumber(day));
  if (lists !== undefined)
    await writeWhole(lists, async (output) => void (await output.write(printRiskLists(divisions, calendar))));
  await writeWhole(out, async (output) => {
    const progress = startProgress(people, 'people');
    let done = 0;
    for (const part of generateProvince(people, seed, divisions, calendar)) {
      if (!(await output.write(part.bytes))) break;
      done += part.people;
      progress.at(done);
    }
    progress.end();
  });
}

/** Writes a file that appears only when it is whole. */
async function writeWhole(file: string, write: (output: Output) => Promise<void>): Promise<void> {
  const output = openOutput(file);
  try {
    await write(output);
    await output.close();
  } catch (error) {
    await output.discard();
    throw error;
  }
}

function readOptions(args: readonly string[]): ProvinceOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      people: { type: 'string' },
      seed: { type: 'string' },
      out: { type: 'string', default: '-' },
      lists: { type: 'string' },
      day: { type: 'string', default: REFERENCE_DAY },
    },
  });
  if (Number.isNaN(dayNumber(values.day))) throw new UsageError('--day is a date such as 2021-01-20');
  if (values.lists === '-' && values.out === '-')
    throw new UsageError('only one of --out and --lists can be -');
  return {
    people: wholeNumberOption('people', values.people, 1, MOST_PEOPLE),
    seed: wholeNumberOption('seed', values.seed, 0, MOST_SEED),
    out: values.out,
    lists: values.lists,
    day: values.day,
  };
}

function dayNumber(day: string): number {
  return dayOf(referenceInstant(day));
}
