import { randomUUID, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HOUR_MS, type Instant } from '../../../domain/time.ts';
import type { Db } from '../db/database.ts';
import { Problem, passingProblem } from '../http/problem.ts';
import type { VersionedKeys } from '../keys/versioned-keys.ts';
import { faultFields } from '../log/fault-fields.ts';
import type { Log } from '../log/log.ts';
import { readKey } from './read-key.ts';
import { fingerprintOf, openReply, sealReply } from './sealed-reply.ts';
import { claimKey, findKept, freeKey, keepReply, type ReplyKey, renewLease } from './store.ts';

const KEPT_MS = 24 * HOUR_MS;
/** What runs renews its lease. After a crash, or when the database went away under it, the key is soon free again. */
const LEASE_MS = 3_000;
const RENEW_MS = 1_000;
const RETRY_SECONDS = 2;
/** A longer reply is not kept: whoever asks again is answered anew. */
const LONGEST_KEPT_REPLY = 4 * 1_048_576;
/** Headers that belong to what was done, and not to the connection. */
const KEPT_HEADERS = ['content-type', 'location'];
/** Replies that say nothing about the work itself: the next try may go better, with 401 after signing in again. */
const PASSING = new Set([401, 408, 409, 429]);

/** What the keeping of replies needs. */
export interface ReplyKeeping {
  readonly db: Db;
  readonly clock: () => Instant;
  readonly log: Log;
  readonly tokenKeys: VersionedKeys;
}

interface Running extends ReplyKey {
  readonly attempt: string;
  readonly keyVersion: number;
}

/**
 * Gives the same reply again to a request that comes again with its `Idempotency-Key`
 * (draft-ietf-httpapi-idempotency-key-header), on routes whose rules say `idempotent`.
 *
 * A process that dies between the work and the keeping of the reply leaves a request that may run twice: such a
 * route must bear that, as it must without a key.
 */
export function keepReplies(app: FastifyInstance, keeping: ReplyKeeping): void {
  const attempts = new WeakMap<FastifyRequest, Running & { readonly renewing: NodeJS.Timeout }>();
  const begin = async (request: FastifyRequest, reply: FastifyReply) => {
    const running = attemptOf(keeping, request);
    if (!running) return undefined;
    if (!(await claim(keeping, running, request))) return replay(keeping, running, request, reply);
    attempts.set(request, { ...running, renewing: renewFrom(keeping, running) });
    return undefined;
  };
  const end = async (request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    const running = attempts.get(request);
    attempts.delete(request);
    if (!running) return payload;
    clearInterval(running.renewing);
    await keep(keeping, running, reply, payload);
    return payload;
  };
  app.addHook('onRoute', (route) => {
    if (!route.config?.rules?.idempotent) return;
    route.preHandler = [...[route.preHandler ?? []].flat(), begin];
    route.onSend = [...[route.onSend ?? []].flat(), end];
  });
}

function attemptOf({ tokenKeys }: ReplyKeeping, request: FastifyRequest): Running | undefined {
  const { client, session, headers } = request;
  const key = readKey(headers['idempotency-key']);
  // A client id is never a uuid after a word: an account and a client cannot be taken for each other.
  const clientId = client?.clientId ?? (session ? `account:${session.accountId}` : undefined);
  if (key === undefined || clientId === undefined) return undefined;
  return { clientId, key, attempt: randomUUID(), keyVersion: tokenKeys.current().version };
}

function claim({ db, clock, tokenKeys }: ReplyKeeping, running: Running, request: FastifyRequest) {
  const now = clock();
  const fingerprint = fingerprintOf(tokenKeys.find(running.keyVersion)!, partsOf(request));
  return claimKey(db, {
    ...running,
    fingerprint,
    now,
    leasedUntil: now + LEASE_MS,
    eraseAfter: now + KEPT_MS,
  });
}

/** Renews a lease from time to time. When that fails, another attempt may begin meanwhile, which a route must bear. */
function renewFrom({ db, clock }: ReplyKeeping, running: Running): NodeJS.Timeout {
  const renew = () => renewLease(db, running, clock() + LEASE_MS).catch(() => {});
  return setInterval(renew, RENEW_MS).unref();
}

/** What must be the same for two requests to be one. */
function partsOf({ method, url, body, headers }: FastifyRequest): string[] {
  if (!(body instanceof Readable)) return [method, url, JSON.stringify(body) ?? ''];
  const digest = headers['content-digest'];
  if (digest !== undefined) return [method, url, String(digest)];
  throw new Problem('invalid', 'With a stream an idempotency key needs a Content-Digest (RFC 9530).');
}

async function replay(
  { db, tokenKeys }: ReplyKeeping,
  running: Running,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const kept = await findKept(db, running);
  const key = kept && tokenKeys.find(kept.keyVersion);
  // The first attempt gave the key back a moment ago, or was made under a key that is no more.
  if (!kept || !key) throw passingProblem('conflict', 'The idempotency key is in use.', RETRY_SECONDS);
  if (!timingSafeEqual(kept.fingerprint, fingerprintOf(key, partsOf(request)))) {
    throw new Problem('idempotency-mismatch', 'The key belongs to another request.');
  }
  if (!kept.sealedReply) throw passingProblem('conflict', 'The first request still runs.', RETRY_SECONDS);
  const { status, headers, body } = openReply(key, belongsTo(running), kept.sealedReply);
  return reply.code(status).headers(headers).header('idempotency-replayed', 'true').send(Buffer.from(body));
}

async function keep(
  { db, clock, log, tokenKeys }: ReplyKeeping,
  running: Running,
  reply: FastifyReply,
  payload: unknown,
): Promise<void> {
  const body = textOf(payload);
  try {
    if (reply.statusCode >= 500 || PASSING.has(reply.statusCode) || body === undefined) {
      return await freeKey(db, running, clock());
    }
    const headers = Object.fromEntries(
      KEPT_HEADERS.filter((name) => reply.hasHeader(name)).map((name) => [
        name,
        String(reply.getHeader(name)),
      ]),
    );
    const key = tokenKeys.find(running.keyVersion)!;
    await keepReply(
      db,
      running,
      sealReply(key, belongsTo(running), { status: reply.statusCode, headers, body }),
    );
  } catch (thrown) {
    // The work is done and its reply goes out; until the lease ends the key answers `conflict`.
    log.warn('a reply was not kept', faultFields(thrown));
  }
}

/** The body of a reply; undefined for a stream, and for one that is too long. */
function textOf(payload: unknown): string | undefined {
  if (payload === undefined || payload === null) return '';
  const text = Buffer.isBuffer(payload) ? payload.toString() : payload;
  return typeof text === 'string' && text.length <= LONGEST_KEPT_REPLY ? text : undefined;
}

function belongsTo({ clientId, key }: ReplyKey): string {
  return `${clientId}\n${key}`;
}
