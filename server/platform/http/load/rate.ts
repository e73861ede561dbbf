import type { Instant } from '../../../../domain/time.ts';
import { createRecentMap } from '../../memory/recent-map.ts';

/** Lets each key through so often a second, with a reserve for bursts. */
export interface Rate {
  /** Takes one turn; gives 0, or after how many seconds there will be another turn. */
  readonly take: (key: string, perSecond: number, reserve: number, now: Instant) => number;
}

interface Bucket {
  turns: number;
  at: Instant;
}

/** Makes a rate with empty buckets that are full: at most `most` keys are remembered, the ones used last. */
export function createRate(most = 10_000): Rate {
  const buckets = createRecentMap<string, Bucket>(most);
  const bucketOf = (key: string, reserve: number, now: Instant): Bucket => {
    const known = buckets.get(key);
    if (known) return known;
    const bucket = { turns: reserve, at: now };
    buckets.set(key, bucket);
    return bucket;
  };
  const fill = (bucket: Bucket, perSecond: number, reserve: number, now: Instant) => {
    // A clock that was set back gives nothing, and takes nothing away.
    const passedSeconds = Math.max(0, now - bucket.at) / 1_000;
    bucket.turns = Math.min(reserve, bucket.turns + passedSeconds * perSecond);
    bucket.at = now;
  };
  const wait = ({ turns }: Bucket, perSecond: number) => (turns >= 1 ? 0 : (1 - turns) / perSecond);
  return {
    take: (key, perSecond, reserve, now) => {
      const bucket = bucketOf(key, reserve, now);
      fill(bucket, perSecond, reserve, now);
      const seconds = wait(bucket, perSecond);
      if (seconds === 0) bucket.turns--;
      return seconds;
    },
  };
}
