import type { Instant } from '../../domain/time.ts';
import type { TrustParameters } from './parameters.ts';

/** Epochs are numbered without a gap: number n begins n times its length after the first one. */
type Epochs = Pick<TrustParameters, 'epochSeconds' | 'epochOffsetSeconds'>;

/** The epoch of an instant; one that begins at it is it. */
export function epochAt(instant: Instant, { epochSeconds, epochOffsetSeconds }: Epochs): number {
  return Math.floor((instant / 1_000 - epochOffsetSeconds) / epochSeconds);
}

export function startOfEpoch(epoch: number, { epochSeconds, epochOffsetSeconds }: Epochs): Instant {
  return (epoch * epochSeconds + epochOffsetSeconds) * 1_000;
}

export function endOfEpoch(epoch: number, epochs: Epochs): Instant {
  return startOfEpoch(epoch + 1, epochs);
}
