import { parseArgs } from 'node:util';
import { backUp } from '../../server/back-up.ts';
import { keepNewest } from '../../server/platform/db/backup/find-backups.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { printJson } from '../input/json.ts';
import { wholeNumberOption } from '../options.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf } from './site.ts';

const HELP = `usage: healthcode backup DIR [--keep COUNT] [--data DIR] [--keys DIR]

Takes a backup of the database into a new folder of DIR, while the service works, and prints
{"backup":…,"removed":[…]}. With the journal that "serve --archive DIR" keeps beside it, it can be restored as it was at any
instant from its end on ("restore"). A PostgreSQL of your own (DATABASE_URL) is backed up by pg_basebackup, which has to be
installed: docs/operations.md.

The keys are not in it, and must never lie beside it: whoever has both can read everything. Back them up apart, whenever a
version was added (docs/keys.md). A DIR that holds keys is refused.

  --keep COUNT  removes all but the newest COUNT backups, with the journal that only they need
${SITE_HELP}`;

/** `healthcode backup`: the database as it is, while it is used. */
export const backupCommand: Command = {
  name: 'backup',
  summary: 'back the database up while it is used; the keys apart',
  help: HELP,
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { ...SITE_OPTIONS, keep: { type: 'string' } },
  });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw new UsageError('names one DIR');
  const keep = values.keep === undefined ? undefined : wholeNumberOption('keep', values.keep, 1, 10_000);
  const site = siteOf(values);
  if (keep !== undefined && 'url' in site.place)
    throw new UsageError('--keep is for the embedded database only');
  const backup = await backUp(site, folder, Date.now);
  const removed = keep === undefined ? [] : keepNewest(folder, keep);
  process.stdout.write(`${printJson({ backup, removed })}\n`);
  process.stderr.write(`the keys in ${site.keysFolder} are not in it: back them up apart\n`);
  return EXIT.done;
}
