import { ECDH } from 'node:crypto';
import { PUBLIC_KEY_BYTES } from '../../../credential/suites.ts';
import { verify } from '../../../gate/verify.ts';
import { Problem } from '../../platform/http/problem.ts';

/** Reads a public key of a request. @throws {Problem} `invalid` for what is no point on P-256 */
export function readPublicKey(text: string, path: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  // The same bytes have one text only: a text is what a proof covers.
  const isPoint =
    bytes.length === PUBLIC_KEY_BYTES && bytes.toString('base64url') === text && isOnCurve(bytes);
  if (!isPoint) throw invalid(path, 'is no public key of P-256');
  return bytes;
}

function isOnCurve(point: Buffer): boolean {
  try {
    ECDH.convertKey(point, 'prime256v1', undefined, undefined, 'uncompressed');
    return true;
  } catch {
    return false;
  }
}

/** @throws {Problem} `invalid` when a key has not signed a text */
export function mustBeProved(publicKey: Uint8Array, text: string, proof: string): void {
  const check = { suite: 'ES256', publicKey, message: Buffer.from(text) } as const;
  if (!verify({ ...check, signature: Buffer.from(proof, 'base64url') }))
    throw invalid('/proof', 'is no signature of this by the key of the phone');
}

/** The problem of one field of the body. */
export function invalid(path: string, message: string): Problem {
  return new Problem('invalid', 'The body breaks a rule.', { errors: [{ in: 'body', path, message }] });
}
