import { devNull } from 'node:os';
import { parseArgs } from 'node:util';
import { assess } from '../domain/codes/assess.ts';
import { printAssessment } from '../domain/codes/print.ts';
import type { Person } from '../domain/people/persons.ts';
import { indexAreas } from '../domain/places/area-index.ts';
import { knownAreas } from './areas/known-areas.ts';
import { type Command, EXIT } from './command.ts';
import { readPersons } from './evidence/evidence-file.ts';
import { printJson } from './input/json.ts';
import { loadRules } from './input/rules-file.ts';
import { textOption, timeOption, timesOption } from './options.ts';
import { reportFault, unreadable } from './terminal/faults.ts';
import { openOutput } from './terminal/output.ts';

const HELP = `usage: healthcode assess --evidence FILE --at TIME [--known-at TIME] [--areas FILE]… [--accept TIME]… [--rules FILE]
                         [--grouped]

Reads evidence as JSON Lines and prints one assessment a person as JSON Lines, in the order in which
persons first appear. A person with a fault is not printed; each fault is told on stderr.

  --evidence FILE  evidence, one record a line; - is standard input
  --at TIME        the instant of the assessment (RFC 3339 with offset)
  --known-at TIME  what was known then; by default the same instant
  --areas FILE     official risk-area snapshots, or JSON Lines of listed areas; may be repeated
  --accept TIME    the official list of this time is in force, whatever speaks against it; may be repeated
  --rules FILE     a rule package; by default zj-2021-01
  --grouped        the lines are grouped by person: constant memory for a file of any length; a record that
                   passes from one person to another is followed only without this (docs/decisions/0014)`;

const EXAMPLE_TIME = '2021-01-20T12:00:00+08:00';

/** `healthcode assess`: evidence in, one assessment a person out. */
export const assessCommand: Command = {
  name: 'assess',
  summary: 'evidence in, colours with reasons out',
  help: HELP,
  reading: (file) => ['--evidence', file, '--at', EXAMPLE_TIME],
  alsoReading: [
    (file) => ['--grouped', '--evidence', file, '--at', EXAMPLE_TIME],
    (file) => ['--areas', file, '--evidence', devNull, '--at', EXAMPLE_TIME],
    (file) => ['--rules', file, '--evidence', devNull, '--at', EXAMPLE_TIME],
  ],
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      evidence: { type: 'string' },
      at: { type: 'string' },
      'known-at': { type: 'string' },
      areas: { type: 'string', multiple: true, default: [] },
      accept: { type: 'string', multiple: true, default: [] },
      rules: { type: 'string' },
      grouped: { type: 'boolean', default: false },
    },
  });
  const file = textOption('evidence', values.evidence);
  const at = timeOption('at', values.at);
  const knownAt = values['known-at'] === undefined ? at : timeOption('known-at', values['known-at']);
  const accepted = timesOption('accept', values.accept);
  const loaded = await loadRules(values.rules);
  if (!loaded) return EXIT.faults;
  const known = await knownAreas(values.areas, loaded.rules.areaLevels, accepted);
  if (!known.areas) return EXIT.faults;
  const areas = indexAreas(known.areas, knownAt, loaded.rules.parameters);
  let { faults } = known;
  const persons = readPersons({
    file,
    grouped: values.grouped,
    knownAt,
    rules: loaded.rules,
    quiet: process.stdout.isTTY,
    onFault: ({ line, fault }) => {
      faults++;
      reportFault(file, line, fault);
    },
  });
  try {
    await print(persons, ({ document, facts }) =>
      printJson(printAssessment(document, assess(facts, loaded.compiled, areas, at))),
    );
  } catch (error) {
    const found = unreadable(error);
    if (!found) throw error;
    faults++;
    reportFault(file, undefined, found);
  }
  return faults > 0 ? EXIT.faults : EXIT.done;
}

/** Text is written in pieces of about this length, so that a whole province never stands in memory as one. */
const FLUSH_LENGTH = 1 << 16;

/** Prints a line for each person, until nobody reads any more. */
async function print(
  persons: AsyncIterable<readonly Person[]>,
  line: (person: Person) => string,
): Promise<void> {
  const output = openOutput('-');
  let text = '';
  for await (const batch of persons) {
    for (const person of batch) {
      text += `${line(person)}\n`;
      if (text.length < FLUSH_LENGTH) continue;
      if (!(await output.write(text))) return;
      text = '';
    }
  }
  await output.write(text);
  await output.close();
}
