import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { protectedHeader } from '../../credential/cose/headers.ts';
import { signed1, toBeSigned } from '../../credential/cose/sign1.ts';
import type { Keys, KeyUse, KnownKey } from '../../credential/trust/keys.ts';
import { USUAL_PARAMETERS } from '../../credential/trust/parameters.ts';
import { NEVER } from '../../domain/time.ts';

interface Issuer {
  readonly known: KnownKey;
  readonly issue: (payload: Uint8Array) => Uint8Array;
}

function makeIssuer(use: KeyUse): Issuer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const point = compressed(publicKey);
  const kid = Uint8Array.from(createHash('sha256').update(point).digest().subarray(0, 8));
  const span = { notBefore: 0, notAfter: NEVER };
  const header = protectedHeader('ES256', kid);
  return {
    known: { kid, use, suite: 'ES256', publicKey: point, ...span, province: '33' },
    issue: (payload) => {
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' as const };
      return signed1(header, payload, sign('sha256', toBeSigned(header, payload), key));
    },
  };
}

function compressed(key: KeyObject): Uint8Array {
  const { x, y } = key.export({ format: 'jwk' });
  const odd = Buffer.from(y!, 'base64url').at(-1)! & 1;
  return Uint8Array.from([2 + odd, ...Buffer.from(x!, 'base64url')]);
}

const status = makeIssuer('status');
const delta = makeIssuer('delta');

/** What signs lists, by the use of the key. */
export const ISSUERS = { status: status.issue, delta: delta.issue };

/** What a gate knows of them. */
export const KEYS: Keys = {
  find: (kid) => [status.known, delta.known].find((known) => Buffer.compare(known.kid, kid) === 0),
  parameters: USUAL_PARAMETERS,
  province: '33',
  expiresAt: NEVER,
};
