import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { SOCKET } from '../../server/platform/db/embedded/cluster.ts';

/** A way to a database that can be cut. */
export interface DatabaseProxy {
  /** The address of a database behind it. */
  readonly url: string;
  /** Ends every connection and refuses new ones, as a server that is down. */
  readonly refuse: () => Promise<void>;
  /** Passes nothing on any more and tells nobody, on every connection that is open, for ever; as a lost network. */
  readonly hold: () => void;
  /** Lets new connections through again. */
  readonly restore: () => Promise<void>;
  /** How many connections it holds. */
  readonly held: () => number;
  readonly close: () => Promise<void>;
}

/** Stands before the database at an address. */
export async function proxyTo(address: string): Promise<DatabaseProxy> {
  const { host, port } = targetOf(new URL(address));
  const open = new Set<readonly [Socket, Socket]>();
  const held = new Set<readonly [Socket, Socket]>();
  let isHolding = false;
  const hold = (pair: readonly [Socket, Socket]) => {
    for (const socket of pair) socket.unpipe();
    // What arrives is swallowed, so that the sender believes that it was taken.
    for (const socket of pair) socket.resume();
    held.add(pair);
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const target = host.startsWith('/') ? { path: join(host, SOCKET) } : { host, port };
    const far = createConnection({ ...target, allowHalfOpen: true });
    const pair = [near, far] as const;
    open.add(pair);
    for (const [one, other] of [pair, [far, near] as const]) {
      one.on('error', () => {});
      one.pipe(other);
      one.on('close', () => {
        open.delete(pair);
        if (!held.has(pair)) other.destroy();
      });
    }
    if (isHolding) hold(pair);
  });
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  };
  const cut = () => {
    for (const pair of [...open, ...held]) for (const socket of pair) socket.destroy();
    held.clear();
  };
  const nearPort = await listen(0);
  const closeServer = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    cut();
    await closed;
  };
  return {
    url: addressAt(address, nearPort),
    refuse: closeServer,
    hold: () => {
      isHolding = true;
      for (const pair of open) hold(pair);
    },
    restore: async () => {
      isHolding = false;
      if (!server.listening) await listen(nearPort);
    },
    held: () => held.size,
    close: closeServer,
  };
}

function targetOf(address: URL): { readonly host: string; readonly port: number } {
  return {
    host: address.searchParams.get('host') ?? address.hostname,
    port: Number(address.port || 5_432),
  };
}

function addressAt(address: string, port: number): string {
  const near = new URL(address);
  near.searchParams.delete('host');
  near.hostname = '127.0.0.1';
  near.port = String(port);
  return near.href;
}
