import { createSecretKey, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { after, before } from 'node:test';
import type { Instant } from '../../domain/time.ts';
import type { Database } from '../../server/platform/db/database.ts';
import { type App, type AppDeps, type AppParts, createApp } from '../../server/platform/http/app.ts';
import type { VersionedKeys } from '../../server/platform/keys/versioned-keys.ts';
import { createLog } from '../../server/platform/log/log.ts';
import { createMetrics } from '../../server/platform/metrics/metrics.ts';

/** A clock that stands still until a test moves it. */
export interface TestClock {
  readonly now: () => Instant;
  readonly pass: (milliseconds: number) => void;
}

/** A clock that stands at an instant. */
export function testClock(at: Instant = Date.UTC(2021, 0, 6)): TestClock {
  let now = at;
  return {
    now: () => now,
    pass: (milliseconds) => {
      now += milliseconds;
    },
  };
}

/** Keys of chance under the versions 1 to `versions`. */
export function testKeys(versions = 1): VersionedKeys {
  const keys = Array.from({ length: versions }, () => createSecretKey(randomBytes(32)));
  return {
    current: () => ({ version: versions, key: keys[versions - 1]! }),
    find: (version) => keys[version - 1],
  };
}

/** An app on a port of its own, and what it has logged. Its log throws when personal data passes. */
export interface ListeningApp {
  readonly app: App;
  readonly url: string;
  readonly port: number;
  readonly lines: readonly string[];
}

/** What a test says about its app; everything else is as it is in service. */
export type TestParts = Partial<AppParts> & { readonly deps?: Partial<AppDeps> };

/** Starts an app, on any port that is free when none is named; whoever starts it closes it. */
export async function startApp(db: Database, { deps, ...parts }: TestParts, port = 0): Promise<ListeningApp> {
  const lines: string[] = [];
  const clock = deps?.clock ?? testClock().now;
  const log = createLog({ clock, write: (line) => lines.push(line), onPersonalData: 'throw' });
  const app = await createApp(
    { db, clock, log, metrics: createMetrics(), tokenKeys: testKeys(), ...deps },
    {
      routes: [],
      authenticate: () => {
        throw new Error('no route of this test is closed');
      },
      ready: async () => undefined,
      version: '0.0.0',
      drain: { lastRequestSeconds: 0 },
      ...parts,
    },
  );
  const url = await app.listen({ host: '127.0.0.1', port });
  return { app, url, port: Number(new URL(url).port), lines };
}

/** An app for the suite that asks for it; it can be used in its tests and hooks. */
export function listeningApp(db: Database, parts: TestParts): ListeningApp {
  let started: ListeningApp | undefined;
  before(async () => {
    started = await startApp(db, parts);
  });
  after(() => started?.app.close());
  return {
    get app() {
      return started!.app;
    },
    get url() {
      return started!.url;
    },
    get port() {
      return started!.port;
    },
    get lines() {
      return started!.lines;
    },
  };
}

/** A database that a suite does not use. */
export const noDatabase: Database = {
  rows: () => Promise.reject(new Error('this test has no database')),
  change: () => Promise.reject(new Error('this test has no database')),
  copyIn: () => Promise.reject(new Error('this test has no database')),
  copyOut: () => {
    throw new Error('this test has no database');
  },
  transaction: () => Promise.reject(new Error('this test has no database')),
  close: async () => {},
};

/** Sends bytes, `pauseMs` apart, and gives everything that came back until the server closed the connection. */
export async function talk(port: number, pieces: readonly string[], pauseMs = 0): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.setEncoding('utf8').on('data', (text) => {
    received += text;
  });
  // The server may cut the connection while something is still being sent.
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let isOpen = true;
  closed.then(() => {
    isOpen = false;
  });
  for (const piece of pieces) {
    if (!isOpen) break;
    socket.write(piece);
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await closed;
  return received;
}
