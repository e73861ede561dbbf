import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';
import type { Client } from './rules.ts';

/**
 * Finds out which client asks.
 *
 * @throws {Problem} `unauthenticated` when that is not certain, `rate-limited` when it asks too often
 */
export type Authenticate = (request: FastifyRequest) => Client | Promise<Client>;

/** Lets nobody past who may not call the route; before the body is read, so that a stranger can send none. */
export function guardAccess(app: FastifyInstance, authenticate: Authenticate): void {
  app.decorateRequest('client', null);
  app.addHook('onRequest', async (request) => {
    const { rules } = request.routeOptions.config;
    if (!rules || rules.access === 'open') return;
    const client = await authenticate(request);
    const { scope } = rules.access;
    if (!client.scopes.includes(scope)) {
      throw new Problem('not-allowed', `The scope ${scope} is needed.`, {
        headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
      });
    }
    request.client = client;
  });
}
