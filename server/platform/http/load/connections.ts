import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** When there are too many connections, so many are ended. */
export const ENDED_TOGETHER = 256;

/**
 * Bounds how many connections are open. One that comes when there are too many is ended at once, and makes room for the next:
 * those go first that have never brought a whole request, then those that have been waiting for longest for their next one, then
 * those on which nobody reads the answer. So neither silence, nor slowness, nor keeping connections open keeps anybody out.
 *
 * @returns whether something is being answered now, be it that it is only read slowly
 */
export function boundConnections(server: Server, most: number): () => boolean {
  const silent = new Set<Socket>();
  const waiting = new Set<Socket>();
  /** By connection: what is answered on it last. */
  const answering = new Map<Socket, ServerResponse>();
  server.maxConnections = most;
  server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => {
      for (const some of [silent, waiting, answering]) some.delete(socket);
    });
  });
  server.on('request', ({ socket }, response) => {
    if (!silent.delete(socket)) waiting.delete(socket);
    answering.set(socket, response);
    response.once('close', () => {
      // Another request may have come before this one was answered.
      if (answering.get(socket) !== response) return;
      answering.delete(socket);
      waiting.add(socket);
    });
  });
  server.on('drop', () => {
    if (endOldest(silent) > 0 || endOldest(waiting) > 0) return;
    endOldest(answering.keys(), ({ writableLength }) => writableLength > 0);
  });
  return () => answering.size > 0;
}

/** Ends those that came first, and tells how many it has ended. */
function endOldest(sockets: Iterable<Socket>, isMeant: (socket: Socket) => boolean = () => true): number {
  let ended = 0;
  for (const socket of sockets) {
    if (ended === ENDED_TOGETHER) break;
    if (!isMeant(socket)) continue;
    socket.destroy();
    ended++;
  }
  return ended;
}
