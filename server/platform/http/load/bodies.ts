import { Transform, type TransformCallback } from 'node:stream';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  preParsingHookHandler,
  preValidationHookHandler,
} from 'fastify';
import { sendProblem } from '../error-handler.ts';
import { Problem } from '../problem.ts';

export const NDJSON = 'application/x-ndjson';

/** Only JSON is read, and no other kind of content; a field `__proto__` or `constructor` makes it invalid. */
export function readOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    readJson(app.getDefaultJsonParser('error', 'error')),
  );
}

/** Whether a text may hold names that change what an object is, written as they are or by an escape. */
function isSuspicious(text: string): boolean {
  return text.includes('\\') || text.includes('__proto__') || text.includes('constructor');
}

type JsonParser = ReturnType<FastifyInstance['getDefaultJsonParser']>;

/** Nearly always a text holds nothing that `strict` looks for, which takes longer than to read it. */
function readJson(strict: JsonParser): JsonParser {
  return (request, text, done) => {
    if (isSuspicious(text)) return strict(request, text, done);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return strict(request, text, done);
    }
    done(null, value);
  };
}

/**
 * Lets the routes that are registered with `app` take JSON Lines too: their body is then a stream of bytes, of
 * at most the body limit of the route, and no schema looks at it.
 */
export function takeNdjson(app: FastifyInstance): void {
  app.addContentTypeParser([NDJSON, 'application/jsonl'], (request, payload, done) => {
    const limit = request.routeOptions.bodyLimit;
    if (Number(request.headers['content-length'] ?? 0) > limit) return done(tooLarge());
    const limited = payload.pipe(atMost(limit));
    payload.once('error', (error) => limited.destroy(error));
    payload.once('close', () => {
      if (!request.raw.complete) limited.destroy(new Problem('invalid', 'The request broke off.'));
    });
    done(null, limited);
  });
}

function tooLarge(): Problem {
  return new Problem('too-large', 'The body is too large.');
}

function atMost(limit: number): Transform {
  let read = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      read += chunk.length;
      if (read > limit) done(tooLarge());
      else done(null, chunk);
    },
  });
}

/** Before a body is read, and after. */
interface BodyHooks {
  readonly preParsing: preParsingHookHandler;
  readonly preValidation: preValidationHookHandler;
}

/** A request whose body has not arrived. */
interface Arriving {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly until: number;
}

/** So many times within the time that a body may take is looked for those that are late. */
const LOOKS = 10;

/**
 * Gives up on a body that has not arrived in time, or soon after, so that senders of one byte a second hold nothing. One
 * timer looks after all bodies of a route: nearly all of them come at once, and a timer each would cost more than to read them.
 */
export function bodyWithin(seconds: number): BodyHooks {
  const arriving = new Map<FastifyRequest, Arriving>();
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    const now = performance.now();
    for (const one of arriving.values()) {
      if (isOver(one)) arriving.delete(one.request);
      else if (one.until <= now) {
        arriving.delete(one.request);
        giveUp(one);
      }
    }
    if (arriving.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    preParsing: (request, reply, payload, done) => {
      if (!request.raw.complete && hasBody(request.raw.headers)) {
        arriving.set(request, { request, reply, until: performance.now() + seconds * 1_000 });
        timer ??= setInterval(look, (seconds * 1_000) / LOOKS).unref();
      }
      done(null, payload);
    },
    preValidation: (request, _reply, done) => {
      if (request.raw.complete) arriving.delete(request);
      done();
    },
  };
}

function isOver({ request: { raw }, reply }: Arriving): boolean {
  return raw.complete || raw.destroyed || reply.raw.destroyed;
}

/** Answers that a body took too long, and ends its connection. */
export function giveUp({ request, reply }: Pick<Arriving, 'request' | 'reply'>): void {
  if (reply.sent) return;
  reply.header('connection', 'close');
  sendProblem(new Problem('timeout', 'The body took too long to arrive.'), request, reply);
}

function hasBody(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
