import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { SUITES, type Suite } from '../../credential/suites.ts';
import { KEY_USES, type KeyUse } from '../../credential/trust/keys.ts';
import { type Item, readFrames, writeFrame } from '../../signer/socket/frames.ts';
import { shortPath } from '../../signer/socket/listen.ts';
import { type Alarm, OUTCOMES } from '../../signer/socket/outcomes.ts';

/**
 * Why something was not signed. `away`: the signer cannot be reached, or cannot sign now. `over-budget`: more was asked
 * for than may be. `refused`: it may not be signed; that is a mistake of whoever asks, or worse.
 */
export type SigningErrorCode = 'away' | 'over-budget' | 'refused';

/** Nothing was signed. The message holds nothing of what was to be. Who waits at the service is told `unavailable`. */
export class SigningError extends Error {
  override readonly name = 'SigningError';
  readonly code: SigningErrorCode;

  constructor(code: SigningErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What signs with the keys of the province, which are in another process. */
export interface Signing {
  /**
   * Signs a payload: a tagged COSE_Sign1 by the key in force of that use, and of the suite that is usual for it.
   *
   * @throws {SigningError} when it is not signed
   */
  readonly sign: (use: KeyUse, payload: Uint8Array, suite?: Suite) => Promise<Uint8Array>;
  readonly close: () => void;
}

/** How the signer is reached, and who is told. */
export interface SigningOptions {
  readonly socket: string;
  /** By which suite passes are signed; ES256 when missing. */
  readonly passSuite?: Suite;
  /** Who waits longer than that is told that it is away. */
  readonly patienceMs?: number;
  /** While the signer has something to answer, whoever comes lets others join for so long, unless all is answered first. */
  readonly gatherMs?: number;
  /** Told each time that something is not signed, and why. */
  readonly onFailure?: (use: KeyUse, code: SigningErrorCode) => void;
  readonly onAlarm?: (alarm: Alarm) => void;
  /** Told when the signer is lost, and when it is there again. */
  readonly onReached?: (isReached: boolean) => void;
}

const PATIENCE_MS = 5_000;
/** While the signer is away for longer than this, nobody waits for it. */
const HOPE_MS = 2_000;
const LONGEST_PAUSE_MS = 1_000;
const FIRST_PAUSE_MS = 10;
const LOOK_MS = 100;
/** A frame holds so many requests, or about so many bytes, at most. */
const MOST_ITEMS = 512;
const MOST_BYTES = 1 << 20;
const GATHER_MS = 5;

/**
 * Connects to a signer, and again whenever the connection is lost. What is asked in one tick goes in one frame; a frame costs both
 * sides, and the journal, as much as some signatures, so that what comes while another one is under way is gathered.
 */
export function connectSigning(options: SigningOptions): Signing {
  const { patienceMs = PATIENCE_MS, passSuite = 'ES256', onFailure = () => {} } = options;
  const pending = new Map<number, Pending>();
  let queued: Item[] = [];
  let lastId = 0;
  const settle = (id: number, outcome: Uint8Array | SigningError) => {
    const one = pending.get(id);
    if (!one) return;
    pending.delete(id);
    if (!(outcome instanceof SigningError)) return one.done(outcome);
    onFailure(one.use, outcome.code);
    one.failed(outcome);
  };
  const failAll = (message: string) => {
    queued = [];
    for (const id of [...pending.keys()]) settle(id, new SigningError('away', message));
  };
  const line = keepConnected(options, {
    onItems: (items) => {
      for (const { id, kind, bytes } of items) settle(id, outcomeOf(kind, bytes));
      if (queued.length > 0) sending.plan();
    },
    onUp: () => sending.now(),
    // What was sent may be signed or not: whoever asks again gets another signature.
    onDown: () => failAll('the signer was lost'),
  });
  const sending = planSending(options.gatherMs ?? GATHER_MS, {
    send: () => {
      if (queued.length === 0 || !line.isUp()) return;
      for (const items of inFrames(queued)) line.send(writeFrame(items));
      queued = [];
    },
    isUrgent: () => queued.length >= MOST_ITEMS || pending.size === queued.length,
  });
  const watch = setInterval(() => {
    const limit = performance.now() - (line.isHopeless() ? 0 : patienceMs);
    // They wait in the order in which they came.
    for (const [id, { sinceMs }] of pending) {
      if (sinceMs > limit) break;
      queued = queued.filter((item) => item.id !== id);
      settle(id, new SigningError('away', 'the signer does not answer'));
    }
  }, LOOK_MS).unref();
  return {
    sign: (use, payload, suite = use === 'pass' ? passSuite : 'ES256') =>
      new Promise((done, failed) => {
        lastId = (lastId % 0xffff_fffe) + 1;
        pending.set(lastId, { use, done, failed, sinceMs: performance.now() });
        queued.push({
          ...{ id: lastId, kind: KEY_USES.indexOf(use), detail: SUITES.indexOf(suite) },
          bytes: payload,
        });
        sending.plan();
      }),
    close: () => {
      clearInterval(watch);
      sending.stop();
      line.close();
      failAll('the service is stopping');
    },
  };
}

/** Plans when what waits is sent: in the next turn where it is urgent, else `gatherMs` after the first that waits at the latest. */
function planSending(
  gatherMs: number,
  { send, isUrgent }: { readonly send: () => void; readonly isUrgent: () => boolean },
) {
  let isPlanned = false;
  let gathering: NodeJS.Timeout | undefined;
  const now = () => {
    isPlanned = false;
    clearTimeout(gathering);
    gathering = undefined;
    send();
  };
  const plan = () => {
    if (isPlanned) return;
    if (!isUrgent()) {
      gathering ??= setTimeout(now, gatherMs);
      return;
    }
    isPlanned = true;
    setImmediate(now);
  };
  return { plan, now, stop: () => clearTimeout(gathering) };
}

interface Pending {
  readonly use: KeyUse;
  readonly done: (bytes: Uint8Array) => void;
  readonly failed: (error: SigningError) => void;
  readonly sinceMs: number;
}

function outcomeOf(kind: number, bytes: Uint8Array): Uint8Array | SigningError {
  const outcome = OUTCOMES[kind];
  // What came is a view of a frame that holds many.
  if (outcome === 'signed') return new Uint8Array(bytes);
  const message = Buffer.from(bytes).toString('utf8');
  if (outcome === 'refused' || outcome === 'over-budget') return new SigningError(outcome, message);
  return new SigningError('away', message);
}

function inFrames(items: readonly Item[]): Item[][] {
  const frames: Item[][] = [[]];
  let bytes = 0;
  for (const item of items) {
    const last = frames.at(-1)!;
    bytes += item.bytes.length;
    if (last.length > 0 && (last.length >= MOST_ITEMS || bytes > MOST_BYTES)) {
      frames.push([item]);
      bytes = item.bytes.length;
    } else last.push(item);
  }
  return frames;
}

interface Line {
  readonly send: (frame: Buffer) => void;
  readonly isUp: () => boolean;
  /** Whether it has been down for so long that nobody should wait. */
  readonly isHopeless: () => boolean;
  readonly close: () => void;
}

interface Ends {
  readonly onItems: (items: readonly Item[]) => void;
  readonly onUp: () => void;
  readonly onDown: () => void;
}

function keepConnected({ socket: path, onAlarm, onReached = () => {} }: SigningOptions, ends: Ends): Line {
  let socket: Socket | undefined;
  let isClosed = false;
  let pauseMs = FIRST_PAUSE_MS;
  let downSinceMs = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const take = (items: readonly Item[]) => {
    for (const { kind, bytes } of items)
      if (OUTCOMES[kind] === 'alarm') onAlarm?.(JSON.parse(Buffer.from(bytes).toString('utf8')) as Alarm);
    ends.onItems(items);
  };
  const open = () => {
    const made = connect(shortPath(path));
    made.on('connect', () => {
      socket = made;
      pauseMs = FIRST_PAUSE_MS;
      onReached(true);
      ends.onUp();
    });
    made.on(
      'data',
      readFrames(take, () => made.destroy()),
    );
    made.on('error', () => {});
    made.on('close', () => {
      if (socket === made) {
        socket = undefined;
        downSinceMs = performance.now();
        onReached(false);
        ends.onDown();
      }
      if (isClosed) return;
      timer = setTimeout(open, pauseMs).unref();
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    });
  };
  open();
  return {
    send: (frame) => socket?.write(frame),
    isUp: () => socket !== undefined,
    isHopeless: () => socket === undefined && performance.now() - downSinceMs > HOPE_MS,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      socket?.destroy();
    },
  };
}
