import { createHmac, timingSafeEqual } from 'node:crypto';
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
  return judge(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')), audience, now / 1_000);
}

function judge(claims: unknown, audience: string, nowSeconds: number): Claims | TokenFault {
  if (!isClaims.Check(claims)) return 'malformed';
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
