import { createECDH, createHash, createPrivateKey, ECDH, sign } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { PUBLIC_KEY_BYTES, type Suite } from '../../credential/suites.ts';

/** A key of a suite; `publicKey` is a compressed point, `privateKey` the number of 32 bytes. */
export interface KeyPair {
  readonly suite: Suite;
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** Signs the bytes of a Sig_structure: r and s, 32 bytes each. */
export type Sign = (message: Uint8Array) => Uint8Array;

export const PRIVATE_KEY_BYTES = 32;
const KID_BYTES = 8;
const CURVES: Readonly<Record<Suite, string>> = { ES256: 'prime256v1', SM2: 'SM2' };

/** Makes a key by chance. */
export function makeKeyPair(suite: Suite): KeyPair {
  const made = createECDH(CURVES[suite]);
  made.generateKeys();
  return {
    suite,
    publicKey: made.getPublicKey(null, 'compressed'),
    privateKey: padded(made.getPrivateKey()),
  };
}

/** The name of a key: the first 8 bytes of SHA-256 over the suite and the compressed point. */
export function kidOf({ suite, publicKey }: Pick<KeyPair, 'suite' | 'publicKey'>): Uint8Array {
  return createHash('sha256').update(`${suite}\0`).update(publicKey).digest().subarray(0, KID_BYTES);
}

/** Whether the private key is that of the public one. */
export function belongTogether({ suite, publicKey, privateKey }: KeyPair): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || privateKey.length !== PRIVATE_KEY_BYTES) return false;
  const made = createECDH(CURVES[suite]);
  try {
    made.setPrivateKey(privateKey);
    return made.getPublicKey(null, 'compressed').equals(publicKey);
  } catch {
    return false;
  }
}

/** What signs with a key. */
export function signWith(pair: KeyPair): Sign {
  return pair.suite === 'ES256' ? signES256(pair) : signSM2(pair);
}

function signES256({ publicKey, privateKey }: KeyPair): Sign {
  const point = uncompressed('ES256', publicKey);
  const part = (from: number) => Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  const d = Buffer.from(privateKey).toString('base64url');
  const key = createPrivateKey({
    key: { kty: 'EC', crv: 'P-256', x: part(1), y: part(33), d },
    format: 'jwk',
  });
  const options = { key, dsaEncoding: 'ieee-p1363' } as const;
  return (message) => sign('sha256', message, options);
}

/** SM2 with SM3 and the usual user ID (GB/T 32918.2); `crypto.sign('sm3')` of Node is another thing. */
function signSM2(pair: KeyPair): Sign {
  const privateKey = Buffer.from(pair.privateKey).toString('hex');
  const options = { hash: true, publicKey: uncompressed('SM2', pair.publicKey).toString('hex') };
  return (message) => Buffer.from(sm2.doSignature(message, privateKey, options), 'hex');
}

function uncompressed(suite: Suite, publicKey: Uint8Array): Buffer {
  return ECDH.convertKey(publicKey, CURVES[suite], undefined, undefined, 'uncompressed') as Buffer;
}

function padded(privateKey: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(PRIVATE_KEY_BYTES - privateKey.length), privateKey]);
}
