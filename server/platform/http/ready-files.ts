import { createHash } from 'node:crypto';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { FastifySchema } from 'fastify';
import type { Metrics } from '../metrics/metrics.ts';
import type { App } from './app.ts';
import type { Problem } from './problem.ts';
import { ready } from './rules.ts';
import { SAFE_HEADERS } from './safe-headers.ts';

/** How a file is sent. */
export interface SentAs {
  /** Of its content. */
  readonly type: string;
  /** How long whoever asks may keep it. */
  readonly keptSeconds: number;
  /** Whether nothing else will ever stand under its name. */
  readonly immutable?: boolean;
}

/** A file that stands ready, with the headers of its replies: names and values in turn, as Node takes them soonest. */
export interface ReadyFile {
  readonly bytes: Uint8Array;
  readonly tag: string;
  readonly whole: string[];
  readonly known: string[];
}

/** What stands ready under an address, or under all that are the same but for their last part. */
export interface ReadyRoute {
  /** `:…` may be its last part. */
  readonly path: string;
  /** Documents the route. */
  readonly schema: FastifySchema;
  /** The file of a name, which is the last part of the address, or empty where the path has no `:`. It answers from memory. */
  readonly find: (name: string) => ReadyFile | undefined;
  /** Why there is none. */
  readonly missing: (name: string) => Problem;
}

/** What stands ready, to be sent before the framework sees a request. */
export interface ReadyFiles {
  readonly add: (entry: ReadyEntry) => void;
}

/** A route by its whole address. */
interface ReadyEntry extends Pick<ReadyRoute, 'find'> {
  readonly pattern: string;
  /** What its addresses begin with. */
  readonly start: string;
  readonly hasName: boolean;
}

declare module 'fastify' {
  interface FastifyInstance {
    readyFiles: ReadyFiles;
  }
}

const files = new WeakMap<Uint8Array, ReadyFile>();

/** The file of some bytes, which never change: all who ask get the same, so its headers are made once. */
export function readyFile(bytes: Uint8Array, sentAs: () => SentAs): ReadyFile {
  let file = files.get(bytes);
  if (!file) {
    file = makeFile(bytes, sentAs());
    files.set(bytes, file);
  }
  return file;
}

function makeFile(bytes: Uint8Array, { type, keptSeconds, immutable = false }: SentAs): ReadyFile {
  const tag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  const kept = `public, max-age=${keptSeconds}${immutable ? ', immutable' : ''}`;
  const known = Object.entries({ ...SAFE_HEADERS, etag: tag, 'cache-control': kept }).flat();
  return {
    bytes,
    tag,
    known,
    whole: [...known, 'content-type', type, 'content-length', String(bytes.length)],
  };
}

/** Serves files that stand ready to everybody who asks. */
export function serveReady(app: App, { path, schema, find, missing }: ReadyRoute): void {
  const [start, parameter] = path.split(':') as [string, string?];
  const hasName = parameter !== undefined;
  app.readyFiles.add({ pattern: app.prefix + path, start: app.prefix + start, hasName, find });
  // What is no name is not found anyway: the schema only documents.
  const options = { config: { rules: ready }, schema, validatorCompiler: () => () => true };
  app.get<{ Params: Readonly<Record<string, string>> }>(path, options, (request, reply) => {
    const name = hasName ? request.params[parameter]! : '';
    const file = find(name);
    if (!file) throw missing(name);
    reply.hijack();
    sendFile(file, request.raw, reply.raw);
    return reply;
  });
}

/**
 * Sends what stands ready before the framework sees the request: it is open to everybody, holds no place, and is the same for
 * all. Whatever is anything else – another method, a query, a name under which nothing stands, a service that stops – goes on
 * to the framework, where {@link serveReady} has the route, too.
 */
export function sendReadyFirst(
  server: Server,
  { metrics, stopping }: { readonly metrics: Metrics; readonly stopping: AbortSignal },
): ReadyFiles {
  const entries: ReadyEntry[] = [];
  const entryAt = (url: string) => {
    for (const entry of entries)
      if (entry.hasName ? url.startsWith(entry.start) : url === entry.start) return entry;
    return undefined;
  };
  const send = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { method, url = '' } = request;
    const entry = method === 'GET' && !stopping.aborted ? entryAt(url) : undefined;
    const file = entry && fileOf(entry, url.slice(entry.start.length));
    if (!file) return false;
    const begunMs = performance.now();
    response.on('finish', () => {
      const tookSeconds = (performance.now() - begunMs) / 1_000;
      metrics.request('GET', entry.pattern, response.statusCode, tookSeconds);
    });
    sendFile(file, request, response);
    return true;
  };
  const [framework] = server.listeners('request') as RequestListener[];
  server.off('request', framework!);
  server.on('request', (request, response) => {
    if (!send(request, response)) framework!(request, response);
  });
  return { add: (entry) => entries.push(entry) };
}

/** What fails here fails in the framework too, which tells of it. */
function fileOf({ find }: ReadyEntry, name: string): ReadyFile | undefined {
  try {
    return find(name);
  } catch {
    return undefined;
  }
}

/** Sends a file, or that whoever asks has it (RFC 9110 13.1.2). */
function sendFile(
  { bytes, tag, whole, known }: ReadyFile,
  { headers }: IncomingMessage,
  response: ServerResponse,
) {
  const held = headers['if-none-match'];
  if (held !== undefined && isHeld(held, tag)) response.writeHead(304, known).end();
  else response.writeHead(200, whole).end(bytes);
}

function isHeld(held: string, tag: string): boolean {
  if (held === tag) return true;
  return held.split(',').some((each) => ['*', tag].includes(each.trim().replace(/^W\//, '')));
}
