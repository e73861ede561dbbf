import { Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Drain } from './limits.ts';

const LOOK_MS = 50;

/**
 * Makes `app.close()` lose no request: `/readyz` says no, new connections are refused, what runs is answered,
 * every reply ends its connection, and connections that wait may bring one more request before they end.
 *
 * @param isAnswering whether something is being answered, or read
 * @returns a signal that is aborted when the stop begins; whoever holds a reply open for long listens to it
 */
export function drainOnClose(app: FastifyInstance, drain: Drain, isAnswering: () => boolean): AbortSignal {
  const stopping = new AbortController();
  const connections = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  app.addHook('preClose', async () => {
    stopping.abort();
    if (!app.server.listening) return;
    if (drain.noticeSeconds > 0) await wait(drain.noticeSeconds * 1_000);
    await letGo(app, drain, { connections, isAnswering });
  });
  return stopping.signal;
}

interface Open {
  readonly connections: ReadonlySet<Socket>;
  readonly isAnswering: () => boolean;
}

async function letGo(
  { server }: FastifyInstance,
  drain: Drain,
  { connections, isAnswering }: Open,
): Promise<void> {
  let open = true;
  server.once('close', () => {
    open = false;
  });
  // `close` of the HTTP server would also cut connections that wait, perhaps with a request on its way.
  Server.prototype.close.call(server);
  const lookUntil = async (seconds: number, look: () => void) => {
    for (let waitedMs = 0; open && waitedMs < seconds * 1_000; waitedMs += LOOK_MS) {
      look();
      await wait(LOOK_MS);
    }
  };
  await lookUntil(drain.lastRequestSeconds, () => {});
  await lookUntil(drain.longestSeconds, () => {
    // To Node a connection is idle as soon as its reply is made, though it may be a long way from being read.
    if (!isAnswering()) server.closeIdleConnections();
    // Node does not count a connection as idle that has never brought a request.
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
  });
  server.closeAllConnections();
}
