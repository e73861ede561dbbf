import { parseArgs } from 'node:util';
import { addEveryone } from '../../server/codes/store.ts';
import { whenNobodyIsDue } from '../../server/codes/when-nobody-is-due.ts';
import { BUCKETS, timeUuid } from '../../server/platform/db/uuid.ts';
import { startWork, type Working } from '../../server/working.ts';
import { type Command, EXIT, UsageError } from '../command.ts';
import { reportFailure } from '../terminal/faults.ts';
import { startProgress } from '../terminal/progress.ts';
import { SITE_HELP, SITE_OPTIONS, siteOf, withInstallation } from './site.ts';

const HELP = `usage: healthcode reassess [--all] [--data DIR] [--keys DIR]

Assesses those who are due, or with --all everyone, and prints {"due":…,"appended":…}: how many people were due, and for
how many something differed and was written down. It may be broken off and begun again; others may work on it too.

  --all       makes everyone due first
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
    options: { ...SITE_OPTIONS, all: { type: 'boolean', default: false } },
  });
  if (positionals.length > 0) throw new UsageError('takes no FILE');
  const counts = await withInstallation(siteOf(values), async (installation) => {
    let done = 0;
    let appended = 0;
    let unreadable = 0;
    if (values.all) await makeEveryoneDue(installation.store.app);
    const work = startWork(installation, Date.now, {
      onFailure: (error) => reportFailure('database', error),
      onUnread: reportFailure,
      onTurned: (turned) => {
        done += turned.done;
        appended += turned.appended;
        unreadable += turned.unreadable.size;
      },
    });
    await watch(work, () => done);
    await work.stop();
    return { due: done, appended, unreadable };
  });
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  return counts.unreadable > 0 ? EXIT.faults : EXIT.done;
}

async function makeEveryoneDue(db: Parameters<typeof addEveryone>[0]): Promise<void> {
  const now = Date.now();
  const dueId = timeUuid(now);
  for (let bucket = 0; bucket < BUCKETS; bucket++) await addEveryone(db, dueId, bucket, now);
}

async function watch(work: Working, done: () => number): Promise<void> {
  let progress: ReturnType<typeof startProgress> | undefined;
  await whenNobodyIsDue(work, (waiting) => {
    progress ??= startProgress(waiting + done(), 'people');
    progress.at(done());
  });
  progress?.end();
}
