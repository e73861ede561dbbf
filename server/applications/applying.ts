import type { ClosedLists } from '../../domain/evidence/kinds.ts';
import type { Instant } from '../../domain/time.ts';
import type { ContractBook } from '../evidence/contracts.ts';
import type { Installation } from '../installation.ts';
import type { Database } from '../platform/db/database.ts';
import { Problem } from '../platform/http/problem.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';

/** What applying needs of the service. */
export interface Applying {
  readonly database: Database;
  /** The same database, under the role that erases. */
  readonly eraser: Database;
  readonly keys: KeyRing;
  readonly clock: () => Instant;
  readonly contracts: ContractBook;
  readonly lists: () => ClosedLists;
  /** Told when somebody is due for an assessment. */
  readonly onAccepted: () => void;
}

/** Applying, at an installation. */
export function applyingAt(
  { store, keys, contracts, decision }: Installation,
  clock: () => Instant,
  onAccepted: () => void = () => {},
): Applying {
  const lists = () => decision(clock()).lists;
  return { database: store.app, eraser: store.eraser, keys, clock, contracts, lists, onAccepted };
}

/** What moves a code to another account, or changes how somebody is reached, asks for a sign-in that is no older (decision 0020). */
export const FRESH_SECONDS = 300;

/** @throws {Problem} `unauthenticated` when the sign-in is too old: to sign in again helps (RFC 9470) */
export function mustBeFresh(signedInAt: Instant, now: Instant): void {
  if (now - signedInAt <= FRESH_SECONDS * 1_000) return;
  throw new Problem('unauthenticated', 'For this, sign in again.', {
    headers: {
      'www-authenticate': `Session error="insufficient_user_authentication", max_age=${FRESH_SECONDS}`,
    },
  });
}
