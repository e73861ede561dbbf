import { parseArgs } from 'node:util';
import { printInstant } from '../../domain/time.ts';
import { type AfterRestore, afterRestore } from '../../server/after-restore.ts';
import { keysIn } from '../../server/installation.ts';
import { readRemovals } from '../../server/record/removals/removal-list.ts';
import { restore } from '../../server/restore.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { printJson } from '../input/json.ts';
import { textOption, timeOption } from '../options.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

const FOLLOWS = `Then it does what has to follow, before anybody is served: numbers that may have been given out meanwhile are left
out, everybody has to sign in again, whoever has left since then leaves again, clients that were barred are barred, and
phones and cards that ended end again: DIR/removed.jsonl, which "serve --archive DIR" keeps, says who. It prints
{"restoredTo":…,"sessionsEnded":…,"epochsClosed":…,"withdrawn":…,"barred":…,"ended":…,"unclear":[…],"unreadable":…}; the exit code is 1 when there
are accounts at which a person has to look ("unclear"), or lines of that list that are damaged ("unreadable").

What sources delivered after that instant is lost, though they were told that it was accepted: let them deliver it again.`;

const HELP = `usage: healthcode restore DIR --data DIR [--to TIME] [--keys DIR]

Makes the embedded database anew from the backups in DIR and the journal beside them, in a data folder that holds none:
as it was at an instant, or as late as the journal reaches. Every file is compared with what was written down when it was
backed up; one that is damaged or missing is named, and nothing is restored. The keys have to be in place before.

${FOLLOWS}

  --data DIR  the data folder
  --to TIME   the instant; nothing that was written later is in it
  --keys DIR  where the key files lie; by default HEALTHCODE_KEYS, or "keys" in the data folder`;

/** `healthcode restore`: the database as it was. */
export const restoreCommand: Command = {
  name: 'restore',
  summary: 'make the database anew from a backup, as it was at an instant',
  help: HELP,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...SITE_OPTIONS, to: { type: 'string' } },
    });
    const dataFolder = textOption('data', values.data);
    const keysFolder = values.keys ?? process.env.HEALTHCODE_KEYS ?? keysIn(dataFolder);
    const to = values.to === undefined ? undefined : timeOption('to', values.to);
    const from = folderIn(positionals);
    return tell(await restore({ from, dataFolder, keysFolder, to }, Date.now));
  },
};

const RESTORED_HELP = `usage: healthcode restored DIR --to TIME [--data DIR] [--keys DIR]

For a PostgreSQL of your own that you have restored by its own programs (docs/operations.md), before the service is started.

${FOLLOWS}

  --to TIME   the instant to which it was restored
${SITE_HELP}`;

/** `healthcode restored`: what has to follow a restore by other means. */
export const restoredCommand: Command = {
  name: 'restored',
  summary: 'do what has to follow when a PostgreSQL of your own was restored',
  help: RESTORED_HELP,
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...SITE_OPTIONS, to: { type: 'string' } },
    });
    const restoredTo = timeOption('to', values.to);
    const removals = readRemovals(folderIn(positionals));
    return tell(
      await withInstallation(siteOf(values), (installation) =>
        afterRestore(installation, restoredTo, removals, Date.now),
      ),
    );
  },
};

function folderIn(positionals: readonly string[]): string {
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw new UsageError('names one DIR');
  return folder;
}

function tell({ restoredTo, ...done }: AfterRestore): number {
  process.stdout.write(`${printJson({ restoredTo: printInstant(restoredTo), ...done })}\n`);
  return done.unclear.length > 0 || done.unreadable > 0 ? EXIT.faults : EXIT.done;
}
