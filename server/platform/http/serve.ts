import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Part, Route } from '../../../api/route.ts';
import type { App } from './app.ts';
import type { Access, CitizenSession, Client, Rules, Session, StaffSession } from './rules.ts';

/** Who asks, as far as the rules of a route tell beforehand. */
type Caller<A extends Access> = A extends { readonly scope: string; readonly role: string }
  ? unknown
  : A extends { readonly scope: string }
    ? { readonly client: Client }
    : A extends { readonly citizen: true }
      ? { readonly session: CitizenSession }
      : A extends { readonly role: string }
        ? { readonly session: StaffSession }
        : A extends { readonly signedIn: true }
          ? { readonly session: Session }
          : unknown;

/** A request of a declared route: its parts are checked and typed, and who asks is known. */
export type Call<R extends Route, Given extends Rules> = FastifyRequest<{
  Params: Part<R, 'params'>;
  Querystring: Part<R, 'query'>;
  Body: Part<R, 'body'>;
}> &
  Caller<Given['access']>;

/** Serves a declared route: its schemas validate, document and print; `handle` makes the reply. */
export function serve<R extends Route, const Given extends Rules>(
  app: App,
  route: R,
  rules: Given & ServingRules,
  handle: (call: Call<R, Given>, reply: FastifyReply) => Promise<Part<R, 'reply'>>,
): void {
  const { status = 200 } = route;
  app.route({
    ...describedBy(route, rules),
    handler: (request, sent) => {
      sent.code(status);
      // The schemas have checked what these types say.
      return handle(request as unknown as Call<R, Given>, sent);
    },
  });
}

/** Serves a declared route whose reply `handle` has printed: JSON, as the schema of the reply says. */
export function servePrinted<R extends Route, const Given extends Rules>(
  app: App,
  route: R,
  rules: Given & ServingRules,
  handle: (call: Call<R, Given>, reply: FastifyReply) => Promise<string>,
): void {
  const { status = 200 } = route;
  app.route({
    ...describedBy(route, rules),
    handler: async (request, sent) => {
      const printed = await handle(request as unknown as Call<R, Given>, sent);
      return sent.code(status).header('content-type', 'application/json; charset=utf-8').send(printed);
    },
  });
}

/** JSON of ASCII only: such a text is sent without being read through and copied first. */
export function printPlain(value: object): string {
  return JSON.stringify(value).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What holds for a route besides its rules. */
interface ServingRules {
  readonly bodyBytes?: number;
  /** The body is checked only if it is JSON: it may be a stream of JSON Lines, or be missing. */
  readonly takesLines?: boolean;
}

function describedBy(
  { method, path, name, summary, params, query, body, reply, status = 200 }: Route,
  rules: Rules & ServingRules,
) {
  return {
    method,
    url: path,
    config: { rules },
    ...(rules.bodyBytes === undefined ? {} : { bodyLimit: rules.bodyBytes }),
    schema: {
      operationId: name,
      summary,
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body && { body: rules.takesLines ? { content: { 'application/json': { schema: body } } } : body }),
      response: { [status]: reply },
    },
  };
}
