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
  app.addHook('onRequest', (request, reply, done) => {
    const { rules } = request;
    if (!rules || rules.access === 'open') return done();
    const caller = isForClient(request, rules.access) ? authenticate(request) : recognise(request, reply);
    // Nearly always it is known at once who calls; what need not wait costs less.
    if (!(caller instanceof Promise)) {
      admit(request, caller, rules.access);
      return done();
    }
    caller.then((found) => admit(request, found, rules.access as Demands)).then(() => done(), done);
  });
}

function admit(request: FastifyRequest, caller: Client | Session, access: Demands): void {
  if ('clientId' in caller) request.client = mustHaveScope(caller, access);
  else request.session = mustFit(caller, access);
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
