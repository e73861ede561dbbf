import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What something signed is sent as. */
export interface SentAs {
  readonly type: 'application/cose' | 'application/statuslist+cwt';
  /** How long whoever asks may keep it. */
  readonly keptSeconds: number;
  /** Whether nothing else will ever stand under its name. */
  readonly immutable?: boolean;
}

/** Sends signed bytes, or that whoever asks has them (RFC 9110 13.1.2). */
export function sendSigned(
  bytes: Uint8Array,
  { type, keptSeconds, immutable = false }: SentAs,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const tag = tagOf(bytes);
  const kept = `public, max-age=${keptSeconds}${immutable ? ', immutable' : ''}`;
  reply.headers({ etag: tag, 'cache-control': kept });
  const held = request.headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (held?.some((each) => each === tag || each === '*')) return reply.code(304).send();
  return reply.type(type).send(bytes);
}

const tags = new WeakMap<Uint8Array, string>();

function tagOf(bytes: Uint8Array): string {
  const known = tags.get(bytes);
  if (known !== undefined) return known;
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  tags.set(bytes, tag);
  return tag;
}
