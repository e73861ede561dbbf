import type { KeyRing } from './key-ring.ts';
import { pad, unpad } from './padding.ts';
import { openWithRing, sealWithRing, unreadable } from './ring-seal.ts';

/**
 * Seals a record that could not be accepted (S4): whose it is may not be known, so it has no data key. The context
 * names its place in the quarantine.
 */
export function sealQuarantined(ring: KeyRing, record: Uint8Array | string, context: string): Buffer {
  return sealWithRing(ring, 'quarantine', pad(record), context);
}

/** The bytes of the record. Throws `unreadable` for anything else, and when the version of its key is retired. */
export function openQuarantined(ring: KeyRing, sealed: Uint8Array, context: string): Buffer {
  const record = unpad(openWithRing(ring, 'quarantine', sealed, context));
  if (!record) throw unreadable();
  return record;
}
