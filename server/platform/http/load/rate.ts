import type { Instant } from '../../../../domain/time.ts';

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
  const buckets = new Map<string, Bucket>();
  const filled = (key: string, perSecond: number, reserve: number, now: Instant): Bucket => {
    const { turns, at } = buckets.get(key) ?? { turns: reserve, at: now };
    // A clock that was set back gives nothing, and takes nothing away.
    const passedSeconds = Math.max(0, now - at) / 1_000;
    return { turns: Math.min(reserve, turns + passedSeconds * perSecond), at: now };
  };
  const wait = ({ turns }: Bucket, perSecond: number) => (turns >= 1 ? 0 : (1 - turns) / perSecond);
  return {
    take: (key, perSecond, reserve, now) => {
      const bucket = filled(key, perSecond, reserve, now);
      const seconds = wait(bucket, perSecond);
      if (seconds === 0) bucket.turns--;
      // Put at the end, so that the first key is the one that was used longest ago.
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > most) buckets.delete(buckets.keys().next().value!);
      return seconds;
    },
  };
}
