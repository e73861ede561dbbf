import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { open, type Rules } from '../rules.ts';

/** Where a build leaves the pages of citizens. */
export const CITIZEN_PAGES = join(import.meta.dirname, '../../../../dist/web/citizen');

/** One file of a build, as it is sent: plain and compressed. */
interface PageFile {
  /** The address; `/` for the page itself. */
  readonly path: string;
  readonly type: string;
  readonly hash: string;
  readonly contents: Readonly<Record<Coding, Buffer | undefined>>;
}

/** The ways in which a file can be sent, the shortest first. */
const CODINGS = ['br', 'gzip', 'identity'] as const;
type Coding = (typeof CODINGS)[number];

const ENDINGS: Readonly<Record<Coding, string>> = { br: '.br', gzip: '.gz', identity: '' };

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The one maker of trusted addresses; `web/citizen/phone/kept-pages.ts` makes it. */
const WORKER_POLICY = 'healthcode-worker';
/** Files below it have their digest in their name. */
const NAMED_BY_CONTENT = '/assets/';

/** A page runs its own files and talks to its own service, and to nothing else; nothing in it becomes code. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  // One address becomes code: that of the worker which keeps the files, whatever its maker is given.
  `trusted-types ${WORKER_POLICY}`,
].join('; ');

const HEADERS = {
  'content-security-policy': POLICY,
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  vary: 'accept-encoding',
} as const;

/** The files that lie in a folder are few, so they are held in memory; none when nothing has been built. */
export function readPages(folder: string): readonly PageFile[] {
  if (!existsSync(join(folder, 'index.html'))) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => extname(name) in TYPES)
    .map((name) => readPage(folder, name));
}

function readPage(folder: string, name: string): PageFile {
  const read = (coding: Coding) => {
    const path = join(folder, `${name}${ENDINGS[coding]}`);
    return existsSync(path) ? readFileSync(path) : undefined;
  };
  const contents = { br: read('br'), gzip: read('gzip'), identity: read('identity') };
  const hash = createHash('sha256').update(contents.identity!).digest('base64url').slice(0, 22);
  return { path: name === 'index.html' ? '/' : `/${name}`, type: TYPES[extname(name)]!, hash, contents };
}

/** Serves the pages that a folder holds, each at an address of its own; whatever else is asked for does not exist. */
export function servePages(app: App, folder: string): void {
  const pages = readPages(folder);
  for (const page of pages) {
    const options = optionsOf(page.type === TYPES['.html']);
    app.get(page.path, options, async (request, reply) => send(page, request, reply));
  }
  if (pages.length > 0) return;
  app.get('/', optionsOf(true), async (_request, reply) =>
    reply.code(503).type('text/plain; charset=utf-8').send('The pages are not built yet: npm run build\n'),
  );
}

function optionsOf(isPage: boolean) {
  const rules: Rules = { ...open, importance: 'showing', isPage };
  return { config: { rules }, schema: { hide: true } };
}

function send({ path, type, hash, contents }: PageFile, request: FastifyRequest, reply: FastifyReply) {
  const accepted = acceptedCodings(request.headers['accept-encoding']);
  const coding = CODINGS.find((each) => contents[each] && accepted(each)) ?? 'identity';
  const tag = `"${hash}-${coding}"`;
  reply.headers(HEADERS).headers({
    etag: tag,
    'cache-control': path.startsWith(NAMED_BY_CONTENT) ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (holds(request.headers['if-none-match'], tag)) return reply.code(304).send();
  if (coding !== 'identity') reply.header('content-encoding', coding);
  return reply.type(type).send(contents[coding]);
}

/** Which codings a browser takes (RFC 9110 section 12.5.3); without the header, only the plain text. */
function acceptedCodings(header: string | string[] | undefined): (coding: Coding) => boolean {
  const weights = new Map(
    String(header ?? '')
      .split(',')
      .map((part) => {
        const [name = '', weight] = part
          .trim()
          .toLowerCase()
          .split(/\s*;\s*q=/);
        return [name, weight === undefined ? 1 : Number(weight)] as const;
      }),
  );
  return (coding) => (weights.get(coding) ?? weights.get('*') ?? (coding === 'identity' ? 1 : 0)) > 0;
}

/** Whether a browser holds what has this tag already (RFC 9110 section 13.1.2). */
function holds(header: string | undefined, tag: string): boolean {
  const tags = header?.split(',').map((each) => each.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(tag) || tags.includes('*');
}
