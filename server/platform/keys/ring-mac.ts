import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Purpose } from './key-file.ts';
import type { KeyRing, RingKey } from './key-ring.ts';
import { SUITES } from './suites/suite.ts';
import { VERSION_BYTES, versionOf } from './version-number.ts';

/** The keyed digest of a text (UTF-8) under one key: `version (2) ‖ HMAC of purpose and text`, cut to so many bytes. */
export function macOf(key: RingKey, purpose: Purpose, text: string, bytes: number): Buffer {
  const mac = createHmac(SUITES[key.suite].hash, key.secret)
    .update(`healthcode ${purpose}\0${text}`)
    .digest();
  const result = Buffer.allocUnsafe(VERSION_BYTES + bytes);
  result.writeUInt16BE(key.version);
  mac.copy(result, VERSION_BYTES, 0, bytes);
  return result;
}

/** Whether `macOf` made this of the text with a key of the ring that is not retired; compared in constant time. */
export function isMacOf(
  ring: KeyRing,
  purpose: Purpose,
  mac: Uint8Array,
  text: string,
  bytes: number,
): boolean {
  const key = ring.find(purpose, versionOf(mac) ?? 0);
  if (!key || mac.length !== VERSION_BYTES + bytes) return false;
  return timingSafeEqual(macOf(key, purpose, text, bytes), mac);
}
