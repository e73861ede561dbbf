import type { ServerResponse } from 'node:http';
import { Problem, problemReply, statusOf } from '../problem.ts';
import { SAFE_HEADERS } from '../safe-headers.ts';

/** A request that was turned away was not looked at, so it has no id that a log could name. */
const NO_ID = '00000000-0000-0000-0000-000000000000';
const OVERLOADED = new Problem('overloaded', '');
/** A text, which Node writes together with the headers. */
const BODY = JSON.stringify(problemReply(OVERLOADED, NO_ID));
const HEADERS = Object.entries({
  ...SAFE_HEADERS,
  'content-type': 'application/problem+json',
  'content-length': String(BODY.length),
}).flat();
const CLOSING = ['connection', 'close'];

/**
 * Tells a caller that there is too much to do, and when to come again: made beforehand, since it is told most when there is
 * least time. `isClosing`: the connection ends, as when much of the request is still to come.
 */
export function refuse(reply: ServerResponse, seconds: number, isClosing: boolean): void {
  const own = ['retry-after', String(seconds), ...HEADERS];
  reply.sendDate = false;
  reply.writeHead(statusOf(OVERLOADED.code), isClosing ? [...own, ...CLOSING] : own);
  reply.end(BODY, 'latin1');
}
