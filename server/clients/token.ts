import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Instant } from '../../domain/time.ts';
import type { TokenKeys } from '../platform/keys/versioned-keys.ts';

export const TOKEN_LIFETIME_SECONDS = 600;
/** How far the clocks of the processes may lie apart. */
export const SKEW_SECONDS = 30;
const LONGEST_TOKEN = 4_096;

/** What an access token says (the claims of RFC 9068; times in seconds). */
export const Claims = Type.Object({
  aud: Type.String(),
  client_id: Type.String(),
  scope: Type.String(),
  jti: Type.String(),
  iat: Type.Integer(),
  exp: Type.Integer(),
  /** The thumbprint of the key that the token is bound to (RFC 9449 section 6). */
  cnf: Type.Optional(Type.Object({ jkt: Type.String() })),
});
export type Claims = Static<typeof Claims>;

const isClaims = Compile(Claims);

/**
 * Makes an access token: a JWT (RFC 7519) with an HMAC-SHA-256 of the newest token key. Its header is always the same
 * but for the version of the key, so that a reader compares it and never obeys it.
 */
export function signToken(keys: TokenKeys, claims: Claims): string {
  const { version, key } = keys.current();
  const signed = `${encode(headerOf(version))}.${encode(JSON.stringify(claims))}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** Why a token does not count. */
export type TokenFault = 'malformed' | 'unknown-key' | 'forged' | 'foreign' | 'expired' | 'not-yet';

/** Reads access tokens for an audience; the ones read last are remembered. */
export type ReadToken = (token: string, now: Instant) => Claims | TokenFault;

/**
 * Makes a reader that checks a token with its key once, and its time, and whether its key still counts, each time: a client
 * shows the same token for ten minutes.
 */
export function createTokenReader(keys: TokenKeys, audience: string, most = 10_000): ReadToken {
  const known = new Map<
    string,
    { readonly claims: Claims; readonly version: number; readonly key: KeyObject }
  >();
  return (token, now) => {
    const found = known.get(token);
    if (found && keys.find(found.version) === found.key) return judge(found.claims, audience, now / 1_000);
    const claims = readToken(keys, audience, token, now);
    known.delete(token);
    if (typeof claims === 'string') return claims;
    const version = versionIn(token.slice(0, token.indexOf('.')))!;
    known.set(token, { claims, version, key: keys.find(version)! });
    if (known.size > most) known.delete(known.keys().next().value!);
    return claims;
  };
}

/** Reads an access token: its claims, or why it does not count for `audience` at `now`. */
export function readToken(
  keys: TokenKeys,
  audience: string,
  token: string,
  now: Instant,
): Claims | TokenFault {
  const parts = token.length > LONGEST_TOKEN ? [] : token.split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) return 'malformed';
  const version = versionIn(header);
  if (version === undefined) return 'malformed';
  const key = keys.find(version);
  if (!key) return 'unknown-key';
  const expected = createHmac('sha256', key).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  // Base64 can be written in several ways; only one is ours.
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  if (!isOurs || given.toString('base64url') !== signature) return 'forged';
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  return isClaims.Check(claims) ? judge(claims, audience, now / 1_000) : 'malformed';
}

function judge(claims: Claims, audience: string, nowSeconds: number): Claims | TokenFault {
  if (claims.aud !== audience) return 'foreign';
  if (claims.exp <= nowSeconds) return 'expired';
  return claims.iat > nowSeconds + SKEW_SECONDS ? 'not-yet' : claims;
}

function headerOf(version: number): string {
  return `{"alg":"HS256","typ":"at+jwt","kid":"${version}"}`;
}

/** The version of the key in a header that is exactly as we write it. */
function versionIn(header: string): number | undefined {
  const text = Buffer.from(header, 'base64url').toString('utf8');
  const version = Number(/"kid":"([1-9]\d{0,8})"\}$/.exec(text)?.[1]);
  return encode(headerOf(version)) === header ? version : undefined;
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}
