import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
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
  /** Passes on what the database says at so many bytes a second, one piece after the other; undefined ends that. */
  readonly narrow: (bytesPerSecond: number | undefined) => void;
  /** How many bytes of the database were passed on. */
  readonly passed: () => number;
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
  const neck = createNeck();
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
    passOn(pair, { delayMs: () => delayMs, neck: neck.way() }, (other) => {
      open.delete(pair);
      if (!held.has(pair)) other.destroy();
    });
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
    ...{ narrow: neck.narrow, passed: neck.passed },
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
function passOn(
  [near, far]: Pair,
  { delayMs, neck }: { readonly delayMs: () => number; readonly neck: Transform },
  onClose: (other: Socket) => void,
): void {
  near.pipe(delayed(delayMs)).pipe(far);
  far.pipe(delayed(delayMs)).pipe(neck).pipe(near);
  for (const [one, other] of [[near, far] as const, [far, near] as const]) {
    one.on('error', () => {});
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

/** What goes over a network at once: so no connection waits for all of what another one asks for. */
const PACKET_BYTES = 1_400;
/** So much of what was not used a moment ago is made up for, since timers are late. */
const CREDIT_MS = 20;

/** One narrow way for all connections. */
function createNeck() {
  let bytesPerMs: number | undefined;
  let freeAtMs = 0;
  let passed = 0;
  const waitFor = (bytes: number): number => {
    if (bytesPerMs === undefined) return 0;
    const nowMs = performance.now();
    freeAtMs = Math.max(freeAtMs, nowMs - CREDIT_MS) + bytes / bytesPerMs;
    return freeAtMs - nowMs;
  };
  return {
    narrow: (bytesPerSecond: number | undefined) => {
      bytesPerMs = bytesPerSecond === undefined ? undefined : bytesPerSecond / 1_000;
    },
    passed: () => passed,
    /** What a connection goes through. */
    way: () =>
      new Transform({
        async transform(chunk: Buffer, _, done) {
          passed += chunk.length;
          let from = 0;
          for (; bytesPerMs !== undefined && from < chunk.length; from += PACKET_BYTES) {
            const packet = chunk.subarray(from, from + PACKET_BYTES);
            const waitMs = waitFor(packet.length);
            if (waitMs >= 1) await sleep(waitMs);
            this.push(packet);
          }
          if (from < chunk.length) this.push(chunk.subarray(from));
          done();
        },
      }),
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
