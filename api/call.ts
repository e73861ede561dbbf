import type { ProblemCode, ProblemReply } from './problem.ts';
import { API_ROOT, type Part, type Route } from './route.ts';

/** What the service said instead of a reply. */
export class CallError extends Error {
  override readonly name = 'CallError';
  readonly status: number;
  /** Undefined when the reply was no problem of the service: something in front of it answered. */
  readonly code: ProblemCode | undefined;
  readonly problem: ProblemReply | undefined;
  /** After so many seconds the same request may go better. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, problem: ProblemReply | undefined, retryAfter: string | null) {
    super(problem ? `${problem.code}: ${problem.detail ?? problem.title}` : `HTTP ${status}`);
    this.status = status;
    this.code = problem?.code;
    this.problem = problem;
    this.retryAfterSeconds = readRetryAfter(retryAfter ?? '');
  }
}

/** Longer than anybody waits, and no longer than a timer can. */
const LONGEST_RETRY_SECONDS = 86_400;

/** Seconds or a date (RFC 9110 10.2.3); what is neither says nothing, or it would be taken for no wait at all. */
function readRetryAfter(text: string): number | undefined {
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((dateOf(text) - Date.now()) / 1_000);
  return Number.isNaN(seconds) ? undefined : Math.min(LONGEST_RETRY_SECONDS, Math.max(0, seconds));
}

function dateOf(text: string): number {
  return text.endsWith(' GMT') ? Date.parse(text) : Number.NaN;
}

/** How one request is sent. */
export interface CallOptions {
  /** The same key with the same request gives the same reply, and does the work once. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/**
 * The part of a route that a request is made from. A page imports the type of a route, which costs it nothing, and writes
 * this part down; the compiler compares.
 */
export type Address<R extends Route> = Pick<R, 'method' | 'path'>;

/** The request for a route. */
export function requestFor(
  origin: string,
  { method, path: pattern }: Address<Route>,
  input: unknown,
  { idempotencyKey, signal }: CallOptions,
): Request {
  const {
    params = {},
    query = {},
    body,
  } = input as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const path = pattern.replace(/:([^/]+)/g, (_, name) => encodeURIComponent(String(params[name])));
  const url = new URL(`${origin}${API_ROOT}${path}`);
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) if (each !== undefined) url.searchParams.append(name, String(each));
  }
  const headers = new Headers();
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (idempotencyKey !== undefined) headers.set('idempotency-key', `"${idempotencyKey}"`);
  return new Request(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
}

/**
 * What the service replied.
 *
 * @throws {CallError} when it is a problem
 */
export async function replyOf<R extends Route>(response: Response): Promise<Part<R, 'reply'>> {
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as Part<R, 'reply'>;
}

/** What a reply that is not as asked for says. */
export async function errorOf(response: Response): Promise<CallError> {
  const isProblem = response.headers.get('content-type') === 'application/problem+json';
  const problem = isProblem ? ((await response.json()) as ProblemReply) : undefined;
  if (!isProblem) await response.body?.cancel();
  return new CallError(response.status, problem, response.headers.get('retry-after'));
}
