import type { Instant } from '../../domain/time.ts';
import type { ServiceConfig } from '../config.ts';
import type { Installation } from '../installation.ts';
import { timeOf } from '../platform/db/uuid.ts';
import type { Recognise } from '../platform/http/access.ts';
import type { Routes } from '../platform/http/app.ts';
import type { Session } from '../platform/http/rules.ts';
import type { Log } from '../platform/log/log.ts';
import { followEndedSessions } from './ended-sessions.ts';
import { recogniseSessions } from './recognise.ts';
import { sessionRoutes } from './routes.ts';
import { SESSION_MS } from './session-cookie.ts';
import type { OnVerified } from './sign-in/complete-sign-in.ts';
import { signInRoutes } from './sign-in/routes.ts';
import { checkSignIn } from './sign-in/settings.ts';

/** Who signs in and who is signed in, as far as the service needs it. */
export interface Accounts {
  readonly recognise: Recognise;
  /** Whether a session still counts, for whoever holds a reply open. */
  readonly isSignedIn: (session: Session) => boolean;
  /** `ownOrigin` is where this process listens, as soon as it does. */
  readonly routes: (ownOrigin: () => string) => readonly Routes[];
  readonly close: () => void;
}

/**
 * Opens the accounts of an installation.
 *
 * @throws {OperatorError} when signing in is configured in a way that is not safe
 */
export async function openAccounts(
  { store, keys, identity, decision }: Pick<Installation, 'store' | 'keys' | 'identity' | 'decision'>,
  config: ServiceConfig,
  clock: () => Instant,
  log: Log,
  onVerified: OnVerified,
): Promise<Accounts> {
  const settings = checkSignIn(config);
  const db = store.app;
  const ended = await followEndedSessions({ db, log, clock });
  const lists = () => decision(clock()).lists;
  const named = config.publicOrigin === undefined ? {} : { publicOrigin: config.publicOrigin };
  const recognition = { db, keys, clock, ended, ...named };
  const recognise = recogniseSessions(recognition);
  return {
    recognise,
    // Somebody may have shown who they are long before the session began.
    isSignedIn: ({ sessionId }) =>
      ended.isComplete() && !ended.has(sessionId) && clock() < timeOf(sessionId) + SESSION_MS,
    routes: (ownOrigin) => [
      sessionRoutes({ ...recognition, recognise, isDemo: identity.isDemo }),
      signInRoutes({ db, keys, lists, clock, log, settings, onVerified, ownOrigin, ...named }),
    ],
    close: ended.close,
  };
}
