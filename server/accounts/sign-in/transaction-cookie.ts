import type { Instant } from '../../../domain/time.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { openText, sealText } from '../session-cookie.ts';
import type { Checks, Wish } from './identity-provider.ts';

/** A sign-in that has begun, kept by the browser that has begun it: nobody else can end it (RFC 6749, 10.12). */
export interface Transaction {
  readonly wish: Wish;
  readonly checks: Checks;
  /** The page to come back to. */
  readonly to: string;
  readonly expiresAt: Instant;
}

/** The name of the cookie, before its prefix. */
export const TRANSACTION_COOKIE = 'healthcode-sign-in';
/** Whoever takes longer begins again. */
export const TRANSACTION_MS = 10 * 60_000;

const CONTEXT = 'sign-in cookie';

export function sealTransaction(keys: KeyRing, transaction: Transaction): string {
  return sealText(keys, CONTEXT, JSON.stringify(transaction));
}

/** Opens what `sealTransaction` made; undefined for anything else, and when it took too long. */
export function openTransaction(
  keys: KeyRing,
  cookie: string | undefined,
  now: Instant,
): Transaction | undefined {
  const text = cookie === undefined ? undefined : openText(keys, CONTEXT, cookie);
  if (text === undefined) return undefined;
  // Only `sealTransaction` has made it: the seal proves that.
  const transaction = JSON.parse(text) as Transaction;
  return now < transaction.expiresAt ? transaction : undefined;
}
