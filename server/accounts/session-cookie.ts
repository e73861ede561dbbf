import type { Role } from '../../api/accounts/roles.ts';
import type { Document } from '../../domain/people/document.ts';
import type { Instant } from '../../domain/time.ts';
import type { CitizenSession, Session, StaffSession } from '../platform/http/rules.ts';
import { KeyError } from '../platform/keys/key-error.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { openWithRing, sealWithRing } from '../platform/keys/ring-seal.ts';

/** A session ends by itself after so long. */
export const SESSION_MS = 12 * 3_600_000;
/** For so long a cookie counts without the row of its session; after that it is made anew. */
export const COUNTS_ALONE_MS = 5 * 60_000;

/** A session as a cookie holds it. */
export interface SealedSession {
  readonly session: Session;
  /** It ends then at the latest. */
  readonly endsAt: Instant;
  /** From then on the row of the session must be read. */
  readonly renewAfter: Instant;
}

/** How a cookie is called, and what a browser is told about it. */
export interface CookieKind {
  readonly name: string;
  readonly options: {
    readonly httpOnly: true;
    readonly sameSite: 'lax';
    readonly path: '/';
    readonly secure: boolean;
  };
}

/** A cookie of ours. Over HTTPS its prefix binds it to this host and keeps it from plain HTTP (RFC 6265bis, 4.1.3.2). */
export function cookieKind(name: string, isSecure: boolean): CookieKind {
  return {
    name: isSecure ? `__Host-${name}` : name,
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure: isSecure },
  };
}

/** The cookie of a session. */
export const SESSION_COOKIE = 'healthcode';

/** A list, because it is shorter than an object: first the form, so that an older or newer one is told apart. */
type Compact = readonly [form: 1, ...Rest];
type Rest = readonly [
  sessionId: string,
  accountId: string,
  signedInAt: Instant,
  endsAt: Instant,
  renewAfter: Instant,
  who: CompactCitizen | CompactStaff,
];
type CompactCitizen = readonly ['c', personId: string | 0, name?: string, ...document: string[]];
type CompactStaff = readonly ['s', authority: string, territory: string, ...roles: Role[]];

const FORM = 1;
const CONTEXT = 'session cookie';
/** Browsers keep no longer ones. */
const LONGEST_COOKIE = 4_096;

/** Seals a session for a cookie. */
export function sealSession(keys: KeyRing, { session, endsAt, renewAfter }: SealedSession): string {
  const { sessionId, accountId, signedInAt } = session;
  const who = session.kind === 'citizen' ? compactCitizen(session) : compactStaff(session);
  const compact: Compact = [FORM, sessionId, accountId, signedInAt, endsAt, renewAfter, who];
  return sealText(keys, CONTEXT, JSON.stringify(compact));
}

/** Opens what `sealSession` made; undefined for anything else. */
export function openSession(keys: KeyRing, cookie: string): SealedSession | undefined {
  const text = openText(keys, CONTEXT, cookie);
  if (text === undefined) return undefined;
  // Only this file has made it: the seal proves that.
  const [form, sessionId, accountId, signedInAt, endsAt, renewAfter, who] = JSON.parse(text) as Compact;
  if (form !== FORM) return undefined;
  const common = { sessionId, accountId, signedInAt };
  const session: Session = who[0] === 'c' ? { ...common, ...citizen(who) } : { ...common, ...staff(who) };
  return { session, endsAt, renewAfter };
}

/** Seals a text for a cookie, for one use only. */
export function sealText(keys: KeyRing, context: string, text: string): string {
  return sealWithRing(keys, 'session', Buffer.from(text), context).toString('base64url');
}

/** Opens what `sealText` made for the same use; undefined for anything else. */
export function openText(keys: KeyRing, context: string, cookie: string): string | undefined {
  if (cookie.length > LONGEST_COOKIE) return undefined;
  const sealed = Buffer.from(cookie, 'base64url');
  // Another spelling of the same bytes is none of ours.
  if (sealed.toString('base64url') !== cookie) return undefined;
  try {
    return openWithRing(keys, 'session', sealed, context).toString('utf8');
  } catch (error) {
    if (error instanceof KeyError) return undefined;
    throw error;
  }
}

function compactCitizen({ personId, verified }: CitizenSession): CompactCitizen {
  if (!verified) return ['c', personId ?? 0];
  const { type, number, issuer } = verified.document;
  return ['c', personId ?? 0, verified.name, type, number, ...(issuer === undefined ? [] : [issuer])];
}

function compactStaff({ authority, territory, roles }: StaffSession): CompactStaff {
  return ['s', authority, territory, ...roles];
}

function citizen([, personId, name, type, number, issuer]: CompactCitizen) {
  const document = { type, number, ...(issuer !== undefined && { issuer }) } as Document;
  return {
    kind: 'citizen' as const,
    ...(personId !== 0 && { personId }),
    ...(name !== undefined && { verified: { name, document } }),
  };
}

function staff([, authority, territory, ...roles]: CompactStaff) {
  return { kind: 'staff' as const, authority, territory, roles };
}
