import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyRequest, FastifySchema } from 'fastify';
import { MY_EVENTS_PATH } from '../../../../api/codes/my-code.ts';
import { printInstant } from '../../../../domain/time.ts';
import type { App, Routes } from '../../../platform/http/app.ts';
import { passingProblem } from '../../../platform/http/problem.ts';
import { type CitizenSession, citizen } from '../../../platform/http/rules.ts';
import type { EventParts } from '../parts.ts';
import { openEventStream } from './event-stream.ts';
import { createPlaces, type Places } from './places-to-listen.ts';
import { createWatch, type Watch } from './watch-people.ts';

/** A browser comes again after so long at the latest: then its cookie is held against its session anew. */
const LONGEST_MS = 5 * 60_000;
/** So often is looked whether the session has ended. */
const SESSION_LOOK_MS = 500;

/** Where people hear at once that their code is another one (E1). */
export function eventRoutes(parts: EventParts): Routes {
  const watch = createWatch({
    ...{ db: parts.installation.store.app, clock: parts.clock, onFailure: parts.onFailure },
    accountMark: parts.accounts.markOf,
  });
  const places = createPlaces();
  return (app: App) => {
    app.addHook('onClose', async () => watch.stop());
    app.route({
      method: 'GET',
      url: MY_EVENTS_PATH,
      config: { rules: { ...citizen, importance: 'overview', lasting: true } },
      exposeHeadRoute: false,
      schema: DESCRIBED,
      handler: async (request, reply) => {
        // The rules of the route have seen to it.
        const session = request.session as CitizenSession;
        const personIds = await shownBy(parts, session);
        return reply
          .header('content-type', 'text/event-stream')
          .header('x-accel-buffering', 'no')
          .send(listen({ app, parts, watch, places, session, personIds, request, reply: reply.raw }));
      },
    });
  };
}

/** A schema whose reply is no JSON; as such a type it says nothing about what is sent. */
const DESCRIBED: FastifySchema = {
  operationId: 'watchMyCode',
  summary: 'Server-sent events: `changed` whenever the code of whoever asks is another one.',
  response: { 200: { content: { 'text/event-stream': { schema: { type: 'string' } } } } },
};

/** Whose codes an account shows: their own, and those of the people for whom they answer. */
async function shownBy({ accounts }: EventParts, session: CitizenSession): Promise<string[]> {
  const { accountId, personId } = session;
  if (personId === undefined) return [];
  return [personId, ...(await accounts.wardsOf(accountId)).map((ward) => ward.personId)];
}

interface Listening {
  readonly app: App;
  readonly parts: EventParts;
  readonly watch: Watch;
  readonly places: Places;
  readonly session: CitizenSession;
  /** Whose codes the account shows. */
  readonly personIds: readonly string[];
  readonly request: FastifyRequest;
  readonly reply: ServerResponse;
}

/** Holds a reply open until the browser goes, the session ends, the service stops, or it has been open for long enough. */
function listen({ app, parts, watch, places, session, personIds, request, reply }: Listening): Readable {
  const { accountId } = session;
  const seconds = places.take(accountId);
  if (seconds > 0) throw passingProblem('rate-limited', 'Too many connections listen.', seconds);
  const stream = openEventStream();
  const knownMark = request.headers['last-event-id'];
  let isFirst = true;
  const endWatching = watch.begin({ accountId, personIds }, (mark) => {
    const isKnown = isFirst && (knownMark === undefined || knownMark === mark);
    isFirst = false;
    if (isKnown) return stream.keepMark(mark);
    stream.changed(mark, JSON.stringify({ asOf: printInstant(parts.clock()) }));
    // It may show a code now: that is found out when it comes again.
    if (personIds.length === 0) stream.end();
  });
  const looking = setInterval(() => {
    if (!parts.isSignedIn(session)) stream.end();
  }, SESSION_LOOK_MS).unref();
  const longest = setTimeout(stream.end, LONGEST_MS).unref();
  app.stopping.addEventListener('abort', stream.end);
  stream.body.once('close', () => {
    places.leave(accountId);
    endWatching();
    clearInterval(looking);
    clearTimeout(longest);
    app.stopping.removeEventListener('abort', stream.end);
  });
  reply.once('close', () => stream.body.destroy());
  // The browser may be gone by the time at which it is known whose codes it shows.
  if (reply.destroyed) stream.body.destroy();
  if (app.stopping.aborted) stream.end();
  return stream.body;
}
