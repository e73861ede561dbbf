import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { SOCKET } from '../../server/platform/db/embedded/cluster.ts';

/** A way to a database that can be cut. */
export interface DatabaseProxy {
  /** The address of a database behind it. */
  readonly url: string;
  /** Ends every connection and refuses new ones, as a server that is down. */
  readonly refuse: () => Promise<void>;
  /** Passes nothing on any more and tells nobody, on every connection that is open, for ever; as a lost network. */
  readonly hold: () => void;
  /** The same for the connections that are open now; new ones pass: half of each is gone, and the other half does not know. */
  readonly halve: () => void;
  /** Passes everything on so much later, in each direction; 0 ends that. */
  readonly delay: (milliseconds: number) => void;
  /** From now on new connections reach another database. */
  readonly pointTo: (address: string) => void;
  /** Lets new connections through again. */
  readonly restore: () => Promise<void>;
  /** How many connections it holds. */
  readonly held: () => number;
  readonly close: () => Promise<void>;
}

/** A connection of a process to us, and ours to the database. */
type Pair = readonly [Socket, Socket];

/** Stands before the database at an address. */
export async function proxyTo(address: string): Promise<DatabaseProxy> {
  let { host, port } = targetOf(new URL(address));
  let delayMs = 0;
  const open = new Set<Pair>();
  const held = new Set<Pair>();
  let isHolding = false;
  const hold = (pair: Pair) => {
    swallow(pair);
    held.add(pair);
  };
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const target = host.startsWith('/') ? { path: join(host, SOCKET) } : { host, port };
    const pair = [near, createConnection({ ...target, allowHalfOpen: true })] as const;
    open.add(pair);
    passOn(
      pair,
      () => delayMs,
      (other) => {
        open.delete(pair);
        if (!held.has(pair)) other.destroy();
      },
    );
    if (isHolding) hold(pair);
  });
  const listen = async (at: number) => {
    server.listen(at, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  };
  const nearPort = await listen(0);
  const closeServer = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const pair of [...open, ...held]) for (const socket of pair) socket.destroy();
    held.clear();
    await closed;
  };
  return {
    url: addressAt(address, nearPort),
    refuse: closeServer,
    hold: () => {
      isHolding = true;
      for (const pair of open) hold(pair);
    },
    halve: () => {
      for (const pair of open) hold(pair);
    },
    delay: (milliseconds) => {
      delayMs = milliseconds;
    },
    pointTo: (other) => {
      ({ host, port } = targetOf(new URL(other)));
    },
    restore: async () => {
      isHolding = false;
      if (!server.listening) await listen(nearPort);
    },
    held: () => held.size,
    close: closeServer,
  };
}

/** Passes nothing on any more. What arrives is taken, so that the sender believes that it has arrived. */
function swallow(pair: Pair): void {
  for (const socket of pair) socket.unpipe();
  for (const socket of pair) socket.resume();
}

/** Passes on what either of two sends to the other; tells when one has closed, with the one that is left. */
function passOn([near, far]: Pair, delayMs: () => number, onClose: (other: Socket) => void): void {
  for (const [one, other] of [[near, far] as const, [far, near] as const]) {
    one.on('error', () => {});
    one.pipe(delayed(delayMs)).pipe(other);
    one.on('close', () => onClose(other));
  }
}

/** Passes on what it gets in its order, each piece after as long as is then asked for. */
function delayed(delayMs: () => number): Transform {
  return new Transform({
    transform: (chunk, _, done) => {
      if (delayMs() === 0) done(null, chunk);
      else setTimeout(() => done(null, chunk), delayMs());
    },
  });
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
