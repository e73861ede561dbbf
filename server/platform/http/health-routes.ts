import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { Metrics } from '../metrics/metrics.ts';
import type { App } from './app.ts';
import { open, type Rules } from './rules.ts';

const LONGEST_LOOK_MS = 1_000;
const vital: Rules = { ...open, importance: 'vital' };
/** That the process runs is told however many wait for the rest. */
const alive: Rules = { ...vital, standsReady: true };

/** What the routes of a watcher need. */
export interface Health {
  readonly metrics: Metrics;
  /** Why the service cannot work now; undefined when it can. */
  readonly ready: () => Promise<string | undefined>;
  /** Aborted when the service is stopping. */
  readonly stopping: AbortSignal;
}

/** `/livez`: the process runs. `/readyz`: it can work. `/metrics`: how it does. */
export function healthRoutes(app: App, { metrics, ready, stopping }: Health): void {
  const options = { config: { rules: vital }, schema: { hide: true } };
  app.get('/livez', { ...options, config: { rules: alive } }, async (_request, reply) =>
    plain(reply, 200, 'ok'),
  );
  app.get('/readyz', options, async (_request, reply) => {
    const reason = stopping.aborted ? 'stopping' : await lookAt(ready);
    return reason === undefined ? plain(reply, 200, 'ok') : plain(reply, 503, reason);
  });
  app.get('/metrics', options, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
}

function plain(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).type('text/plain; charset=utf-8').send(`${text}\n`);
}

async function lookAt(ready: Health['ready']): Promise<string | undefined> {
  const late = new AbortController();
  const tooLate = wait(LONGEST_LOOK_MS, 'too slow', { signal: late.signal }).catch(() => undefined);
  try {
    return await Promise.race([ready(), tooLate]);
  } catch {
    // Why is for the log of whoever failed, not for whoever can reach this port.
    return 'not ready';
  } finally {
    late.abort();
  }
}
