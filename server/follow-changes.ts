import { setTimeout as sleep } from 'node:timers/promises';
import type { Followed, Installation } from './installation.ts';

const LOOK_MS = 1_000;

/** Who is told when something cannot be read any more, and when it can be again. */
export interface FollowingTold {
  readonly onUnread?: (what: Followed, error: unknown) => void;
  readonly onReadAgain?: (what: Followed) => void;
}

/**
 * Follows what others change, such as rules and keys. Every process that writes for longer than a moment must: a
 * step of a rotation counts on it that all have read the one before.
 */
export function followChanges(
  { refresh }: Pick<Installation, 'refresh'>,
  { onUnread = () => {}, onReadAgain = () => {} }: FollowingTold = {},
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const running = (async () => {
    let unread: ReadonlyMap<Followed, unknown> = new Map();
    while (!stopping.signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      const failing = await refresh();
      for (const [what, error] of failing) if (!unread.has(what)) onUnread(what, error);
      for (const what of unread.keys()) if (!failing.has(what)) onReadAgain(what);
      unread = failing;
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}
