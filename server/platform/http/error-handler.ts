import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DatabaseError, type FailureKind } from '../db/failure.ts';
import { codeOf, faultFields } from '../log/fault-fields.ts';
import type { Log } from '../log/log.ts';
import { Problem, passingProblem, problemReply, statusOf } from './problem.ts';
import { SAFE_HEADERS } from './safe-headers.ts';

/** How long a caller waits before it tries again while the database is away. */
const AWAY_SECONDS = 2;
/** A body that nobody has read yet is read and thrown away up to this size; with more to come the connection ends. */
const DISCARDED_BYTES = 65_536;

/** Makes the one place that turns whatever was thrown into a reply. */
export function createErrorHandler(log: Log) {
  return (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const problem = asProblem(thrown, request);
    const requestId = randomUUID();
    if (problem.code === 'internal') {
      const route = request.routeOptions?.url ?? null;
      log.error('request failed', { requestId, route, ...faultFields(thrown) });
    }
    sendProblem(problem, request, reply, requestId);
  };
}

/** Replies with a problem, and ends the connection when much of the request is still to come. */
export function sendProblem(
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
  requestId: string = randomUUID(),
): void {
  reply.headers(SAFE_HEADERS).headers(problem.headers).code(statusOf(problem.code));
  if (isMuchToCome(request)) reply.header('connection', 'close');
  // As bytes: to a text Fastify would add a charset, which this type does not have.
  reply.type('application/problem+json').send(Buffer.from(JSON.stringify(problemReply(problem, requestId))));
}

/** Whether more of the body is still to come than is worth reading. */
export function isMuchToCome({ raw }: FastifyRequest): boolean {
  if (raw.complete) return false;
  if (raw.headers['transfer-encoding'] !== undefined) return true;
  return Number(raw.headers['content-length'] ?? 0) > DISCARDED_BYTES;
}

function asProblem(thrown: unknown, request: FastifyRequest): Problem {
  if (thrown instanceof Problem) return thrown;
  // Before the question of the database: a caller that hangs up also gives ECONNRESET.
  if (request.raw.destroyed && !request.raw.complete) return new Problem('invalid', 'The request broke off.');
  const known = FRAMEWORK[codeOf(thrown) ?? ''];
  if (known) return known();
  if (thrown instanceof DatabaseError && PASSING.includes(thrown.kind)) {
    return passingProblem('unavailable', '', AWAY_SECONDS);
  }
  return new Problem('internal', '');
}

/** What is the fault of the moment and not of the program. */
const PASSING: readonly FailureKind[] = ['unavailable', 'conflict'];

/** What Fastify throws before a handler runs; its messages repeat what came in, these do not. */
const FRAMEWORK: Readonly<Record<string, () => Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Problem('too-large', 'The body is too large.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new Problem('unsupported-media-type', ''),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new Problem('invalid', 'The body is empty.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Problem('invalid', 'The body is not JSON.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new Problem('invalid', 'The body is shorter than announced.'),
  FST_ERR_BAD_URL: () => new Problem('invalid', 'The address is malformed.'),
  FST_ERR_MAX_PARAM_LENGTH: () => new Problem('uri-too-long', 'A part of the address is too long.'),
};
