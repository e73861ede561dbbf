import { randomUUID } from 'node:crypto';
import { isScope, type Scope } from '../../api/clients/scopes.ts';
import { SOURCES, type Source } from '../../domain/evidence/fact.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { Problem } from '../platform/http/problem.ts';
import type { ProofKind } from './registration.ts';
import { digestSecret, makeSecret } from './secret.ts';
import { addRegistration } from './store.ts';

const CLIENT_ID = /^[a-z0-9][a-z0-9-]{1,62}$/;

/** A client to be registered. */
export interface NewClient {
  /** Small letters, digits and dashes; made up when missing. */
  readonly clientId?: string;
  /** Of the system, not of a person. */
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly sources: readonly Source[];
  readonly quotaPerSecond: number;
  readonly proof?: ProofKind;
  readonly startsAt?: Instant;
  readonly expiresAt?: Instant;
  /** The office or the program that registers it. */
  readonly recordedBy: string;
}

/**
 * Registers a client. Its secret is given once and stored nowhere.
 *
 * @throws {Problem} `invalid` when the client makes no sense, `conflict` when its id is taken
 */
export async function registerClient(
  db: Db,
  client: NewClient,
  now: Instant,
): Promise<{ readonly clientId: string; readonly secret: string }> {
  const { clientId = randomUUID(), proof = 'none', startsAt = now, expiresAt = NEVER } = client;
  const { name, scopes, sources, quotaPerSecond, recordedBy } = client;
  const fault = faultOf({ ...client, clientId, startsAt, expiresAt });
  if (fault) throw new Problem('invalid', fault);
  const secret = makeSecret();
  const registration = {
    clientId,
    number: 1,
    name,
    secretDigest: digestSecret(secret),
    proof,
    scopes,
    sources,
  };
  const added = await addRegistration(
    db,
    { ...registration, quotaPerSecond, startsAt, expiresAt, disabledAt: null },
    now,
    recordedBy,
  );
  if (!added) throw new Problem('conflict', 'There is a client with this id.');
  return { clientId, secret };
}

function faultOf({
  clientId,
  name,
  scopes,
  sources,
  quotaPerSecond,
  startsAt,
  expiresAt,
}: NewClient & { readonly clientId: string; readonly startsAt: Instant; readonly expiresAt: Instant }):
  | string
  | undefined {
  if (!CLIENT_ID.test(clientId)) return 'The client id must be 2 to 63 small letters, digits and dashes.';
  if (name === '') return 'The name is empty.';
  const unknown = [
    ...scopes.filter((scope) => !isScope(scope)),
    ...sources.filter((s) => !SOURCES.includes(s)),
  ];
  if (unknown.length > 0) return `There is no scope or source ${unknown.join(', ')}.`;
  if (!(Number.isInteger(quotaPerSecond) && quotaPerSecond > 0))
    return 'The quota must be a whole number above 0.';
  return startsAt < expiresAt ? undefined : 'The client ends before it begins.';
}
