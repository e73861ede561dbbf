import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** When there are too many connections, so many are ended that have never brought anything. */
const SILENT_TOGETHER = 256;

/**
 * Bounds how many connections are open. One that comes when there are too many is ended at once, and makes room for the next:
 * those that have never brought a byte go first, the oldest of them before others, then all that wait for their next request. So
 * neither silence nor keeping connections open keeps anybody out.
 */
export function boundConnections(server: Server, most: number): void {
  const unheard = new Set<Socket>();
  server.maxConnections = most;
  server.on('connection', (socket: Socket) => {
    unheard.add(socket);
    socket.once('close', () => unheard.delete(socket));
  });
  server.on('drop', () => {
    if (endSilent(unheard) === 0) server.closeIdleConnections();
  });
}

/** Ends the oldest that are silent, forgets those that are not, and tells how many it has ended. */
function endSilent(unheard: Set<Socket>): number {
  let ended = 0;
  for (const socket of unheard) {
    if (ended === SILENT_TOGETHER) break;
    unheard.delete(socket);
    if (socket.bytesRead > 0) continue;
    socket.destroy();
    ended++;
  }
  return ended;
}
