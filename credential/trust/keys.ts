import type { Instant } from '../../domain/time.ts';
import type { Suite } from '../suites.ts';
import type { TrustParameters } from './parameters.ts';

/**
 * What a key may sign, and nothing else. `pass`: passes. `proof`: what shows that a phone is there. `status`: base lists and
 * tokens. `delta`: deltas and the head. `rules`: rule bundles. `venue`: what venues show. `province`: the passes of another
 * province.
 */
export const KEY_USES = ['pass', 'proof', 'status', 'delta', 'rules', 'venue', 'province'] as const;
export type KeyUse = (typeof KEY_USES)[number];

/** A key of a verified key list. */
export interface KnownKey {
  /** 8 bytes. */
  readonly kid: Uint8Array;
  readonly use: KeyUse;
  readonly suite: Suite;
  /** A compressed point. */
  readonly publicKey: Uint8Array;
  /** It counts from `notBefore` on, and no longer from `notAfter` on. */
  readonly notBefore: Instant;
  readonly notAfter: Instant;
  /** From when on nothing that it ever signed counts. */
  readonly revokedAt?: Instant;
  /** Whose it is: the first two digits of the region code, such as `33`. */
  readonly province: string;
}

/** What a reader knows of keys. */
export interface Keys {
  /** From when on nothing of it may be believed any more (`isInForce`). */
  readonly expiresAt: Instant;
  readonly find: (kid: Uint8Array) => KnownKey | undefined;
  readonly parameters: TrustParameters;
  /** The province whose passes are read. */
  readonly province: string;
}

/** Whether a list of keys still counts: if not, somebody may keep back the one after it, and nothing that it says may be believed. */
export function isInForce({ expiresAt }: Pick<Keys, 'expiresAt'>, now: Instant): boolean {
  return now < expiresAt;
}
