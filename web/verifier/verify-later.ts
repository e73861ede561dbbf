import { uncompressed } from '../../credential/cose/point.ts';
import { SIGNATURE_BYTES, type SignatureCheck } from '../../credential/suites.ts';

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Verifies ES256 by WebCrypto; false for a key that is no point. WebCrypto has no SM2: such a signature holds never. */
export async function verifyLater({
  suite,
  publicKey,
  message,
  signature,
}: SignatureCheck): Promise<boolean> {
  const point = suite === 'ES256' ? uncompressed(publicKey) : undefined;
  if (!point || signature.length !== SIGNATURE_BYTES) return false;
  const { subtle } = crypto;
  const key = await subtle.importKey('raw', bufferOf(point), ECDSA, false, ['verify']);
  return subtle.verify(ECDSA, key, bufferOf(signature), bufferOf(message));
}

/** A copy in a buffer of its own, which is all that WebCrypto takes. */
function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
