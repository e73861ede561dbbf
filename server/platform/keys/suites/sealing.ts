import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** What one secret does under one suite. A sealed text is `suite (1) ‖ nonce (12) ‖ ciphertext ‖ tag (16)`. */
export interface Sealing {
  /** Seals bytes into a context: only the same secret and the same context open them. */
  readonly seal: (plaintext: Uint8Array, context: Uint8Array) => Buffer;
  /** The bytes that were sealed; undefined for anything else than what `seal` made of this context. */
  readonly open: (sealed: Uint8Array, context: Uint8Array) => Buffer | undefined;
}

/** A set of algorithms that seal and that make keyed digests. */
export interface Suite {
  /** The first byte of what the suite sealed. */
  readonly number: number;
  /** The hash of its HMAC, as Node names it. */
  readonly hash: 'sha256' | 'sm3';
  /** Prepares a secret of 32 random bytes for sealing. */
  readonly sealing: (secret: KeyObject) => Sealing;
}

export const SECRET_BYTES = 32;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
/** The bytes before the ciphertext. */
export const HEAD_BYTES = 1 + NONCE_BYTES;

/**
 * Derives a key of at most 32 bytes for one use: one block of HKDF-Expand (RFC 5869, section 2.3). The step
 * Extract is left out, as section 3.3 allows for a secret of random bytes.
 */
export function deriveKey(hash: Suite['hash'], secret: KeyObject, use: string, bytes: number): KeyObject {
  const block = createHmac(hash, secret).update(`healthcode ${use}\u0001`).digest();
  const key = createSecretKey(block.subarray(0, bytes));
  block.fill(0);
  return key;
}
