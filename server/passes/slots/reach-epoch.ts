import type { Instant } from '../../../domain/time.ts';
import type { Indexes } from './indexes.ts';

/** Sees to it that the indexes of an epoch can be told; those that nobody can know stay unknown. */
export type ReachEpoch = (epoch: number, now: Instant) => Promise<void> | undefined;

/** Makes what reads the epochs when one is asked for that came since they were read: once, however many ask. */
export function createReachEpoch(indexes: Indexes): ReachEpoch {
  let reading: Promise<void> | undefined;
  return (epoch, now) => {
    if (indexes.find(epoch)) return undefined;
    reading ??= indexes.refresh(now).finally(() => {
      reading = undefined;
    });
    return reading;
  };
}
