/** The page and its parts, by their path on this service; `/` is the page. */
export type KeptFiles = Readonly<Record<string, string>>;

/** What a request asks for, as far as it decides who answers. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly mode: string;
}

/**
 * The path of the kept file that answers a request; undefined for everything that goes to the network as if there were no
 * worker: the interface under `/api`, other origins, other methods, whatever was not part of the build.
 */
export function keptPath(asked: Asked, origin: string, files: KeptFiles): string | undefined {
  const { origin: askedOrigin, pathname, search } = new URL(asked.url);
  const isKept = Object.keys(files).includes(pathname);
  if (asked.method !== 'GET' || askedOrigin !== origin || !isKept) return undefined;
  // What became of signing in stands in the search of the page, which reads it itself.
  if (pathname === '/') return asked.mode === 'navigate' ? pathname : undefined;
  return search === '' ? pathname : undefined;
}
