import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Instant } from '../../domain/time.ts';

/** How far the clock of a client may lie apart from ours. */
const SKEW_SECONDS = 60;
const LONGEST_PROOF = 4_096;

const Coordinate = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
const Header = Type.Object({
  typ: Type.Literal('dpop+jwt'),
  alg: Type.Literal('ES256'),
  // Closed: a private part (`d`) has no business here.
  jwk: Type.Object(
    {
      kty: Type.Literal('EC'),
      crv: Type.Literal('P-256'),
      x: Coordinate,
      y: Coordinate,
      kid: Type.Optional(Type.String()),
      alg: Type.Optional(Type.Literal('ES256')),
      use: Type.Optional(Type.Literal('sig')),
      key_ops: Type.Optional(Type.Array(Type.Literal('verify'))),
      ext: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false },
  ),
  // An extension that must be understood, and is not (RFC 7515 section 4.1.11).
  crit: Type.Optional(Type.Never()),
});
const Payload = Type.Object({
  jti: Type.String({ minLength: 1, maxLength: 256 }),
  htm: Type.String(),
  htu: Type.String(),
  iat: Type.Number(),
  ath: Type.Optional(Type.String()),
});
const isHeader = Compile(Header);
const isPayload = Compile(Payload);

/** What a proof must speak of. */
export interface Proved {
  readonly method: string;
  /** The address of the request; its query does not count. */
  readonly url: string;
  /** The access token that comes with it; missing when a token is asked for. */
  readonly token?: string;
}

/** A proof that holds. */
export interface Proof {
  /** The thumbprint of the key that signed (RFC 7638). */
  readonly thumbprint: string;
  /** Of this one proof among all of the key. */
  readonly id: string;
  /** When it is too old to be used again. */
  readonly expiresAt: Instant;
}

/** Why a proof does not hold. */
export type ProofFault = 'malformed' | 'forged' | 'other-request' | 'other-token' | 'not-now';

/** Reads a proof that the one who asks has the key (DPoP, RFC 9449 section 4.3). Whether it comes twice is for others to see. */
export function readProof(proof: string, proved: Proved, now: Instant): Proof | ProofFault {
  const parts = proof.length > LONGEST_PROOF ? [] : proof.split('.');
  const [header, payload] = [parseJson(parts[0]), parseJson(parts[1])];
  if (parts.length !== 3 || !isHeader.Check(header) || !isPayload.Check(payload)) return 'malformed';
  const { jwk } = header;
  const signature = Buffer.from(parts[2]!, 'base64url');
  if (!isSignedBy(jwk, `${parts[0]}.${parts[1]}`, signature)) return 'forged';
  if (payload.htm !== proved.method || !isSameAddress(payload.htu, proved.url)) return 'other-request';
  if (proved.token !== undefined && payload.ath !== digest(proved.token)) return 'other-token';
  if (Math.abs(payload.iat - now / 1_000) > SKEW_SECONDS) return 'not-now';
  const thumbprint = digest(`{"crv":"P-256","kty":"EC","x":"${jwk.x}","y":"${jwk.y}"}`);
  return {
    thumbprint,
    id: digest(`${thumbprint} ${payload.jti}`),
    expiresAt: (payload.iat + SKEW_SECONDS) * 1_000,
  };
}

function parseJson(part: string | undefined): unknown {
  if (part === undefined || !/^[A-Za-z0-9_-]+$/.test(part)) return undefined;
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function isSignedBy(jwk: JsonWebKey, signed: string, signature: Buffer): boolean {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature);
  } catch {
    // A point that does not lie on the curve.
    return false;
  }
}

/** Query and fragment do not count (RFC 9449 section 4.3, 9). */
function isSameAddress(claimed: string, actual: string): boolean {
  if (!URL.canParse(claimed) || !URL.canParse(actual)) return false;
  const [one, other] = [new URL(claimed), new URL(actual)];
  return one.origin === other.origin && one.pathname === other.pathname;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
