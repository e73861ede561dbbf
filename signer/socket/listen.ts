import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { relative } from 'node:path';
import { isSystemError, SignerError } from '../signer-error.ts';

/** The longest path that systems take for a socket. */
const LONGEST_PATH = 100;

/** Who reaches a socket besides the account that listens: nobody, or the group of that account. */
export type Reach = 'owner' | 'group';

const MODES: Readonly<Record<Reach, number>> = { owner: 0o600, group: 0o660 };

/**
 * Listens on a socket that only its owner reaches, or their group. One that a process left behind when it was killed is replaced.
 *
 * @throws {SignerError} `busy` when somebody listens there
 */
export async function listenAlone(
  place: string,
  onConnection: (socket: Socket) => void,
  reach: Reach = 'owner',
): Promise<Server> {
  const path = shortPath(place);
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw new SignerError('malformed', `the path of the socket is longer than systems take: ${path}`);
  if (existsSync(path)) await clearStale(path);
  const server = createServer(onConnection);
  const listening = once(server, 'listening');
  // The socket is made while this is called, so that it never is anybody else's, not for a moment.
  const before = process.umask(0o777 & ~MODES[reach]);
  try {
    server.listen({ path, exclusive: true });
  } finally {
    process.umask(before);
  }
  try {
    await listening;
  } catch (error) {
    if (isSystemError(error, 'EADDRINUSE')) throw busy(path);
    throw error;
  }
  chmodSync(path, MODES[reach]);
  return server;
}

/** The path of a socket as systems take it: from here, where the whole one is too long. */
export function shortPath(path: string): string {
  return Buffer.byteLength(path) > LONGEST_PATH ? relative(process.cwd(), path) : path;
}

/** Two that clear at once take turns by the name: only what is found dead under a name of one's own is removed. */
async function clearStale(path: string): Promise<void> {
  if (await isAlive(path)) throw busy(path);
  const aside = `${path}.${randomBytes(3).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return;
    throw error;
  }
  if (await isAlive(aside)) {
    renameSync(aside, path);
    throw busy(path);
  }
  rmSync(aside, { force: true });
}

/** Whether somebody listens at a path. */
export async function isAlive(path: string): Promise<boolean> {
  const socket = connect(shortPath(path));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function busy(path: string): SignerError {
  return new SignerError('busy', `another signer listens at ${path}`);
}
