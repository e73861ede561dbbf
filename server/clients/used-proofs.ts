import type { Instant } from '../../domain/time.ts';
import { passingProblem } from '../platform/http/problem.ts';
import type { Proof } from './proof.ts';

/** The proofs that were used in this process and could be used again (RFC 9449 section 11.1). */
export interface UsedProofs {
  readonly has: (proof: Proof) => boolean;
  /**
   * Remembers a proof until it has expired.
   *
   * @throws {Problem} `overloaded` when there is no more room: forgetting one would let it be used again
   */
  readonly add: (proof: Proof, now: Instant) => void;
}

const MOST = 200_000;
const SWEEP_MS = 10_000;

/** Makes an empty memory for at most `most` proofs. */
export function createUsedProofs(most = MOST): UsedProofs {
  const used = new Map<string, Instant>();
  let sweptAt = Number.NEGATIVE_INFINITY;
  const sweep = (now: Instant) => {
    sweptAt = now;
    for (const [id, expiresAt] of used) if (expiresAt < now) used.delete(id);
  };
  return {
    has: ({ id }) => used.has(id),
    add: ({ id, expiresAt }, now) => {
      if (Math.abs(now - sweptAt) >= SWEEP_MS) sweep(now);
      if (used.size >= most) sweep(now);
      if (used.size >= most) throw passingProblem('overloaded', '', SWEEP_MS / 1_000);
      used.set(id, expiresAt);
    },
  };
}
