import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';
import type { Client, Demands, Session } from './rules.ts';

/**
 * Finds out which client asks.
 *
 * @throws {Problem} `unauthenticated` when that is not certain, `rate-limited` when it asks too often
 */
export type Authenticate = (request: FastifyRequest) => Client | Promise<Client>;

/**
 * Finds out who is signed in; the reply may get a cookie.
 *
 * @throws {Problem} `unauthenticated` when nobody is; `not-allowed` when another site has sent the request;
 *   `rate-limited` when they ask too often
 */
export type Recognise = (request: FastifyRequest, reply: FastifyReply) => Session | Promise<Session>;

/** How callers are found out. */
export interface Recognition {
  readonly authenticate: Authenticate;
  readonly recognise: Recognise;
}

/** Lets nobody past who may not call the route; before the body is read, so that a stranger can send none. */
export function guardAccess(app: FastifyInstance, { authenticate, recognise }: Recognition): void {
  app.decorateRequest('client', null);
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request, reply) => {
    const { rules } = request.routeOptions.config;
    if (!rules || rules.access === 'open') return;
    if (isForClient(request, rules.access)) {
      request.client = mustHaveScope(await authenticate(request), rules.access);
    } else {
      request.session = mustFit(await recognise(request, reply), rules.access);
    }
  });
}

/** A route for both asks for a token of a client when one is shown. */
function isForClient({ headers }: FastifyRequest, { scope, citizen, role, signedIn }: Demands): boolean {
  if (scope === undefined) return false;
  return headers.authorization !== undefined || !(citizen || signedIn || role !== undefined);
}

function mustHaveScope(client: Client, { scope }: Demands): Client {
  if (scope !== undefined && client.scopes.includes(scope)) return client;
  throw new Problem('not-allowed', `The scope ${scope} is needed.`, {
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  });
}

function mustFit(session: Session, { citizen, role, signedIn }: Demands): Session {
  if (signedIn) return session;
  if (session.kind === 'citizen' && citizen) return session;
  if (session.kind === 'staff' && role !== undefined && session.roles.includes(role)) return session;
  throw new Problem('not-allowed', role === undefined ? '' : `The role ${role} is needed.`);
}
