import type { FastifyRequest } from 'fastify';
import { Problem } from '../platform/http/problem.ts';

/** The scheme and host under which browsers reach the service: the configured ones, or those that they have asked for. */
export function originOf({ protocol, host }: FastifyRequest, publicOrigin: string | undefined): string {
  return publicOrigin ?? `${protocol}://${host}`;
}

/**
 * Holds a request that may change something to pages of our own: browsers say where a request comes from, and no page
 * can make them say otherwise (Fetch Metadata; the Fetch standard for `Origin`).
 *
 * @throws {Problem} `not-allowed` for one that comes from elsewhere, or does not say from where
 */
export function mustBeOurs(request: FastifyRequest, publicOrigin: string | undefined): void {
  const { method, headers } = request;
  if (method === 'GET' || method === 'HEAD') return;
  const site = headers['sec-fetch-site'];
  const isOurs =
    site === undefined ? headers.origin === originOf(request, publicOrigin) : site === 'same-origin';
  if (!isOurs) throw new Problem('not-allowed', 'The request does not come from a page of this service.');
}
