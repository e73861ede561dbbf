import { type Instant, NEVER } from '../../domain/time.ts';
import type { Installation } from '../installation.ts';
import { microBatch } from '../platform/db/micro-batch.ts';
import { type CurrentAssessment, readAssessments } from './read-assessments.ts';

/**
 * What holds about one person at an instant: never a conclusion that has expired (M7). `nothing-known`: nothing was ever
 * stated about them. `unreadable`: something about them cannot be read, and an error is never a colour.
 */
export type Current = CurrentAssessment | 'nothing-known' | 'unreadable';

/** Reads what holds about one person; what is asked at the same time is read together. */
export type ReadCurrent = (personId: string, now: Instant) => Promise<Current>;

/** Makes the reader of a process: all of its routes share one. */
export function createReadCurrent({
  store,
  keys,
  decision,
}: Pick<Installation, 'store' | 'keys' | 'decision'>): ReadCurrent {
  const read = microBatch<Asked, Current>(async (asked) => {
    const now = asked.reduce((latest, one) => Math.max(latest, one.now), -NEVER);
    const personIds = [...new Set(asked.map(({ personId }) => personId))];
    const reading = await readAssessments(store.app, keys, decision(now), personIds, now);
    return asked.map(({ personId }) =>
      reading.unreadable.has(personId) ? 'unreadable' : (reading.current.get(personId) ?? 'nothing-known'),
    );
  });
  return (personId, now) => read({ personId, now });
}

interface Asked {
  readonly personId: string;
  readonly now: Instant;
}
