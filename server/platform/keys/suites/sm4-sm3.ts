import { createCipheriv, createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { nextNonce } from './nonce.ts';
import { deriveKey, HEAD_BYTES, NONCE_BYTES, type Suite, TAG_BYTES } from './sealing.ts';

const NUMBER = 2;
const BLOCK_BYTES = 16;
const LENGTH_BYTES = 4;

/** The two independent keys of encrypt-then-MAC. */
interface KeyPair {
  readonly encryption: KeyObject;
  readonly mac: KeyObject;
}

/**
 * The national suite: SM4 (GB/T 32907) in counter mode, then HMAC-SM3 (GB/T 32905, GB/T 15852.2) over
 * `suite ‖ nonce ‖ length of the context (4) ‖ context ‖ ciphertext`, cut to 16 bytes. Digests: HMAC-SM3.
 */
export const SM4_SM3: Suite = {
  number: NUMBER,
  hash: 'sm3',
  sealing: (secret) => {
    const keys = {
      encryption: deriveKey('sm3', secret, 'sm4-ctr', BLOCK_BYTES),
      mac: deriveKey('sm3', secret, 'hmac-sm3', 32),
    };
    return {
      seal: (plaintext, context) => sealSm4(keys, nextNonce(), plaintext, context),
      open: (sealed, context) => openSm4(keys, sealed, context),
    };
  },
};

function sealSm4(keys: KeyPair, nonce: Uint8Array, plaintext: Uint8Array, context: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(HEAD_BYTES + plaintext.length + TAG_BYTES);
  const end = HEAD_BYTES + plaintext.length;
  sealed[0] = NUMBER;
  sealed.set(nonce, 1);
  sealed.set(sm4Ctr(keys.encryption, firstBlock(nonce), plaintext), HEAD_BYTES);
  sealed.set(tagOf(keys.mac, sealed.subarray(0, end), context), end);
  return sealed;
}

function openSm4(keys: KeyPair, sealed: Uint8Array, context: Uint8Array): Buffer | undefined {
  const end = sealed.length - TAG_BYTES;
  if (end < HEAD_BYTES || sealed[0] !== NUMBER) return undefined;
  const tag = tagOf(keys.mac, sealed.subarray(0, end), context);
  if (!timingSafeEqual(tag, sealed.subarray(end))) return undefined;
  return sm4Ctr(
    keys.encryption,
    firstBlock(sealed.subarray(1, HEAD_BYTES)),
    sealed.subarray(HEAD_BYTES, end),
  );
}

function tagOf(key: KeyObject, headAndCiphertext: Uint8Array, context: Uint8Array): Buffer {
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32BE(context.length);
  const head = headAndCiphertext.subarray(0, HEAD_BYTES);
  const ciphertext = headAndCiphertext.subarray(HEAD_BYTES);
  return hmacSm3(key, Buffer.concat([head, length, context, ciphertext])).subarray(0, TAG_BYTES);
}

/** The nonce and a counter of 32 bits that begins at 0: it reaches the nonce after 64 GiB. */
function firstBlock(nonce: Uint8Array): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(nonce.subarray(0, NONCE_BYTES));
  return block;
}

/** SM4 in counter mode from a first counter block; the same function encrypts and decrypts. */
export function sm4Ctr(key: KeyObject, counterBlock: Uint8Array, bytes: Uint8Array): Buffer {
  return createCipheriv('sm4-ctr', key, counterBlock).update(bytes);
}

/** HMAC-SM3, all 32 bytes. */
export function hmacSm3(key: KeyObject, message: Uint8Array): Buffer {
  return createHmac('sm3', key).update(message).digest();
}
