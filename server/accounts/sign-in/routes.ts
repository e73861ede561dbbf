import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  SIGN_IN_PATH,
  SIGNED_IN_PATH,
  type SignInOutcome,
  SignInQuery,
} from '../../../api/accounts/sessions.ts';
import { API_ROOT } from '../../../api/route.ts';
import type { ClosedLists } from '../../../domain/evidence/kinds.ts';
import type { Instant } from '../../../domain/time.ts';
import type { SignIn } from '../../config.ts';
import type { Database } from '../../platform/db/database.ts';
import { DatabaseError, type FailureKind } from '../../platform/db/failure.ts';
import type { Routes } from '../../platform/http/app.ts';
import { passingProblem } from '../../platform/http/problem.ts';
import { open } from '../../platform/http/rules.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { faultFields } from '../../platform/log/fault-fields.ts';
import type { Log } from '../../platform/log/log.ts';
import { cookieOf, giveCookie } from '../recognise.ts';
import { originOf } from '../same-origin.ts';
import { cookieKind, openSession } from '../session-cookie.ts';
import { completeSignIn, type OnVerified } from './complete-sign-in.ts';
import { type IdentityProvider, openIdentityProvider, SignInError } from './identity-provider.ts';
import { localPath, withOutcome } from './local-path.ts';
import {
  openTransaction,
  sealTransaction,
  TRANSACTION_COOKIE,
  TRANSACTION_MS,
  type Transaction,
} from './transaction-cookie.ts';

/** What signing in needs. */
export interface SignInParts {
  readonly db: Database;
  readonly keys: KeyRing;
  readonly lists: () => ClosedLists;
  readonly clock: () => Instant;
  readonly log: Log;
  /** Missing where nobody can sign in: then that is what is answered. */
  readonly settings: SignIn | undefined;
  readonly onVerified: OnVerified;
  readonly publicOrigin?: string;
  /** Scheme and host under which this process is reached, where no other name is configured. */
  readonly ownOrigin: () => string;
}

const REDIRECT = { 303: Type.Null({ description: 'The browser is sent on.' }) };
const HOURS = 3_600;

/** The two addresses that a browser passes when somebody signs in. They answer with pages to go to, as a browser needs. */
export function signInRoutes(parts: SignInParts): Routes {
  const provider = parts.settings && tellingOf(openIdentityProvider(parts.settings), parts.log);
  const rules = {
    config: { rules: { ...open, importance: 'showing', isPage: true } },
    exposeHeadRoute: false,
  } as const;
  return (app) => {
    app.get(
      SIGN_IN_PATH,
      {
        ...rules,
        schema: {
          operationId: 'beginSignIn',
          summary: 'Sends a browser to the identity provider.',
          querystring: SignInQuery,
          response: REDIRECT,
        },
      },
      (request, reply) => begin(parts, provider, request as SignInRequest, reply),
    );
    app.get(
      SIGNED_IN_PATH,
      {
        ...rules,
        // The query is the provider's; it is held against what the browser has kept.
        schema: {
          operationId: 'finishSignIn',
          summary: 'Where the identity provider sends a browser back to.',
          response: REDIRECT,
        },
      },
      (request, reply) => finish(parts, provider, request, reply),
    );
  };
}

type SignInRequest = FastifyRequest<{ Querystring: SignInQuery }>;

async function begin(
  parts: SignInParts,
  provider: IdentityProvider | undefined,
  request: SignInRequest,
  reply: FastifyReply,
) {
  if (!provider) throw notConfigured();
  const origin = parts.publicOrigin ?? parts.ownOrigin();
  // A cookie given to localhost would not come back to 127.0.0.1.
  if (originOf(request, parts.publicOrigin) !== origin) return reply.redirect(`${origin}${request.url}`, 303);
  const to = localPath(request.query.to);
  const wish = {
    redirectUri: `${origin}${API_ROOT}${SIGNED_IN_PATH}`,
    as: request.query.as,
    fresh: request.query.fresh ?? false,
  };
  try {
    const { url, checks } = await provider.begin(wish);
    const transaction = { wish, checks, to, expiresAt: parts.clock() + TRANSACTION_MS };
    const { name, options } = transactionCookie(request, parts);
    reply.setCookie(name, sealTransaction(parts.keys, transaction), {
      ...options,
      maxAge: TRANSACTION_MS / 1_000,
    });
    return reply.redirect(url, 303);
  } catch (error) {
    return sendBack(reply, to, outcomeOf(error));
  }
}

async function finish(
  parts: SignInParts,
  provider: IdentityProvider | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  if (!provider || !parts.settings) throw notConfigured();
  const { name, options } = transactionCookie(request, parts);
  const transaction = openTransaction(parts.keys, request.cookies[name], parts.clock());
  reply.clearCookie(name, options);
  if (!transaction) return sendBack(reply, '/', 'failed');
  try {
    return await complete(parts, parts.settings, provider, transaction, request, reply);
  } catch (error) {
    return sendBack(reply, transaction.to, outcomeOf(error));
  }
}

async function complete(
  parts: SignInParts,
  settings: SignIn,
  provider: IdentityProvider,
  { wish, checks, to }: Transaction,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const { keys, clock, log, publicOrigin } = parts;
  const query = request.url.split('?').slice(1).join('?');
  const signedIn = await provider.finish(wish, checks, query);
  const now = clock();
  const cookie = request.cookies[cookieOf(request, publicOrigin).name];
  const before = cookie === undefined ? undefined : openSession(keys, cookie)?.session.sessionId;
  const done = await completeSignIn({ ...parts, settings }, { as: wish.as, signedIn, before }, now);
  if ('refusal' in done) return sendBack(reply, to, done.refusal);
  giveCookie(keys, done.sealed, request, reply, publicOrigin, now);
  if (done.unreadable === undefined) return reply.redirect(to, 303);
  log.warn('what the identity provider has verified cannot be read', { why: done.unreadable });
  return sendBack(reply, to, 'unreadable');
}

function transactionCookie(request: FastifyRequest, { publicOrigin }: SignInParts) {
  return cookieKind(TRANSACTION_COOKIE, originOf(request, publicOrigin).startsWith('https:'));
}

function sendBack(reply: FastifyReply, to: string, outcome: SignInOutcome) {
  return reply.redirect(withOutcome(to, outcome), 303);
}

function outcomeOf(error: unknown): SignInOutcome {
  if (error instanceof SignInError) return error.outcome;
  // A browser that is on its way gets back to its page, whoever is away.
  if (error instanceof DatabaseError && PASSING.includes(error.kind)) return 'unavailable';
  throw error;
}

const PASSING: readonly FailureKind[] = ['unavailable', 'conflict'];

function notConfigured() {
  return passingProblem('unavailable', 'No identity provider is configured here.', HOURS);
}

/** Tells the log when the provider begins to be away and when it is back, not each time. */
function tellingOf(provider: IdentityProvider, log: Log): IdentityProvider {
  let isAway = false;
  const told = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      const result = await answer;
      if (isAway) log.info('the identity provider is back');
      isAway = false;
      return result;
    } catch (error) {
      const isNew = error instanceof SignInError && error.outcome === 'unavailable' && !isAway;
      if (isNew) log.warn('the identity provider is away', faultFields(error.cause ?? error));
      isAway ||= isNew;
      throw error;
    }
  };
  return {
    begin: (wish) => told(provider.begin(wish)),
    finish: (wish, checks, query) => told(provider.finish(wish, checks, query)),
  };
}
