import { decodeBase45, encodeBase45 } from '../../credential/base45.ts';
import type { Instant } from '../../domain/time.ts';
import { KeyError } from '../platform/keys/key-error.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { openWithRing, sealWithRing } from '../platform/keys/ring-seal.ts';

/** The text that a phone shows as a QR code and a door sends on (S7, S10). */
export interface CodeText {
  readonly text: string;
  /** From this instant on a door is told `expired`. */
  readonly expiresAt: Instant;
}

/** Who showed a code; or `expired`: it is not in force now; or `unreadable`: no text of this service. */
export type CodeReading = { readonly personId: string } | 'expired' | 'unreadable';

/** A picture of a code is worth nothing after this. */
export const CODE_LIFE_MS = 60_000;
/** How far the clocks of two processes of the service may differ. */
const CLOCK_DRIFT_MS = 5_000;
const PREFIX = 'ZJ0:';
/** What a text is sealed for; nothing that was sealed for something else is read as a code. */
const CONTEXT = 'code text 0';
const ID_BYTES = 16;
const TIME_BYTES = 6;
/** A suite with a longer nonce or tag would still fit. */
const LONGEST_TEXT = 128;

/**
 * Makes a code text for a person: `ZJ0:` and, in Base45 (RFC 9285), the person and the end, sealed. It names nobody, and
 * two texts of one person have nothing in common that two of different people have not.
 */
export function issueCode(keys: KeyRing, personId: string, now: Instant): CodeText {
  const expiresAt = now + CODE_LIFE_MS;
  const inside = Buffer.alloc(ID_BYTES + TIME_BYTES);
  inside.write(personId.replaceAll('-', ''), 'hex');
  inside.writeUIntBE(expiresAt, ID_BYTES, TIME_BYTES);
  return { text: PREFIX + encodeBase45(sealWithRing(keys, 'code', inside, CONTEXT)), expiresAt };
}

/** Reads a code text at an instant. Any text may be given, of any length. */
export function readCode(keys: KeyRing, text: string, now: Instant): CodeReading {
  if (text.length > LONGEST_TEXT || !text.startsWith(PREFIX)) return 'unreadable';
  const sealed = decodeBase45(text.slice(PREFIX.length));
  const inside = sealed && openIfOurs(keys, sealed);
  if (inside?.length !== ID_BYTES + TIME_BYTES) return 'unreadable';
  const expiresAt = inside.readUIntBE(ID_BYTES, TIME_BYTES);
  // One that begins later was made by a clock that runs ahead: it would live too long.
  const startsAt = expiresAt - CODE_LIFE_MS;
  if (now >= expiresAt || now < startsAt - CLOCK_DRIFT_MS) return 'expired';
  return { personId: uuidOf(inside.toString('hex', 0, ID_BYTES)) };
}

function openIfOurs(keys: KeyRing, sealed: Uint8Array): Buffer | undefined {
  try {
    return openWithRing(keys, 'code', sealed, CONTEXT);
  } catch (error) {
    if (error instanceof KeyError) return undefined;
    throw error;
  }
}

function uuidOf(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
