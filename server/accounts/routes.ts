import { describeSession, type SessionReply, signOut } from '../../api/accounts/sessions.ts';
import { maskName } from '../../domain/people/mask.ts';
import type { Recognise } from '../platform/http/access.ts';
import type { Routes } from '../platform/http/app.ts';
import { Problem } from '../platform/http/problem.ts';
import { open, type Session, signedIn } from '../platform/http/rules.ts';
import { serve } from '../platform/http/serve.ts';
import { type RecognitionParts, takeCookie } from './recognise.ts';
import { endSession, endSessions } from './store.ts';

/** What the routes of sessions need. */
export interface SessionParts extends RecognitionParts {
  readonly recognise: Recognise;
  /** Whether this installation is for trying out. */
  readonly isDemo: boolean;
}

/** Who is signed in, and signing out. */
export function sessionRoutes({ db, clock, ended, recognise, isDemo, publicOrigin }: SessionParts): Routes {
  return (app) => {
    serve(app, describeSession, { ...open, importance: 'showing' }, async (call, reply) => {
      const session = await unlessNobody(() => recognise(call, reply));
      return { ...describe(session), demo: isDemo };
    });
    serve(app, signOut, { ...signedIn, importance: 'showing' }, async (call, reply) => {
      const { accountId, sessionId } = call.session;
      const count = call.body.everywhere
        ? await endSessions(db, accountId, clock())
        : await endSession(db, sessionId, clock());
      // It has ended whether or not this process sees that at once.
      await ended.look().catch(() => {});
      takeCookie(call, reply, publicOrigin);
      return { ended: count };
    });
  };
}

async function unlessNobody(recognise: () => Session | Promise<Session>): Promise<Session | undefined> {
  try {
    return await recognise();
  } catch (error) {
    if (error instanceof Problem && error.code === 'unauthenticated') return undefined;
    throw error;
  }
}

function describe(session: Session | undefined): Omit<SessionReply, 'demo'> {
  if (!session) return { kind: 'none' };
  if (session.kind === 'staff') {
    return { kind: 'staff', authority: session.authority, roles: [...session.roles] };
  }
  const { verified } = session;
  return {
    kind: 'citizen',
    verified: verified !== undefined,
    ...(verified && { name: maskName(verified.name) }),
  };
}
