import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { nextNonce } from './nonce.ts';
import { deriveKey, HEAD_BYTES, type Suite, TAG_BYTES } from './sealing.ts';

const NUMBER = 1;
const OPTIONS = { authTagLength: TAG_BYTES };

/** AES-256-GCM (NIST SP 800-38D) with random nonces: at most 2^32 texts a secret, section 8.3. Digests: HMAC-SHA-256. */
export const AES_256_GCM: Suite = {
  number: NUMBER,
  hash: 'sha256',
  sealing: (secret) => {
    const key = deriveKey('sha256', secret, 'aes-256-gcm', 32);
    return {
      seal: (plaintext, context) => sealGcm(key, nextNonce(), plaintext, context),
      open: (sealed, context) => openGcm(key, sealed, context),
    };
  },
};

function sealGcm(key: KeyObject, nonce: Uint8Array, plaintext: Uint8Array, context: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, OPTIONS).setAAD(context);
  const sealed = Buffer.allocUnsafe(HEAD_BYTES + plaintext.length + TAG_BYTES);
  sealed[0] = NUMBER;
  sealed.set(nonce, 1);
  sealed.set(cipher.update(plaintext), HEAD_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), HEAD_BYTES + plaintext.length);
  return sealed;
}

/** Opens with the key itself, not with a secret from which one is derived. */
export function openGcm(key: KeyObject, sealed: Uint8Array, context: Uint8Array): Buffer | undefined {
  const end = sealed.length - TAG_BYTES;
  if (end < HEAD_BYTES || sealed[0] !== NUMBER) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, HEAD_BYTES), OPTIONS);
  decipher.setAAD(context).setAuthTag(sealed.subarray(end));
  const plaintext = decipher.update(sealed.subarray(HEAD_BYTES, end));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plaintext;
}
