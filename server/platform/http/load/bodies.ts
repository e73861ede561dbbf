import { Transform, type TransformCallback } from 'node:stream';
import type { FastifyInstance, preParsingHookHandler } from 'fastify';
import { sendProblem } from '../error-handler.ts';
import { Problem } from '../problem.ts';

export const NDJSON = 'application/x-ndjson';

/** Only JSON is read, and no other kind of content; a field `__proto__` or `constructor` makes it invalid. */
export function readOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  );
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

/** Gives up on a body that has not arrived in time, so that senders of one byte a second hold nothing. */
export function bodyWithin(seconds: number): preParsingHookHandler {
  return (request, reply, payload, done) => {
    const { raw } = request;
    if (!raw.complete && hasBody(raw.headers)) {
      const late = () => {
        if (raw.complete || reply.sent) return;
        reply.header('connection', 'close');
        sendProblem(new Problem('timeout', 'The body took too long to arrive.'), request, reply);
      };
      const timer = setTimeout(late, seconds * 1_000);
      raw.once('end', () => clearTimeout(timer));
      reply.raw.once('close', () => clearTimeout(timer));
    }
    done(null, payload);
  };
}

function hasBody(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
