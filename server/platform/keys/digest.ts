import type { KeyRing } from './key-ring.ts';
import { isMacOf, macOf } from './ring-mac.ts';
import { unreadable } from './ring-seal.ts';
import { versionOf } from './version-number.ts';

const DIGEST_BYTES = 16;
const TOKEN_BYTES = 32;

/** The keyed digest of a content, 18 bytes: it tells whether two contents are the same, and nothing of them to whom has no key. */
export function contentDigest(ring: KeyRing, text: string): Buffer {
  return macOf(ring.live('digest')[0], 'digest', text, DIGEST_BYTES);
}

/** The keyed digests of a content under each version that is not retired, that of the current one first. */
export function contentDigests(ring: KeyRing, text: string): Buffer[] {
  return ring.live('digest').map((key) => macOf(key, 'digest', text, DIGEST_BYTES));
}

/**
 * Whether a digest is that of the text. Throws `unreadable` when the version that made it is retired: then nobody
 * can tell, and "another content" would be a wrong answer.
 */
export function isDigestOf(ring: KeyRing, digest: Uint8Array, text: string): boolean {
  if (!ring.find('digest', versionOf(digest) ?? 0)) throw unreadable();
  return isMacOf(ring, 'digest', digest, text, DIGEST_BYTES);
}

/** What proves that we wrote the text of an access token: 34 bytes. */
export function tokenMac(ring: KeyRing, text: string): Buffer {
  return macOf(ring.live('token')[0], 'token', text, TOKEN_BYTES);
}

/** Whether `tokenMac` gave this for the text, with any version that is not retired. */
export function isTokenMac(ring: KeyRing, mac: Uint8Array, text: string): boolean {
  return isMacOf(ring, 'token', mac, text, TOKEN_BYTES);
}
