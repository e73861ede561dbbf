import { parseArgs } from 'node:util';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { beginWithEveryone } from '../../server/codes/everyone/begin-with-everyone.ts';
import { rehearse } from '../../server/codes/everyone/rehearse.ts';
import { countEveryone } from '../../server/codes/everyone/store.ts';
import { whenEveryoneIsDone } from '../../server/codes/everyone/when-everyone-is-done.ts';
import type { Installation, Site } from '../../server/installation.ts';
import { startWork } from '../../server/working.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { loadRules } from '../input/rules-file.ts';
import { reportFailure } from '../terminal/faults.ts';
import { type Progress, sharedDone, startProgress } from '../terminal/progress.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

const HELP = `usage: healthcode reassess [--all [--rate PEOPLE]] [--data DIR] [--keys DIR]
       healthcode reassess --rules FILE --dry-run [--data DIR] [--keys DIR]

Assesses those who are due, or with --all everyone, and prints {"due":…,"appended":…}: how many people this process looked
at, and for how many something differed and was written down. It may be broken off: begun again, it goes on with what is
left. Any number of them share the work, on any number of machines, and so does every service that runs.

  --all          looks at everyone again
  --rules FILE   with --dry-run: counts who would change if this rule package were in force, by colour, clause, city,
  --dry-run      county and decade of birth, with twenty explanations of nobody in particular; nothing is written
  --rate PEOPLE  with --all: all processes that share it, services too, look at no more than so many people a second
                 together, whether or not anything can differ about them. It holds until --all is begun again, with
                 another rate or none; without one each looks at as many as it can beside its other work
${SITE_HELP}`;

/** `healthcode reassess`: those who are due, or everyone, again (M7). */
export const reassessCommand: Command = {
  name: 'reassess',
  summary: 'assess those who are due, or everyone, again',
  help: HELP,
  run,
};

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...SITE_OPTIONS,
      all: { type: 'boolean', default: false },
      rate: { type: 'string' },
      rules: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 0) throw new UsageError('takes no FILE');
  if ((values.rules !== undefined) !== values['dry-run'])
    throw new UsageError('--rules FILE and --dry-run belong together');
  if (values.rules !== undefined && (values.all || values.rate !== undefined))
    throw new UsageError(
      '--dry-run always looks at everyone, as fast as it can: --all and --rate are not for it',
    );
  if (values.rules !== undefined) return rehearseRules(values.rules, siteOf(values));
  const perSecond = rateOf(values.rate);
  if (perSecond !== undefined && !values.all) throw new UsageError('--rate is for --all');
  const counts = await withInstallation(siteOf(values), async (installation) => {
    if (values.all) await beginWithEveryone(installation, Date.now(), perSecond);
    return reassess(installation);
  });
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  return counts.unreadable > 0 ? EXIT.faults : EXIT.done;
}

function rateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9][0-9]{0,9}$/.test(text)) throw new UsageError('--rate is a whole number of people');
  return Number(text);
}

/** Counts what a rule package would change, and prints it as one line. */
async function rehearseRules(file: string, site: Site): Promise<number> {
  const loaded = await loadRules(file);
  if (!loaded) return EXIT.faults;
  const rehearsal = await withInstallation(site, async ({ store, keys, freshDecision, decisionBy }) => {
    const at = Date.now();
    const progress = startProgress(await countEveryone(store.app), 'people');
    let looked = 0;
    const inForce = await freshDecision(at);
    const other = decisionBy({ ...loaded, lists: listsOf(loaded.rules) }, at);
    const counted = await rehearse({
      ...{ database: store.app, keys, inForce, other, at },
      onLooked: (people) => {
        looked += people;
        progress.at(looked);
      },
    });
    progress.end();
    return counted;
  });
  process.stdout.write(`${JSON.stringify(rehearsal)}\n`);
  return rehearsal.unreadable > 0 ? EXIT.faults : EXIT.done;
}

/** Works until nobody is due, and until everybody was looked at again who was to be. */
async function reassess(installation: Installation) {
  let due = 0;
  let appended = 0;
  let unreadable = 0;
  const work = startWork(installation, Date.now, {
    onFailure: (error) => reportFailure('database', error),
    onUnread: reportFailure,
    onLooked: (people, changed) => {
      due += people;
      appended += changed;
    },
    onTurned: (turned) => {
      due += turned.done;
      appended += turned.appended;
      unreadable += turned.unreadable.size;
    },
  });
  let begun: { readonly total: number; readonly progress: Progress } | undefined;
  await whenEveryoneIsDone(work, (waiting) => {
    const total = waiting + due;
    begun ??= { total, progress: startProgress(total, 'people') };
    begun.progress.at(sharedDone(begun.total, due, waiting));
  });
  begun?.progress.end();
  await work.stop();
  return { due, appended, unreadable };
}
