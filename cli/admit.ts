import { parseArgs } from 'node:util';
import { COLOURS, type Colour } from '../domain/colour.ts';
import { admit, venueCategories } from '../domain/measures/admit.ts';
import { type Command, EXIT, UsageError } from './command.ts';
import { loadRules } from './input/rules-file.ts';
import { textOption } from './options.ts';

const HELP = `usage: healthcode admit --colour red|yellow|green|none --venue CATEGORY [--masked] [--identity-verified] [--rules FILE]

Decides whether a person may enter, and prints the outcome, the clause and the reason.

  --colour COLOUR       the colour of the code; none: no code on file
  --venue CATEGORY      the category of the venue; an unknown one is wrong usage
  --masked              a mask is worn
  --identity-verified   the identity was checked against a document
  --rules FILE          a rule package; by default zj-2021-01`;

export const admitCommand: Command = {
  name: 'admit',
  summary: 'may this colour enter this kind of place',
  help: HELP,
  reading: (file) => ['--colour', 'green', '--venue', 'school', '--rules', file],
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      colour: { type: 'string' },
      venue: { type: 'string' },
      masked: { type: 'boolean', default: false },
      'identity-verified': { type: 'boolean', default: false },
      rules: { type: 'string' },
    },
  });
  const colour = colourOption(values.colour);
  const venue = textOption('venue', values.venue);
  const loaded = await loadRules(values.rules);
  if (!loaded) return EXIT.faults;
  const holder = colour === 'none' ? 'none' : 'phone';
  const visitor = {
    colour,
    masked: values.masked,
    identityVerified: values['identity-verified'],
    holder,
  } as const;
  const admission = admit(loaded.rules, visitor, venue);
  if (!admission) {
    throw new UsageError(`--venue must be one of ${venueCategories(loaded.rules).join(', ')}`);
  }
  process.stdout.write(`${JSON.stringify(admission)}\n`);
  return EXIT.done;
}

function colourOption(text: string | undefined): Colour | 'none' {
  const found = [...COLOURS, 'none' as const].find((colour) => colour === text);
  if (!found) throw new UsageError(`--colour must be one of ${COLOURS.join(', ')}, none`);
  return found;
}
