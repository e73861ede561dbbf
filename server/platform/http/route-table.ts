import type { FastifyInstance } from 'fastify';
import type { Rules } from './rules.ts';

/** One route as it was registered: `path` is a pattern. */
export interface Registered {
  readonly method: string;
  readonly path: string;
  readonly rules: Rules;
}

/** All routes of the service. */
export interface RouteTable {
  readonly routes: readonly Registered[];
  /** The methods with which an address can be called. */
  readonly methodsAt: (address: string) => readonly string[];
}

/**
 * Keeps the table of the routes that are registered from now on.
 *
 * @throws {Error} at a route that does not say who may call it
 */
export function keepRouteTable(app: FastifyInstance): RouteTable {
  const routes: Registered[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    if (!config?.rules) throw new Error(`${method} ${url} does not say who may call it`);
    for (const each of [method].flat()) routes.push({ method: each, path: url, rules: config.rules });
  });
  return {
    routes,
    methodsAt: (address) => {
      const path = address.split('?')[0]!;
      return routes.filter((route) => matches(route.path, path)).map(({ method }) => method);
    },
  };
}

function matches(pattern: string, path: string): boolean {
  const [expected, given] = [pattern.split('/'), path.split('/')];
  if (expected.length !== given.length) return false;
  return expected.every((part, i) => (part.startsWith(':') ? given[i] !== '' : part === given[i]));
}
