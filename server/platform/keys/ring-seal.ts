import { KeyError } from './key-error.ts';
import type { Purpose } from './key-file.ts';
import type { KeyRing } from './key-ring.ts';
import { VERSION_BYTES, versionOf } from './version-number.ts';

/** The purposes whose keys seal. */
export type SealPurpose = Extract<Purpose, 'envelope' | 'quarantine' | 'session' | 'code'>;

/** Seals bytes with the current key of a purpose: `version (2) ‖ sealed`. */
export function sealWithRing(
  ring: KeyRing,
  purpose: SealPurpose,
  plaintext: Uint8Array,
  context: string,
): Buffer {
  const { version, sealing } = ring.live(purpose)[0];
  const sealed = sealing.seal(plaintext, contextBytes(purpose, context));
  const result = Buffer.allocUnsafe(VERSION_BYTES + sealed.length);
  result.writeUInt16BE(version);
  sealed.copy(result, VERSION_BYTES);
  return result;
}

/** Opens what `sealWithRing` made. Throws `unreadable` for anything else, and when the version is retired. */
export function openWithRing(
  ring: KeyRing,
  purpose: SealPurpose,
  sealed: Uint8Array,
  context: string,
): Buffer {
  const key = ring.find(purpose, versionOf(sealed) ?? 0);
  const plaintext = key?.sealing.open(sealed.subarray(VERSION_BYTES), contextBytes(purpose, context));
  if (!plaintext) throw unreadable();
  return plaintext;
}

/** The one error of everything that does not open. It says nothing of what was tried. */
export function unreadable(): KeyError {
  return new KeyError('unreadable', 'a sealed text does not open with these keys in this context');
}

function contextBytes(purpose: SealPurpose, context: string): Buffer {
  return Buffer.from(`healthcode ${purpose}\0${context}`);
}
