import { API_ROOT } from '../../../api/route.ts';

const ANY_ORIGIN = 'http://local.invalid';

/**
 * A path of this service to which a browser may be sent, as it was given; `/` for everything else. A text that a
 * browser would read as the address of another host is not one: `//host`, `/\host`, a tab between the slashes.
 */
export function localPath(text: string | undefined): string {
  if (text === undefined || !text.startsWith('/') || !URL.canParse(text, ANY_ORIGIN)) return '/';
  const { origin, pathname, search, hash } = new URL(text, ANY_ORIGIN);
  const isOurs = origin === ANY_ORIGIN && !pathname.startsWith('//');
  return isOurs && !pathname.startsWith(API_ROOT) ? `${pathname}${search}${hash}` : '/';
}

/** The path, with what became of signing in for the page that is there. */
export function withOutcome(path: string, outcome: string): string {
  const { pathname, searchParams, hash } = new URL(path, ANY_ORIGIN);
  searchParams.set('signin', outcome);
  return `${pathname}?${searchParams}${hash}`;
}
