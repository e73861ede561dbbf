import { randomFillSync } from 'node:crypto';
import { NONCE_BYTES } from './sealing.ts';

/**
 * Asking the system for 12 bytes takes half as long as a seal, so some nonces are asked for at once. Few, because
 * a copy of a running machine would use the rest of the pool a second time.
 */
const pool = Buffer.alloc(64 * NONCE_BYTES);
let used = pool.length;

/** Twelve random bytes that were never given before. They lie in a pool and are to be used at once. */
export function nextNonce(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += NONCE_BYTES;
  return pool.subarray(used - NONCE_BYTES, used);
}
