import { randomUUID } from 'node:crypto';
import { isScope, type Scope } from '../../api/clients/scopes.ts';
import type { TokenError, TokenReply } from '../../api/clients/token.ts';
import type { Instant } from '../../domain/time.ts';
import { createRate } from '../platform/http/load/rate.ts';
import type { AuthenticationParts } from './authenticate.ts';
import { type Credentials, type FormFields, readCredentials } from './credentials.ts';
import { type Proof, readProof } from './proof.ts';
import { isInForce, type Registration } from './registration.ts';
import { isSecret } from './secret.ts';
import { signToken, TOKEN_LIFETIME_SECONDS } from './token.ts';

/** A request for a token. */
export interface TokenRequest {
  /** The fields of the form; undefined when the form is malformed. */
  readonly form: FormFields | undefined;
  readonly authorization: string | undefined;
  /** The header `DPoP`. */
  readonly proof: string | undefined;
  readonly url: string;
  /** Where it comes from. */
  readonly address: string;
}

/** Why no token is given. */
export interface Refusal {
  readonly error: TokenError;
  readonly why: string;
  /** Set when there were too many wrong secrets. */
  readonly retryAfterSeconds?: number;
}

/** Wrong secrets of one client id, and from one address, before the next wrong ones are met with a wait; then so many a second. */
const TRIES_PER_CLIENT = 10;
const TRIES_PER_ADDRESS = 30;
const TRIES_PER_SECOND = 0.1;

/** Gives out access tokens (RFC 6749 section 4.4, RFC 9449 section 5). */
export type GrantToken = (request: TokenRequest) => Promise<TokenReply | Refusal>;

export function grantTokens(parts: AuthenticationParts): GrantToken {
  const failed = createRate();
  return async (request) => {
    const { form, authorization } = request;
    const now = parts.clock();
    const credentials = form && readCredentials(authorization, form);
    if (!form || credentials === 'twice') return { error: 'invalid_request', why: 'A field comes twice.' };
    if (form.get('grant_type') === undefined)
      return { error: 'invalid_request', why: 'grant_type is missing.' };
    if (form.get('grant_type') !== 'client_credentials') {
      return { error: 'unsupported_grant_type', why: 'Only client_credentials.' };
    }
    const client = await findClient(parts, credentials, now);
    if (!client) return fail(failed, credentials?.clientId ?? '', request.address, now);
    const scopes = scopesFor(client, form.get('scope'));
    if (!scopes) return { error: 'invalid_scope', why: 'The client does not have such a scope.' };
    const proof = useProof(parts, client, request, now);
    if (proof === 'wrong') return { error: 'invalid_dpop_proof', why: 'There is no proof for this request.' };
    return grant(parts, client, scopes, proof, now);
  };
}

async function findClient(
  { clients }: AuthenticationParts,
  credentials: Credentials | undefined,
  now: Instant,
): Promise<Registration | undefined> {
  if (!credentials) return undefined;
  const { clientId, secret } = credentials;
  const known = clients.find(clientId);
  if (known && isSecret(secret, known.secretDigest)) return isInForce(known, now) ? known : undefined;
  // Registered, or given a new secret, a moment ago. Whether there is such a client, the time it takes does not tell.
  const client = await clients.findFresh(clientId);
  const isRight = isSecret(secret, client?.secretDigest);
  return isRight && client && isInForce(client, now) ? client : undefined;
}

/**
 * A right secret is never made to wait, or strangers could lock a client out; that slows nobody down who guesses,
 * but 256 bits are not guessed. The waits keep a broken client from hammering, and show in the replies counted.
 */
function fail(
  failed: ReturnType<typeof createRate>,
  clientId: string,
  address: string,
  now: Instant,
): Refusal {
  const seconds = Math.max(
    failed.take(`client ${clientId.slice(0, 64)}`, TRIES_PER_SECOND, TRIES_PER_CLIENT, now),
    failed.take(`address ${address}`, TRIES_PER_SECOND, TRIES_PER_ADDRESS, now),
  );
  const why = 'The client is not known, or its secret is wrong.';
  return { error: 'invalid_client', why, ...(seconds > 0 && { retryAfterSeconds: Math.ceil(seconds) }) };
}

/** The scopes that are asked for, or all; undefined when the client lacks one of them. */
function scopesFor({ scopes }: Registration, asked: string | undefined): readonly Scope[] | undefined {
  if (asked === undefined) return scopes;
  const wanted = asked.split(' ').filter((word) => word !== '');
  return wanted.every((word) => isScope(word) && scopes.includes(word)) ? (wanted as Scope[]) : undefined;
}

function useProof(
  { usedProofs }: AuthenticationParts,
  client: Registration,
  { proof: text, url }: TokenRequest,
  now: Instant,
): Proof | undefined | 'wrong' {
  if (text === undefined) return client.proof === 'dpop' ? 'wrong' : undefined;
  const proof = readProof(text, { method: 'POST', url }, now);
  if (typeof proof === 'string' || usedProofs.has(proof)) return 'wrong';
  usedProofs.add(proof, now);
  return proof;
}

function grant(
  { tokenKeys, audience }: AuthenticationParts,
  { clientId }: Registration,
  scopes: readonly Scope[],
  proof: Proof | undefined,
  now: Instant,
): TokenReply {
  const iat = Math.floor(now / 1_000);
  const scope = scopes.join(' ');
  const token = signToken(tokenKeys, {
    aud: audience,
    client_id: clientId,
    scope,
    jti: randomUUID(),
    iat,
    exp: iat + TOKEN_LIFETIME_SECONDS,
    ...(proof && { cnf: { jkt: proof.thumbprint } }),
  });
  return {
    access_token: token,
    token_type: proof ? 'DPoP' : 'Bearer',
    expires_in: TOKEN_LIFETIME_SECONDS,
    scope,
  };
}
