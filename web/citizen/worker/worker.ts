import { type KeptFiles, keptPath } from './kept-files.ts';

/*
 * Keeps the files of one build, so that the page of a bound phone opens without a network. It keeps nothing else: no reply
 * of the service ever goes through it.
 */

/** As much of a service worker as is used; the types of a page are not those of a worker. */
interface WorkerScope {
  readonly location: { readonly origin: string };
  readonly clients: { readonly claim: () => Promise<void> };
  readonly skipWaiting: () => Promise<void>;
  readonly addEventListener: (
    kind: 'install' | 'activate' | 'fetch',
    listener: (event: WorkerEvent) => void,
  ) => void;
}

interface WorkerEvent {
  readonly request: Request;
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly respondWith: (response: Promise<Response>) => void;
}

/** The files of the build and their digests (`sha256-…`), and a name for all of them: written in when it is built. */
declare const KEPT_FILES: KeptFiles;
declare const BUILD: string;

const CACHES = 'healthcode-';
const OWN_CACHE = `${CACHES}${BUILD}`;
const PAGE = '/';
/** A network that is slower than this counts as none. */
const PATIENCE_MS = 3_000;

const worker = self as unknown as WorkerScope;

worker.addEventListener('install', (event) => event.waitUntil(keepAll()));
worker.addEventListener('activate', (event) => event.waitUntil(takeOver()));
worker.addEventListener('fetch', (event) => {
  const path = keptPath(event.request, worker.location.origin, KEPT_FILES);
  if (path === PAGE) event.respondWith(newestPage());
  else if (path !== undefined) event.respondWith(kept(path));
});

/** All files or none: one that is not as it was built, as in the middle of a change of versions, fails the worker. */
async function keepAll(): Promise<void> {
  try {
    const cache = await caches.open(OWN_CACHE);
    await Promise.all(Object.keys(KEPT_FILES).map(async (path) => cache.put(path, await builtFile(path))));
  } catch (error) {
    await caches.delete(OWN_CACHE);
    throw error;
  }
  await worker.skipWaiting();
}

async function builtFile(path: string): Promise<Response> {
  const integrity = KEPT_FILES[path] ?? '';
  const response = await fetch(path, {
    integrity,
    cache: 'no-cache',
    credentials: 'omit',
    redirect: 'error',
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

/** The files of former builds go. */
async function takeOver(): Promise<void> {
  const others = (await caches.keys()).filter((name) => name.startsWith(CACHES) && name !== OWN_CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** The page as the service has it now; the kept one where the service does not answer in time, or not with the page. */
async function newestPage(): Promise<Response> {
  const giveUp = new AbortController();
  const tooLate = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    const { signal } = giveUp;
    const response = await fetch(PAGE, {
      signal,
      cache: 'no-cache',
      credentials: 'omit',
      redirect: 'error',
    });
    if (response.ok) return response;
  } catch {
  } finally {
    clearTimeout(tooLate);
  }
  return kept(PAGE);
}

async function kept(path: string): Promise<Response> {
  const cache = await caches.open(OWN_CACHE);
  return (await cache.match(path)) ?? fetch(path, { credentials: 'omit', redirect: 'error' });
}
