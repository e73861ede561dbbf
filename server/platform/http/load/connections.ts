import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** When there are too many connections, so many are ended. */
export const ENDED_TOGETHER = 256;

/** Where nothing could be ended, nobody looks again for so long: to look at all of them takes most of a millisecond. */
const LOOK_AGAIN_MS = 20;

/** What is known of an open connection. It is changed in place: every request passes here. */
interface Connection {
  /** Which request its last one was, of all; 0 when it has never brought a whole one. */
  asked: number;
  /** What is answered on it last, until that is over. */
  answering: ServerResponse | undefined;
}

/**
 * Bounds how many connections are open. One that comes when there are too many is ended at once, and makes room for the next:
 * those go first that have never brought a whole request, then those that have asked for nothing for longest, then
 * those on which nobody reads the answer. So neither silence, nor slowness, nor keeping connections open keeps anybody out.
 *
 * @returns whether something is being answered now, be it that it is only read slowly
 */
export function boundConnections(server: Server, most: number): () => boolean {
  const open = new Map<Socket, Connection>();
  let asked = 0;
  let inVainMs = Number.NEGATIVE_INFINITY;
  server.maxConnections = most;
  server.on('connection', (socket: Socket) => {
    open.set(socket, { asked: 0, answering: undefined });
    socket.once('close', () => open.delete(socket));
  });
  // One listener for all: to make one for each request takes longer than all the rest.
  function answered(this: ServerResponse): void {
    const connection = open.get(this.req.socket);
    // Another request may have come before this one was answered.
    if (connection?.answering === this) connection.answering = undefined;
  }
  server.on('request', ({ socket }, response) => {
    const connection = open.get(socket);
    if (!connection) return;
    connection.asked = ++asked;
    connection.answering = response;
    response.on('close', answered);
  });
  server.on('drop', () => {
    const nowMs = performance.now();
    if (nowMs - inVainMs < LOOK_AGAIN_MS) return;
    const isEnded =
      endOldest(open, ({ asked: last }) => last === 0) ||
      endOldest(open, ({ answering }) => !answering) ||
      endOldest(open, ({ answering }) => answering !== undefined && answering.writableLength > 0);
    if (!isEnded) inVainMs = nowMs;
  });
  return () => [...open.values()].some(({ answering }) => answering !== undefined);
}

/** Ends those of some kind that have asked for nothing for longest, and tells whether there were any. */
function endOldest(
  open: ReadonlyMap<Socket, Connection>,
  isMeant: (connection: Connection) => boolean,
): boolean {
  const meant = [...open].filter(([, connection]) => isMeant(connection));
  meant.sort(([, one], [, other]) => one.asked - other.asked);
  for (const [socket] of meant.slice(0, ENDED_TOGETHER)) socket.destroy();
  return meant.length > 0;
}
