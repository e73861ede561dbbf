import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SAFE_HEADERS } from '../platform/http/safe-headers.ts';

/** What something signed is sent as. */
export interface SentAs {
  readonly type: 'application/cose' | 'application/statuslist+cwt';
  /** How long whoever asks may keep it. */
  readonly keptSeconds: number;
  /** Whether nothing else will ever stand under its name. */
  readonly immutable?: boolean;
}

/**
 * Sends signed bytes, or that whoever asks has them (RFC 9110 13.1.2). All gates fetch the same, so its headers are made once, and
 * nothing of the framework comes after it.
 */
export function sendSigned(
  bytes: Uint8Array,
  sentAs: SentAs,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  let ready = readies.get(bytes);
  if (!ready) {
    ready = makeReady(bytes, sentAs);
    readies.set(bytes, ready);
  }
  reply.hijack();
  const asked = request.raw.headers['if-none-match'];
  if (asked !== undefined && isHeld(asked, ready.tag)) reply.raw.writeHead(304, ready.known).end();
  else reply.raw.writeHead(200, ready.whole).end(bytes);
  return reply;
}

/** The headers of a reply, names and values in turn, as Node takes them soonest. */
interface Ready {
  readonly tag: string;
  readonly whole: string[];
  readonly known: string[];
}

const readies = new WeakMap<Uint8Array, Ready>();

function makeReady(bytes: Uint8Array, { type, keptSeconds, immutable = false }: SentAs): Ready {
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  const kept = `public, max-age=${keptSeconds}${immutable ? ', immutable' : ''}`;
  const known = Object.entries({ ...SAFE_HEADERS, etag: tag, 'cache-control': kept }).flat();
  return { tag, known, whole: [...known, 'content-type', type, 'content-length', String(bytes.length)] };
}

function isHeld(asked: string, tag: string): boolean {
  if (asked === tag) return true;
  return asked.split(',').some((each) => ['*', tag].includes(each.trim().replace(/^W\//, '')));
}
