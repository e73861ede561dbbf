import { setTimeout as sleep } from 'node:timers/promises';
import type { Followed, Installation } from './installation.ts';

const LOOK_MS = 1_000;
/** Others may have changed something without this process knowing when it has not looked for so long. */
const LATE_MS = 5_000;

/** Who is told when something cannot be read any more, and when it can be again. */
export interface FollowingTold {
  readonly onUnread?: (what: Followed, error: unknown) => void;
  readonly onReadAgain?: (what: Followed) => void;
}

/** What is followed. */
export interface FollowedChanges {
  /** Whether something could not be read when it was last looked for, or nobody has looked for it lately. */
  readonly isLate: () => boolean;
  readonly stop: () => Promise<void>;
}

/**
 * Follows what others change, such as rules and keys. Every process that writes for longer than a moment must: a
 * step of a rotation counts on it that all have read the one before.
 */
export function followChanges(
  { refresh }: Pick<Installation, 'refresh'>,
  { onUnread = () => {}, onReadAgain = () => {} }: FollowingTold = {},
): FollowedChanges {
  const stopping = new AbortController();
  let unread: ReadonlyMap<Followed, unknown> = new Map();
  let lookedMs = performance.now();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      const failing = await refresh();
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
