import type { FastifyRequest } from 'fastify';
import type { Instant } from '../../domain/time.ts';
import type { Deps } from '../deps.ts';
import type { Authenticate } from '../platform/http/access.ts';
import { createRate } from '../platform/http/load/rate.ts';
import { Problem, passingProblem } from '../platform/http/problem.ts';
import type { Client } from '../platform/http/rules.ts';
import type { KnownClients } from './known-clients.ts';
import { type Proof, readProof } from './proof.ts';
import { isInForce, type Registration } from './registration.ts';
import { type Claims, createTokenReader, type TokenFault } from './token.ts';
import type { UsedProofs } from './used-proofs.ts';

/** What it takes to find out who calls. */
export interface AuthenticationParts extends Pick<Deps, 'clock' | 'tokenKeys' | 'audience'> {
  readonly clients: KnownClients;
  readonly usedProofs: UsedProofs;
  /** Scheme and host under which clients reach the service, behind whatever stands in front of it. */
  readonly publicOrigin?: string;
}

/** Finds out which client calls by its access token (RFC 6750, RFC 9449), and holds it to its quota. */
export function authenticateClients(parts: AuthenticationParts): Authenticate {
  const { clock, clients, usedProofs } = parts;
  const rate = createRate();
  const allow = rememberAllowed();
  const read = createTokenReader(parts.tokenKeys, parts.audience);
  const admit = (request: FastifyRequest, shown: Shown, client: Registration | undefined, now: Instant) => {
    const { scheme, claims } = shown;
    if (!client || !isInForce(client, now)) throw refused(scheme, 'invalid_token', 'The client is barred.');
    const proof = checkBinding(parts, request, shown, client, now);
    const { clientId, quotaPerSecond } = client;
    const seconds = rate.take(clientId, quotaPerSecond, quotaPerSecond, now);
    if (seconds > 0) throw passingProblem('rate-limited', 'The quota of the client is used up.', seconds);
    if (proof) usedProofs.add(proof, now);
    return allow(claims, client);
  };
  return (request) => {
    const now = clock();
    const { scheme, token } = readCredentials(request);
    const claims = read(token, now);
    if (typeof claims === 'string') throw refused(scheme, 'invalid_token', WORDS[claims]);
    const shown = { scheme, token, claims };
    const known = clients.find(claims.client_id);
    if (known) return admit(request, shown, known, now);
    return clients.findFresh(claims.client_id).then((client) => admit(request, shown, client, now));
  };
}

/** What is allowed is what the token says, unless the client may do less by now. */
function allowed(claims: Claims, { clientId, name, scopes, sources }: Registration): Client {
  const granted = claims.scope.split(' ');
  return { clientId, name, sources, scopes: scopes.filter((scope) => granted.includes(scope)) };
}

/** Works out once for each token that is shown again and again what it allows. */
function rememberAllowed(): typeof allowed {
  const known = new WeakMap<Claims, { readonly registration: Registration; readonly client: Client }>();
  return (claims, registration) => {
    const found = known.get(claims);
    if (found?.registration === registration) return found.client;
    const client = allowed(claims, registration);
    known.set(claims, { registration, client });
    return client;
  };
}

type Scheme = 'Bearer' | 'DPoP';

function readCredentials({ headers }: FastifyRequest): { scheme: Scheme; token: string } {
  const [, word, token] = /^(bearer|dpop) +([A-Za-z0-9._~+/=-]+)$/i.exec(headers.authorization ?? '') ?? [];
  if (word !== undefined && token !== undefined) {
    return { scheme: word.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token };
  }
  throw new Problem('unauthenticated', 'An access token is needed.', {
    headers: { 'www-authenticate': 'Bearer, DPoP algs="ES256"' },
  });
}

const WORDS: Readonly<Record<TokenFault, string>> = {
  malformed: 'The access token is malformed.',
  'unknown-key': 'The access token is too old, or not ours.',
  forged: 'The access token is not ours.',
  foreign: 'The access token is for another service.',
  expired: 'The access token has expired.',
  'not-yet': 'The access token is from the future.',
};

interface Shown {
  readonly scheme: Scheme;
  readonly token: string;
  readonly claims: Claims;
}

/** Holds a bound token to its key; gives the proof where there must be one. */
function checkBinding(
  { usedProofs, publicOrigin }: AuthenticationParts,
  request: FastifyRequest,
  { scheme, token, claims }: Shown,
  client: Registration,
  now: Instant,
): Proof | undefined {
  const bound = claims.cnf?.jkt;
  if (bound === undefined && client.proof === 'none' && scheme === 'Bearer') return undefined;
  if (bound === undefined || scheme === 'Bearer') {
    throw refused('DPoP', 'invalid_token', 'The token does not fit the way in which it is shown.');
  }
  const url = addressOf(request, publicOrigin);
  const proof = readProof(String(request.headers.dpop ?? ''), { method: request.method, url, token }, now);
  if (typeof proof === 'string' || proof.thumbprint !== bound || usedProofs.has(proof)) {
    throw refused(
      'DPoP',
      'invalid_dpop_proof',
      'There is no proof for this request by the key of the token.',
    );
  }
  return proof;
}

/** The address that a client has called, as it sees it. */
export function addressOf({ host, protocol, url }: FastifyRequest, publicOrigin: string | undefined): string {
  return `${publicOrigin ?? `${protocol}://${host}`}${url}`;
}

function refused(scheme: Scheme, error: 'invalid_token' | 'invalid_dpop_proof', detail: string): Problem {
  const algorithms = scheme === 'DPoP' ? 'algs="ES256", ' : '';
  return new Problem('unauthenticated', detail, {
    headers: { 'www-authenticate': `${scheme} ${algorithms}error="${error}"` },
  });
}
