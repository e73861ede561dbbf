import { setTimeout as sleep } from 'node:timers/promises';
import { WrongClock } from './codes/buckets/newest-rules.ts';
import type { Clocks } from './compare-clocks.ts';
import type { Followed, Installation } from './installation.ts';

const LOOK_MS = 1_000;
/** Others may have changed something without this process knowing when it has not looked for so long. */
const LATE_MS = 5_000;

/** Who is told when something cannot be read any more, or the clock is wrong, and when that is over. */
export interface FollowingTold {
  readonly onUnread?: (what: Late, error: unknown) => void;
  readonly onReadAgain?: (what: Late) => void;
}

/** What may be other than elsewhere. */
export type Late = Followed | 'clock';

/** What is followed. */
export interface FollowedChanges {
  /** Whether something could not be read when it was last looked for, the clock was wrong, or nobody has looked lately. */
  readonly isLate: () => boolean;
  readonly stop: () => Promise<void>;
}

/**
 * Follows what others change, such as rules and keys. Every process that writes for longer than a moment must: a
 * step of a rotation counts on it that all have read the one before. What decides by the time has to be told by a clock like theirs.
 */
export function followChanges(
  { refresh }: Pick<Installation, 'refresh'>,
  { compare }: Pick<Clocks, 'compare'>,
  { onUnread = () => {}, onReadAgain = () => {} }: FollowingTold = {},
): FollowedChanges {
  const stopping = new AbortController();
  let unread: ReadonlyMap<Late, unknown> = new Map();
  let lookedMs = performance.now();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      const [changes, wrong] = await Promise.all([refresh(), wrongClock(compare, unread)]);
      const failing = new Map<Late, unknown>([...changes, ...wrong]);
      for (const [what, error] of failing) if (!unread.has(what)) onUnread(what, error);
      for (const what of unread.keys()) if (!failing.has(what)) onReadAgain(what);
      unread = failing;
      lookedMs = performance.now();
    }
  })();
  return {
    isLate: () => unread.size > 0 || performance.now() - lookedMs > LATE_MS,
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** While the database cannot be asked nothing new is known about the clock: one that was wrong is not right again by that. */
async function wrongClock(
  compare: Clocks['compare'],
  before: ReadonlyMap<Late, unknown>,
): Promise<readonly (readonly [Late, unknown])[]> {
  try {
    await compare();
    return [];
  } catch (error) {
    const known = error instanceof WrongClock ? error : before.get('clock');
    return known === undefined ? [] : [['clock', known]];
  }
}
