import { createHash } from 'node:crypto';
import { type Instant, NEVER } from '../../../../domain/time.ts';
import type { Db } from '../../../platform/db/database.ts';
import { type MarkRow, marksOf } from './store.ts';

/** Watches some people for changes, all of them by one statement a second. */
export interface Watch {
  /** Tells of each change until it is ended. `onMark` gets the state at first, and each state that differs from the one before. */
  readonly begin: (watched: Watched, onMark: (mark: string) => void) => () => void;
  readonly stop: () => void;
}

/** Who is watched: an account, and those whose codes it shows. */
export interface Watched {
  readonly accountId: string;
  readonly personIds: readonly string[];
}

/** What watching needs. */
export interface WatchParts {
  readonly db: Db;
  readonly clock: () => Instant;
  /** A text that changes with how an account stands with its code. */
  readonly accountMark: (accountId: string) => Promise<string>;
  readonly onFailure: (error: unknown) => void;
  readonly lookMs?: number;
}

/** A change is to be told of within five seconds. */
const LOOK_MS = 1_000;
/** People in one statement at most. */
const MOST_TOGETHER = 2_000;

interface Watcher extends Watched {
  readonly onMark: (mark: string) => void;
  mark: string | undefined;
}

/** Makes a watch; it looks while somebody is watched. */
export function createWatch({ db, clock, accountMark, onFailure, lookMs = LOOK_MS }: WatchParts): Watch {
  const watchers = new Set<Watcher>();
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;

  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const all = [...watchers];
      for (let from = 0; from < all.length; from += MOST_TOGETHER)
        await lookAt(all.slice(from, from + MOST_TOGETHER));
    } catch (error) {
      onFailure(error);
    } finally {
      isLooking = false;
    }
  };

  const lookAt = async (some: readonly Watcher[]) => {
    const now = clock();
    const personIds = [...new Set(some.flatMap((watcher) => watcher.personIds))];
    const accountIds = [...new Set(some.map(({ accountId }) => accountId))];
    const [rows, accountMarks] = await Promise.all([
      personIds.length === 0 ? [] : marksOf(db, personIds, now),
      Promise.all(accountIds.map(accountMark)),
    ]);
    const people = byPerson(rows, now);
    const accounts = new Map(accountIds.map((accountId, i) => [accountId, accountMarks[i]!]));
    for (const watcher of some) {
      const shown = watcher.personIds.map((personId) => people.get(personId) ?? '');
      const mark = printMark([accounts.get(watcher.accountId)!, ...shown]);
      if (mark === watcher.mark) continue;
      watcher.mark = mark;
      watcher.onMark(mark);
    }
  };

  return {
    begin: (watched, onMark) => {
      const watcher: Watcher = { ...watched, onMark, mark: undefined };
      watchers.add(watcher);
      timer ??= setInterval(look, lookMs).unref();
      void look();
      return () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    stop: () => clearInterval(timer),
  };
}

/** What is known of each person; that an instant of change has passed is a part of it (M7). */
function byPerson(rows: readonly MarkRow[], now: Instant): ReadonlyMap<string, string> {
  const marks = new Map<string, string[]>();
  for (const { personId, what, mark, until } of rows) {
    const hasPassed = (until ?? NEVER) <= now ? ' passed' : '';
    const ofPerson = marks.get(personId);
    const one = `${what} ${mark}${hasPassed}`;
    if (ofPerson) ofPerson.push(one);
    else marks.set(personId, [one]);
  }
  // The rows come in no order.
  return new Map([...marks].map(([personId, all]) => [personId, all.sort().join('\n')]));
}

/** A mark says nothing but whether it is another one. */
function printMark(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n\n')).digest('base64url').slice(0, 16);
}
