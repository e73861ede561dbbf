import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assess } from '../../domain/codes/assess.ts';
import type { Person } from '../../domain/people/persons.ts';
import { type AreaIndex, indexAreas } from '../../domain/places/area-index.ts';
import type { Instant } from '../../domain/time.ts';
import { knownAreas } from '../areas/known-areas.ts';
import { type Command, EXIT } from '../command.ts';
import { readPersons } from '../evidence/evidence-file.ts';
import { type LoadedRules, loadRules } from '../input/rules-file.ts';
import { wholeNumberOption } from '../options.ts';
import { readDivisions } from '../province/divisions.ts';
import { MOST_PEOPLE, MOST_SEED, REFERENCE_DAY, referenceInstant, writeProvince } from '../province.ts';
import { reportFault } from '../terminal/faults.ts';
import { openOutput } from '../terminal/output.ts';
import { summarise } from './summary.ts';
import { startTally, type Tally } from './tally.ts';

const HELP = `usage: healthcode demo [--people N] [--seed S] [--data DIR]

Makes up a province, reads its evidence and its risk-area lists as any other, assesses everyone at noon
of ${REFERENCE_DAY}, and prints a summary: by colour, by ground, by city, and three people explained.

  --people N  how many people (100000)
  --seed S    which province (2021)
  --data DIR  where evidence.ndjson and lists.ndjson are put (.data/demo)`;

/** `healthcode demo`, which `npm start` runs. */
export const demo: Command = {
  name: 'demo',
  summary: 'make up a province, assess everyone, and tell about it',
  help: HELP,
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      people: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '2021' },
      data: { type: 'string', default: join('.data', 'demo') },
    },
  });
  const people = wholeNumberOption('people', values.people, 1, MOST_PEOPLE);
  const seed = wholeNumberOption('seed', values.seed, 0, MOST_SEED);
  const loaded = await loadRules();
  if (!loaded) return EXIT.faults;
  await mkdir(values.data, { recursive: true });
  const out = join(values.data, 'evidence.ndjson');
  const lists = join(values.data, 'lists.ndjson');
  await writeProvince({ people, seed, day: REFERENCE_DAY, out, lists });
  const listed = await knownAreas([lists], loaded.rules.areaLevels, new Set());
  if (!listed.areas) return EXIT.faults;
  const at = referenceInstant(REFERENCE_DAY);
  const areas = indexAreas(listed.areas, at, loaded.rules.parameters);
  const { tally, faults } = await assessEveryone(out, { loaded, areas, at });
  await print(summaryOf(tally, { loaded, areas, at }));
  return faults > 0 ? EXIT.faults : EXIT.done;
}

/** What every assessment of the demo has in common. */
interface Situation {
  readonly loaded: LoadedRules;
  readonly areas: AreaIndex;
  readonly at: Instant;
}

async function assessEveryone(
  file: string,
  { loaded, areas, at }: Situation,
): Promise<{ tally: Tally; faults: number }> {
  let faults = 0;
  const persons = readPersons({
    file,
    grouped: true,
    knownAt: at,
    rules: loaded.rules,
    onFault: ({ line, fault }) => {
      faults++;
      reportFault(file, line, fault);
    },
  });
  const { tally, add } = startTally(loaded);
  for await (const batch of persons) {
    for (const person of batch) add({ person, assessment: assess(person.facts, loaded.compiled, areas, at) });
  }
  return { tally, faults };
}

function summaryOf(tally: Tally, { loaded, areas, at }: Situation): string {
  const assessAt = (person: Person, later: Instant) => assess(person.facts, loaded.compiled, areas, later);
  const { nameOf } = readDivisions();
  return summarise(tally, at, { loaded, assessAt, nameOf });
}

async function print(text: string): Promise<void> {
  const output = openOutput('-');
  await output.write(text);
  await output.close();
}
