import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import type { Recognise } from '../platform/http/access.ts';
import { createRate } from '../platform/http/load/rate.ts';
import { Problem, passingProblem } from '../platform/http/problem.ts';
import type { CitizenSession, Session } from '../platform/http/rules.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { createRecentMap } from '../platform/memory/recent-map.ts';
import type { EndedSessions } from './ended-sessions.ts';
import { createReadSessions, type ReadSessions } from './read-sessions.ts';
import { mustBeOurs, originOf } from './same-origin.ts';
import {
  COUNTS_ALONE_MS,
  cookieKind,
  openSession,
  SESSION_COOKIE,
  type SealedSession,
  sealSession,
} from './session-cookie.ts';

/** What it takes to find out who is signed in. */
export interface RecognitionParts {
  readonly db: Db;
  readonly keys: KeyRing;
  readonly clock: () => Instant;
  readonly ended: EndedSessions;
  /** Scheme and host under which browsers reach the service, behind whatever stands in front of it. */
  readonly publicOrigin?: string;
  /** How often a session may ask, by kind; the usual when missing. */
  readonly quotas?: Quotas;
}

/** How many requests a second a session of each kind may make; as many times three in reserve. */
export type Quotas = Readonly<Record<Session['kind'], number>>;

/** A page asks a few things at once and then seldom; staff at a counter or a door asks for each who comes. */
const USUAL_QUOTAS: Quotas = { citizen: 10, staff: 30 };
const RESERVE = 3;
const MOST_SESSIONS = 100_000;

/**
 * Finds out who is signed in by the cookie of their session. While the cookie counts alone it reads no database for staff and for whoever
 * shows a code. Otherwise, and for an account that shows none yet, it reads the session and the account, each by its key.
 */
export function recogniseSessions(parts: RecognitionParts): Recognise {
  const { clock, ended, publicOrigin, quotas = USUAL_QUOTAS } = parts;
  const rate = createRate(MOST_SESSIONS);
  const open = rememberOpened(parts.keys);
  const read = createReadSessions(parts.db);
  return (request, reply) => {
    mustBeOurs(request, publicOrigin);
    const kind = cookieOf(request, publicOrigin);
    const cookie = request.cookies[kind.name];
    if (cookie === undefined) throw new Problem('unauthenticated', 'Nobody is signed in.');
    const now = clock();
    const sealed = open(cookie, now);
    if (!sealed || sealed.endsAt <= now || ended.has(sealed.session.sessionId)) {
      throw signedOut(request, reply, publicOrigin);
    }
    const { sessionId, kind: who } = sealed.session;
    const seconds = rate.take(sessionId, quotas[who], quotas[who] * RESERVE, now);
    if (seconds > 0) throw passingProblem('rate-limited', 'The session asks too often.', seconds);
    if (isFresh(sealed, now) && isWhole(sealed.session) && ended.isComplete()) return sealed.session;
    return recogniseByRow(parts, read, sealed, request, reply, now);
  };
}

/** The cookie of sessions, as it is called where the request has come in. */
export function cookieOf(request: FastifyRequest, publicOrigin: string | undefined) {
  return cookieKind(SESSION_COOKIE, originOf(request, publicOrigin).startsWith('https:'));
}

/** Gives a browser the cookie of a session. */
export function giveCookie(
  keys: KeyRing,
  sealed: SealedSession,
  request: FastifyRequest,
  reply: FastifyReply,
  publicOrigin: string | undefined,
  now: Instant,
): void {
  const { name, options } = cookieOf(request, publicOrigin);
  const maxAge = Math.max(0, Math.floor((sealed.endsAt - now) / 1_000));
  reply.setCookie(name, sealSession(keys, sealed), { ...options, maxAge });
}

/** Takes the cookie from a browser. */
export function takeCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  publicOrigin: string | undefined,
): void {
  const { name, options } = cookieOf(request, publicOrigin);
  reply.clearCookie(name, options);
}

/** Whether the cookie counts alone. A clock that was set back does not lengthen the time. */
function isFresh({ renewAfter }: SealedSession, now: Instant): boolean {
  return now < renewAfter && renewAfter - now <= COUNTS_ALONE_MS;
}

/** Whether nothing can have been added to it: an application that is confirmed gives an account its person. */
function isWhole(session: Session): boolean {
  return session.kind === 'staff' || session.personId !== undefined;
}

/** Reads who it is from the database. While that is away the caller is told so: it throws what becomes `unavailable`. */
async function recogniseByRow(
  { keys, publicOrigin }: RecognitionParts,
  read: ReadSessions,
  sealed: SealedSession,
  request: FastifyRequest,
  reply: FastifyReply,
  now: Instant,
): Promise<Session> {
  const { session, endsAt } = sealed;
  const [isOpen, personId] = await Promise.all([
    read.isOpen(session),
    session.kind === 'citizen' ? read.personOf(session.accountId) : undefined,
  ]);
  if (!isOpen) throw signedOut(request, reply, publicOrigin);
  const current = session.kind === 'citizen' ? withPerson(session, personId) : session;
  const isOther = session.kind === 'citizen' && session.personId !== personId;
  if (isOther || !isFresh(sealed, now)) {
    const renewed = { session: current, endsAt, renewAfter: now + COUNTS_ALONE_MS };
    giveCookie(keys, renewed, request, reply, publicOrigin, now);
  }
  return current;
}

function withPerson(
  { personId: _before, ...session }: CitizenSession,
  personId: string | undefined,
): CitizenSession {
  return personId === undefined ? session : { ...session, personId };
}

function signedOut(request: FastifyRequest, reply: FastifyReply, publicOrigin: string | undefined): Problem {
  takeCookie(request, reply, publicOrigin);
  return new Problem('unauthenticated', 'The session has ended.');
}

const MOST_REMEMBERED = 50_000;

/** Opens cookies, and remembers those that were opened lately: opening one takes longer than all the rest. */
function rememberOpened(keys: KeyRing): (cookie: string, now: Instant) => SealedSession | undefined {
  const opened = createRecentMap<string, SealedSession>(MOST_REMEMBERED);
  return (cookie, now) => {
    const known = opened.get(cookie);
    // One that no longer counts alone is held against the keys again, because its version may be retired.
    if (known && isFresh(known, now)) return known;
    const sealed = openSession(keys, cookie);
    if (!sealed) return undefined;
    opened.set(cookie, sealed);
    return sealed;
  };
}
