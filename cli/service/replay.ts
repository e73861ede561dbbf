import { parseArgs } from 'node:util';
import type { Fault } from '../../domain/fault.ts';
import { type Document, readDocument } from '../../domain/people/document.ts';
import { replay } from '../../server/codes/replay.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { printJson } from '../input/json.ts';
import { textOption, timeOption } from '../options.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

const HELP = `usage: healthcode replay --person DOCUMENT [--at TIME] [--known-at TIME] [--purpose TEXT] [--data DIR] [--keys DIR]

Makes a decision about a person again and prints it as JSON: the assessment, every version of every record that was
known with where it came from, and the conclusion that was in force. The look is put on record.

  --person DOCUMENT  a resident number, TYPE:NUMBER, or passport:ISSUER:NUMBER
  --at TIME          the instant of the assessment; by default now
  --known-at TIME    what was known then; by default the same instant
  --purpose TEXT     why it is looked at (D4); by default "replay"
${SITE_HELP}`;

/** `healthcode replay`: what was known about a person, and why the colour was what it was. */
export const replayCommand: Command = {
  name: 'replay',
  summary: 'what was known about a person, and what followed from it',
  help: HELP,
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...SITE_OPTIONS,
      person: { type: 'string' },
      at: { type: 'string' },
      'known-at': { type: 'string' },
      purpose: { type: 'string', default: 'replay' },
    },
  });
  const document = documentOption(textOption('person', values.person));
  const now = Date.now();
  const at = values.at === undefined ? now : timeOption('at', values.at);
  const knownAt = values['known-at'] === undefined ? at : timeOption('known-at', values['known-at']);
  const looking = { ...OPERATOR, purpose: textOption('purpose', values.purpose) };
  const found = await withInstallation(siteOf(values), (installation) =>
    replay(installation, document, at, knownAt, looking, now),
  );
  if (!found) {
    process.stderr.write('healthcode replay: nothing was ever stated about this document\n');
    return EXIT.faults;
  }
  process.stdout.write(`${printJson(found)}\n`);
  return EXIT.done;
}

/** As whom somebody at the command line looks, as people read it who ask who looked at them. */
const OPERATOR = { actor: 'operator', authority: '健康码运行单位 (operator of the health code)' };

/** A document given on the command line. */
function documentOption(text: string): Document {
  const [type, ...rest] = text.includes(':') ? text.split(':') : ['resident-id', text];
  const [issuer, number] = rest.length > 1 ? rest : [undefined, rest[0]];
  const faults: Fault[] = [];
  const document = readDocument({ type, number, ...(issuer !== undefined && { issuer }) }, 'person', faults);
  if (document) return document;
  throw new UsageError(`--person: ${faults[0]!.field} ${faults[0]!.message}`);
}
