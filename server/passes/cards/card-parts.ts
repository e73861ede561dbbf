import type { Keys } from '../../../credential/trust/keys.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Installation } from '../../installation.ts';
import type { Database } from '../../platform/db/database.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import type { Signing } from '../signing.ts';
import type { Indexes } from '../slots/indexes.ts';

/** What printed codes need of the service. */
export interface CardParts {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: () => Instant;
  readonly signing: Signing;
  readonly indexes: Pick<Indexes, 'cardIndexOf'>;
  /** The key list, for reading what a counter wants printed. */
  readonly trustKeys: () => Keys;
  /** The number under which the rule package was put in force that decides at an instant. */
  readonly rulesAt: (now: Instant) => number;
  /** Told when somebody is due for an assessment. */
  readonly onIssued: () => void;
}

/** Printed codes, at an installation. */
export function cardPartsAt(
  { store, keys, trust, rules }: Pick<Installation, 'store' | 'keys' | 'trust' | 'rules'>,
  { signing, indexes }: Pick<CardParts, 'signing' | 'indexes'>,
  clock: () => Instant,
  onIssued: () => void,
): CardParts {
  const trusted = { trustKeys: trust.keys, rulesAt: rules.numberAt };
  return { database: store.app, keys, clock, signing, indexes, ...trusted, onIssued };
}
