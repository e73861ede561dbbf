import type { ServerResponse } from 'node:http';
import { BUSY_PAGE_HEADERS, busyPage, pageComesAfter } from '../pages/busy-page.ts';
import { Problem, problemReply, statusOf } from '../problem.ts';
import { SAFE_HEADERS } from '../safe-headers.ts';

/** A request that was turned away was not looked at, so it has no id that a log could name. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
const OVERLOADED = new Problem('overloaded', '');
/** Texts, which Node writes together with the headers. */
const PROBLEM = JSON.stringify(problemReply(OVERLOADED, NO_ID));
const PROBLEM_HEADERS = Object.entries({
  ...SAFE_HEADERS,
  'content-type': 'application/problem+json',
  'content-length': String(PROBLEM.length),
}).flat();
const PAGE_HEADERS = Object.entries(BUSY_PAGE_HEADERS).flat();
const CLOSING = ['connection', 'close'];

/** How a refusal looks: to a program, or to somebody whose browser opens a page. */
export type RefusalForm = 'problem' | 'page';

/**
 * Tells a caller that there is too much to do, and when to come again: made beforehand, since it is told most when there is
 * least time. `isClosing`: the connection ends, as when much of the request is still to come.
 */
export function refuse(
  reply: ServerResponse,
  seconds: number,
  isClosing: boolean,
  form: RefusalForm = 'problem',
): void {
  if (form === 'problem') send(reply, seconds, PROBLEM_HEADERS, PROBLEM, isClosing);
  else {
    const later = pageComesAfter(seconds);
    send(reply, later, PAGE_HEADERS, busyPage(later), isClosing);
  }
}

function send(
  reply: ServerResponse,
  seconds: number,
  headers: readonly string[],
  body: string,
  isClosing: boolean,
): void {
  const own = ['retry-after', String(seconds), ...headers];
  reply.sendDate = false;
  reply.writeHead(statusOf(OVERLOADED.code), isClosing ? [...own, ...CLOSING] : own);
  reply.end(body, 'latin1');
}
