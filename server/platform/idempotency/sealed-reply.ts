import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

/** A reply as it was given. */
export interface PlainReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals a reply, which may speak of somebody's health, for the table that keeps it: AES-256-GCM, bound to the
 * client and the key it belongs to, under a key derived from `key` for this use alone.
 */
export function sealReply(key: KeyObject, belongsTo: string, reply: PlainReply): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', derive(key, 'seal'), nonce).setAAD(Buffer.from(belongsTo));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(reply), 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]);
}

/**
 * Opens a sealed reply.
 *
 * @throws {Error} when it was changed, or belongs to something else
 */
export function openReply(key: KeyObject, belongsTo: string, sealed: Buffer): PlainReply {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', derive(key, 'seal'), nonce)
    .setAAD(Buffer.from(belongsTo))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  // Sealed by ourselves, so its shape is known.
  return JSON.parse(Buffer.concat([plain, decipher.final()]).toString('utf8')) as PlainReply;
}

/** Tells requests apart. Keyed, because a request that names one document could be guessed from a plain digest. */
export function fingerprintOf(key: KeyObject, parts: readonly string[]): Buffer {
  const made = createHmac('sha256', derive(key, 'fingerprint'));
  for (const part of parts) made.update(`${Buffer.byteLength(part)}\n`).update(part);
  return made.digest();
}

function derive(key: KeyObject, use: 'seal' | 'fingerprint'): KeyObject {
  return createSecretKey(createHmac('sha256', key).update(`healthcode idempotent reply ${use}`).digest());
}
