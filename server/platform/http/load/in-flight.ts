import type { FastifyInstance } from 'fastify';
import { passingProblem } from '../problem.ts';

const RETRY_SECONDS = 1;

/** What must happen before a request is over: its reply is made, and its connection is done with it. */
interface Stay {
  sent: boolean;
  closed: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null when it is not counted. */
    stay: Stay | null;
  }
}

/**
 * Counts the requests under way and turns those beyond `most` away at once: waiting in a queue would make all
 * of them late. One whose caller hung up is under way until its reply is made: it still works.
 *
 * @returns how many are under way
 */
export function limitRunning(app: FastifyInstance, most: number): () => number {
  let running = 0;
  const finish = (stay: Stay, step: keyof Stay) => {
    if (stay[step]) return;
    stay[step] = true;
    if (stay.sent && stay.closed) running--;
  };
  app.decorateRequest('stay', null);
  app.addHook('onRequest', (request, reply, done) => {
    const { rules } = request;
    if (rules?.vital) return done();
    if (running >= most) return done(passingProblem('overloaded', '', RETRY_SECONDS));
    if (rules?.lasting) return done();
    running++;
    const stay = { sent: false, closed: false };
    request.stay = stay;
    reply.raw.on('close', () => finish(stay, 'closed'));
    done();
  });
  app.addHook('onSend', (request, _reply, payload, done) => {
    if (request.stay) finish(request.stay, 'sent');
    done(null, payload);
  });
  return () => running;
}
