import { existsSync, statfsSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Instant } from '../domain/time.ts';
import { createAlarms, type Raise } from './alarms.ts';
import { type Budget, startBudget, USUAL_BUDGET } from './budget.ts';
import { type Journal, openJournal } from './journal/journal.ts';
import { readBudget } from './keys/budget-file.ts';
import { openShelf, type Shelf } from './keys/shelf.ts';
import { createSigning, type SignItems } from './sign-items.ts';
import { type Item, readFrames, writeFrame } from './socket/frames.ts';
import { listenAlone, type Reach } from './socket/listen.ts';
import { type Alarm, OUTCOMES } from './socket/outcomes.ts';

/** Where a signer lies, and what it goes by. */
export interface SignerParts {
  /** Its keys, the pinned root, the key list, and the journal. */
  readonly folder: string;
  readonly socket: string;
  /** Who reaches the socket; its owner alone when missing. */
  readonly reach?: Reach;
  readonly clock: () => Instant;
  /** By default what `budget.json` in the folder says, or the usual one. */
  readonly budget?: Budget;
  /** How often the folder is looked at for new keys and lists. */
  readonly lookMs?: number;
  /** At about which length a file of the journal ends. */
  readonly segmentBytes?: number;
  /** With less room on the disk than this an alarm is raised. */
  readonly leastFreeBytes?: number;
  /** Told besides those who are connected. */
  readonly onAlarm?: (alarm: Alarm) => void;
}

/** A signer at work. */
export interface Signer {
  /** The hash of everything that it has signed, in hex. */
  readonly journalHead: () => string;
  /** Takes no more connections; resolves when those there are have ended. */
  readonly finish: () => Promise<void>;
  /** Ends at once, but for what is being written. */
  readonly close: () => Promise<void>;
}

/** The journal, in the folder of a signer. */
export const JOURNAL_FOLDER = 'journal';
/** Only one signer works with a folder; this shows that it does. */
const ALONE = 'alone.sock';
const BUDGET_FILE = 'budget.json';
const LOOK_MS = 2_000;
/** Of the journal of twenty million signatures. */
const LEAST_FREE_BYTES = 1 << 30;

/** Starts a signer on a folder of keys. Throws a {@link SignerError} when something there is not as it should be. */
export async function startSigner(parts: SignerParts): Promise<Signer> {
  const { folder, clock } = parts;
  const shelf = openShelf(folder);
  const budget = parts.budget ?? budgetOf(folder);
  const alone = await listenAlone(join(folder, ALONE), (socket) => socket.destroy());
  const connections = new Set<Socket>();
  const tell = (alarm: Alarm) => {
    parts.onAlarm?.(alarm);
    for (const connection of connections) connection.write(alarmFrame(alarm));
  };
  const raise = createAlarms(tell, () => performance.now());
  let journal: Journal | undefined;
  try {
    journal = await openJournal(join(folder, JOURNAL_FOLDER), clock, parts.segmentBytes);
    const spend = startBudget(budget);
    const signItems = createSigning({ shelf, journal, clock, spend, raise });
    const onConnection = (socket: Socket) => attend(socket, connections, signItems);
    const server = await listenAlone(parts.socket, onConnection, parts.reach);
    const looking = setInterval(() => look(parts, shelf, raise), parts.lookMs ?? LOOK_MS).unref();
    return running({ server, alone, journal, looking, connections });
  } catch (error) {
    await journal?.close();
    alone.close();
    throw error;
  }
}

/** Looks for new keys and lists, and whether there is room for the journal. */
function look({ folder, leastFreeBytes = LEAST_FREE_BYTES }: SignerParts, shelf: Shelf, raise: Raise): void {
  try {
    shelf.refresh();
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize < leastFreeBytes)
      raise({ what: 'journal', use: '', why: 'the disk is nearly full: put the oldest files away' });
  } catch (error) {
    raise({ what: 'keys', use: '', why: error instanceof Error ? error.message : 'unknown' });
  }
}

function running({
  server,
  alone,
  journal,
  looking,
  connections,
}: {
  readonly server: Server;
  readonly alone: Server;
  readonly journal: Journal;
  readonly looking: NodeJS.Timeout;
  readonly connections: ReadonlySet<Socket>;
}): Signer {
  let ending: Promise<void> | undefined;
  const finish = () => {
    ending ??= (async () => {
      clearInterval(looking);
      await new Promise<void>((ended) => server.close(() => ended()));
      await journal.close();
      await new Promise<void>((ended) => alone.close(() => ended()));
    })();
    return ending;
  };
  return {
    journalHead: journal.head,
    finish,
    close: () => {
      const finished = finish();
      for (const connection of connections) connection.destroy();
      return finished;
    },
  };
}

function budgetOf(folder: string): Budget {
  const path = join(folder, BUDGET_FILE);
  return existsSync(path) ? readBudget(path) : USUAL_BUDGET;
}

function attend(socket: Socket, connections: Set<Socket>, signItems: SignItems): void {
  connections.add(socket);
  const reply = (items: Item[]) => {
    if (!socket.destroyed && items.length > 0) socket.write(writeFrame(items));
  };
  socket.on(
    'data',
    readFrames(
      (items) => void signItems(items, reply),
      () => socket.destroy(),
    ),
  );
  socket.on('error', () => {});
  socket.on('close', () => connections.delete(socket));
}

function alarmFrame(alarm: Alarm): Buffer {
  const bytes = Buffer.from(JSON.stringify(alarm));
  return writeFrame([{ id: 0, kind: OUTCOMES.indexOf('alarm'), detail: 0, bytes }]);
}
