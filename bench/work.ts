import type { Instant } from '../domain/time.ts';
import { startWork, type Working } from '../server/working.ts';
import type { Trial } from './trial.ts';

/** A clock that begins at an instant now. */
export function clockFrom(start: Instant): () => Instant {
  const begun = Date.now();
  return () => start + Date.now() - begun;
}

/** Begins to take evidence in and to turn codes; a failure ends the benchmark. */
export function workOf({ installation }: Trial, clock: () => Instant): Working {
  return startWork(installation, clock, {
    onFailure: (error) => {
      throw error;
    },
  });
}
