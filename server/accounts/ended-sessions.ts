import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { faultFields } from '../platform/log/fault-fields.ts';
import type { Log } from '../platform/log/log.ts';
import { COUNTS_ALONE_MS } from './session-cookie.ts';
import { sessionsEndedAfter } from './store.ts';

/** The sessions that were ended lately: a copy of their cookie, which would count alone, is worth nothing. */
export interface EndedSessions {
  readonly has: (sessionId: string) => boolean;
  /** Whether every session is known that was ended more than a moment ago. */
  readonly isComplete: () => boolean;
  /** Looks what has ended up to now. */
  readonly look: () => Promise<void>;
  readonly close: () => void;
}

/** What following the ended sessions needs. */
export interface EndedFollowing {
  readonly db: Db;
  readonly log: Log;
  readonly clock: () => Instant;
  readonly lookMs?: number;
  readonly graceMs?: number;
}

/** How often is looked: a copy of a cookie must be worth nothing a second after the session was ended. */
const LOOK_MS = 500;
/**
 * After so long without a look that succeeded, no cookie counts alone. A database that fails over is away for about as
 * long, and while it is away for everybody nobody can end a session; a process that alone is cut off from it must not
 * honour for longer what others have ended. What has no answer without the database gives none in either case, so nothing
 * is lost: passes that were issued go on without us (S7), and who asks for something else is told to come again.
 */
const GRACE_MS = 30_000;
/** The clocks of the processes that end sessions may differ by so much, and their transactions take so long. */
const SKEW_MS = 60_000;
const REMEMBERED_MS = COUNTS_ALONE_MS + SKEW_MS;
/** More than that in one look is no sign of people signing out. Then each cookie is held against its row. */
const MOST = 50_000;

/** Follows the sessions that end until it is closed. */
export async function followEndedSessions(following: EndedFollowing): Promise<EndedSessions> {
  const { db, log, clock, lookMs = LOOK_MS, graceMs = GRACE_MS } = following;
  const ended = new Map<string, Instant>();
  let looked: number | undefined;
  let looking: Promise<void> | undefined;
  const load = async () => {
    const begun = performance.now();
    const back = looked !== undefined && begun - looked < SKEW_MS / 2 ? SKEW_MS : REMEMBERED_MS;
    const now = clock();
    const rows = await sessionsEndedAfter(db, now - back, MOST);
    if (rows.length === MOST) throw new Error('more sessions ended than can be followed');
    for (const { sessionId, endedAt } of rows) ended.set(sessionId, endedAt);
    for (const [sessionId, endedAt] of ended) if (endedAt < now - REMEMBERED_MS) ended.delete(sessionId);
    looked = begun;
  };
  const look = () => {
    looking ??= load().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  await look();
  const timer = setInterval(reported(look, log), lookMs).unref();
  return {
    has: (sessionId) => ended.has(sessionId),
    isComplete: () => looked !== undefined && performance.now() - looked < graceMs,
    look: async () => {
      // A look that runs may have begun too early.
      await looking?.catch(() => {});
      await look();
    },
    close: () => clearInterval(timer),
  };
}

/** Tells the log when looking begins to fail and when it works again, not each time. */
function reported(look: () => Promise<void>, log: Log): () => Promise<void> {
  let isFailing = false;
  return async () => {
    try {
      await look();
      if (isFailing) log.info('the end of sessions is seen again');
      isFailing = false;
    } catch (thrown) {
      if (!isFailing) log.warn('the end of sessions is not seen', faultFields(thrown));
      isFailing = true;
    }
  };
}
