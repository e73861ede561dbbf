import { CallError, type CallOptions } from './call.ts';
import type { Route } from './route.ts';

/** Whoever is told to wait for longer is better told so than kept waiting. */
const LONGEST_ASKED_SECONDS = 60;
const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * When to send a request again that was refused for now: after what the service asks for, and by chance up to a span that
 * doubles each time, so that a crowd which was turned away together does not come back together.
 *
 * @param tried how often it was sent already
 * @param chance from 0 to 1
 */
export function comeAgainAfterMs(
  retryAfterSeconds: number | undefined,
  tried: number,
  chance: number,
): number {
  const span = Math.min(LONGEST_MS, FIRST_MS * 2 ** tried);
  return (retryAfterSeconds ?? 0) * 1_000 + span * chance;
}

/** Whether the same may go better later, and does no harm twice: what only reads, and what is sent under a key of its own. */
export function mayComeAgain(
  { method }: Pick<Route, 'method'>,
  { idempotencyKey }: CallOptions,
  error: unknown,
): error is CallError {
  if (!(error instanceof CallError) || (error.status !== 503 && error.status !== 429)) return false;
  if (Number(error.retryAfterSeconds ?? 0) > LONGEST_ASKED_SECONDS) return false;
  return method === 'GET' || idempotencyKey !== undefined;
}

/** Waits; throws what the signal says as soon as it says so. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) return stop();
    signal?.addEventListener('abort', stop, { once: true });
  });
}
