import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;

/** Makes the secret of a client: 256 bits of chance behind a mark by which a leak is found. */
export function makeSecret(): string {
  return `hcs_${randomBytes(SECRET_BYTES).toString('base64url')}`;
}

/**
 * What is stored of a secret. A slow hash would protect secrets that people think up; nobody guesses 256 bits, and a
 * slow hash would let strangers keep the service busy.
 */
export function digestSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Whether a secret is the one with this digest; takes as long for a client that does not exist. */
export function isSecret(secret: string, digest: Buffer | undefined): boolean {
  const given = digestSecret(secret);
  const isSame = timingSafeEqual(given, digest ?? NOBODY);
  return isSame && digest !== undefined;
}

const NOBODY = randomBytes(SECRET_BYTES);
