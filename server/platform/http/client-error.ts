import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ProblemCode } from '../../../api/problem.ts';
import { Problem, problemReply, statusOf } from './problem.ts';
import { SAFE_HEADERS } from './safe-headers.ts';

const CODES: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'too-large',
};

/** Answers what is not HTTP, or is too slow or too long to become a request, and ends the connection. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  // A reply that is on its way already cannot be taken back.
  const { _httpMessage: begun } = socket as { _httpMessage?: { headersSent?: boolean } };
  if (begun?.headersSent) {
    socket.destroy();
    return;
  }
  const problem = new Problem(CODES[error.code ?? ''] ?? 'invalid', '');
  const status = statusOf(problem.code);
  const body = JSON.stringify(problemReply(problem, randomUUID()));
  const headers = Object.entries({
    ...SAFE_HEADERS,
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${headers.join('')}\r\n${body}`);
  // `end` alone would wait for a caller that never closes its side.
  socket.destroySoon();
}
