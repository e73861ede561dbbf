import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../../metrics/metrics.ts';
import { isMuchToCome } from '../error-handler.ts';
import { Problem } from '../problem.ts';
import { createAdmission } from './admission.ts';
import { createArriving } from './arriving.ts';
import { callerOf } from './fairness.ts';
import { IMPORTANCES, type Importance, UNSAID } from './importance.ts';
import { type RefusalForm, refuse } from './refusal.ts';
import { watchTurns } from './turns.ts';

/** What a request takes: nothing yet but memory while its body arrives, a place, or the sender's own pace for a stream. */
type Holds = 'arriving' | 'place' | 'stream' | 'nothing';

/** What is known of a request from its beginning until its reply is made. */
interface Stay {
  readonly importance: Importance;
  /** From where it comes. */
  readonly caller: string;
  readonly cameMs: number;
  holds: Holds;
  /** From when on it was worked on. */
  begunMs: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null when it is not counted. */
    stay: Stay | null;
  }
}

/** Streams of evidence that are read at once; what they bring waits in a queue that is bounded too. */
const MOST_STREAMS = 64;
/** Whoever waited so long before any work began has given up, or is about to. */
const DEADLINE_MS = 1_000;

/** What holds for requests of a service. */
export interface Running {
  /** How many may be under way at most. */
  readonly most: number;
  readonly metrics: Metrics;
}

/**
 * Lets in what can be answered in good time and turns away the rest at once, what matters least first, before anything else
 * is looked at: waiting in a queue would make all of them late. One whose caller hung up is under way until its reply is
 * made: it still works. Neither a body that is still arriving nor a reply that is made has a place, or a few slow senders or
 * readers would keep everybody out.
 */
export function limitRunning(app: FastifyInstance, running: Running): void {
  const turns = watchTurns();
  app.addHook('onClose', async () => turns.stop());
  const places = createPlaces(running, turns.lateMs);
  const turnAway = createTurnAway(running.metrics, places.comeAgainAfter);
  app.decorateRequest('stay', null);
  app.addHook('onRequest', (request, reply, done) => {
    if (request.rules?.standsReady) return done();
    const importance = request.rules?.importance ?? UNSAID;
    request.stay = places.enter(request, reply, importance, performance.now());
    if (!request.stay) return turnAway(request, reply, importance);
    done();
  });
  app.addHook('preValidation', (request, reply, done) => {
    const { stay } = request;
    if (!stay) return done();
    if (request.raw.socket.destroyed) return done(new Problem('invalid', 'The caller hung up.'));
    if (places.begin(request, stay, performance.now())) return done();
    places.letGo(request, stay);
    discard(request);
    turnAway(request, reply, stay.importance);
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    const { stay } = request;
    if (!stay) return done(null, payload);
    places.answered(stay, performance.now());
    // What is still being made while it is sent is under way until then; who listens for long is counted elsewhere.
    if (payload instanceof Readable && !request.rules?.lasting) {
      reply.raw.once('close', () => places.letGo(request, stay));
    } else places.letGo(request, stay);
    done(null, payload);
  });
}

/** Reads on what nobody will read, or the next request on the connection would never be read either. */
function discard({ body, raw }: FastifyRequest): void {
  if (body instanceof Readable) raw.unpipe().resume();
}

function createTurnAway({ counter }: Metrics, comeAgainAfter: (chance: number) => number) {
  const count = counter({
    name: 'http_requests_refused_total',
    help: 'Requests that were turned away because there was too much to do, by their importance.',
    labels: { importance: [...IMPORTANCES, 'vital'] },
  });
  return (request: FastifyRequest, reply: FastifyReply, importance: Importance) => {
    count({ importance });
    reply.hijack();
    refuse(reply.raw, comeAgainAfter(Math.random()), isMuchToCome(request), formFor(request));
  };
}

/** Whether it is a browser that opens a page, which says what it shows; a program gets what programs read. */
function formFor({ rules, raw }: FastifyRequest): RefusalForm {
  return rules?.isPage && raw.headers.accept?.includes('text/html') ? 'page' : 'problem';
}

/** What requests hold from their beginning to their end. */
function createPlaces({ most, metrics }: Running, lateMs: (nowMs: number) => number) {
  const admission = createAdmission(most);
  const arriving = createArriving();
  let streams = 0;
  metrics.gauge('http_requests_running', 'Requests under way.', () => {
    return admission.running() + arriving.count() + streams;
  });
  metrics.gauge('http_requests_limit', 'Requests that may be under way at once now.', admission.limit);
  const letGo = (request: FastifyRequest, stay: Stay) => {
    if (stay.holds === 'place') admission.leave(stay.importance, stay.caller);
    else if (stay.holds === 'stream') streams--;
    else if (stay.holds === 'arriving') arriving.leave(request);
    stay.holds = 'nothing';
  };
  const enter = (request: FastifyRequest, reply: FastifyReply, importance: Importance, nowMs: number) => {
    const caller = callerOf(request.raw.socket.remoteAddress);
    if (!admission.take(importance, nowMs, caller, lateMs(nowMs))) return null;
    const stay: Stay = { importance, caller, cameMs: nowMs, begunMs: nowMs, holds: 'place' };
    if (!isBodyToCome(request)) return stay;
    letGo(request, stay);
    arriving.add(request, reply);
    stay.holds = 'arriving';
    // Of one whose caller hangs up before its body is looked at nothing else is ever heard.
    request.raw.once('close', () => {
      if (stay.holds === 'arriving') letGo(request, stay);
    });
    return stay;
  };
  /** Whether work may begin. What the request held while it arrived is given back. */
  const begin = (request: FastifyRequest, stay: Stay, nowMs: number): boolean => {
    if (stay.holds === 'place') return nowMs - stay.cameMs <= DEADLINE_MS;
    const isStream = request.body instanceof Readable;
    const { importance, caller } = stay;
    if (isStream ? streams >= MOST_STREAMS : !admission.take(importance, nowMs, caller, lateMs(nowMs)))
      return false;
    letGo(request, stay);
    if (isStream) streams++;
    stay.holds = isStream ? 'stream' : 'place';
    stay.begunMs = nowMs;
    return true;
  };
  const answered = ({ holds, importance, begunMs }: Stay, nowMs: number) => {
    if (holds === 'place' && importance !== 'vital') admission.answered(nowMs - begunMs, nowMs);
  };
  return { enter, begin, answered, letGo, comeAgainAfter: admission.comeAgainAfter };
}

function isBodyToCome({ raw }: FastifyRequest): boolean {
  if (raw.complete) return false;
  const { 'transfer-encoding': coding, 'content-length': length } = raw.headers;
  return coding !== undefined || (length !== undefined && length !== '0');
}
