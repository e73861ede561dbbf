import type { Instant } from '../domain/time.ts';
import { CLOCKS_DIFFER_MS, WrongClock } from './codes/buckets/newest-rules.ts';

/** The clock of this process, beside that of the database, which all processes share. */
export interface Clocks {
  /**
   * Reads both.
   *
   * @throws {WrongClock} when they are more than a minute apart for certain
   */
  readonly compare: () => Promise<void>;
  /** By how many milliseconds that of this process was ahead, as far as it was certain; `NaN` until they were compared. */
  readonly aheadMs: () => number;
}

/** However long the answer takes, it was given between the question and its arrival. */
export function createClocks(databaseNow: () => Promise<Instant>, clock: () => Instant): Clocks {
  let aheadMs = Number.NaN;
  return {
    compare: async () => {
      const asked = clock();
      const shared = await databaseNow();
      aheadMs = asked > shared ? asked - shared : Math.min(0, clock() - shared);
      if (Math.abs(aheadMs) <= CLOCKS_DIFFER_MS) return;
      throw new WrongClock(
        `the clock of this process is ${Math.abs(aheadMs)} ms ${aheadMs > 0 ? 'ahead of' : 'behind'} that of the database`,
      );
    },
    aheadMs: () => aheadMs,
  };
}
