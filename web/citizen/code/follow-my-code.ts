import { CallError, type CallOptions } from '../../../api/call.ts';
import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { comeAgainAfterMs } from '../../../api/come-again.ts';
import { call, isAway, isBusy, MY_EVENTS, showMyCode, showWardCode } from '../service.ts';
import { backOffMs, type Clocks, elapsedMs, holdsMs, refreshAfterMs } from './freshness.ts';

/** What is known of a code at this moment. */
export interface Followed {
  readonly reply?: MyCodeReply;
  /** What the clocks of the device said before asking for it: from then on it ages. */
  readonly receivedAt?: Clocks;
  /** What they said when it was there. */
  readonly arrivedAt?: Clocks;
  /** How often asking has failed since the last answer. */
  readonly failures: number;
  /** Whether the last answer may have ended before its time: something changed since, or the service refused another one. */
  readonly isOver?: boolean;
  /** Whether the service has said, the last time, that it has too much to do. */
  readonly isBusy?: boolean;
  /** Whether the session has ended. */
  readonly isSignedOut: boolean;
}

/** Follows a code. */
export interface Following {
  readonly get: () => Followed;
  /** Calls back at each change; returns how to stop that. */
  readonly subscribe: (onChange: () => void) => () => void;
  readonly refresh: () => void;
}

type Tell = (changed: Partial<Followed>) => void;

/** A service that does not answer for so long counts as lost. */
const LONGEST_MS = 8_000;
/** The first question waits so long for the events, which must not begin after it. */
const EVENTS_MS = 1_500;

/** What the clocks say now. */
export function readClocks(): Clocks {
  return { wall: Date.now(), steady: performance.now() };
}

/** Whether what is known may be shown as current: until its end, also while the service cannot be asked for the next. */
export function isCurrent({ reply, receivedAt, isOver }: Followed): boolean {
  // A page that is put away is greyed, so that it never comes back with a colour of long ago.
  if (!reply || !receivedAt || isOver || document.visibilityState === 'hidden') return false;
  return elapsedMs(receivedAt, readClocks()) < holdsMs(reply);
}

/** Asks for a code. */
type Read = (options: CallOptions) => Promise<MyCodeReply>;

/** Follows the code of whoever is signed in. */
export function followMyCode(): Following {
  return follow((options) => call(showMyCode, { query: {} }, options));
}

/** Follows the code of somebody for whom they answer. */
export function followWard(personId: string): Following {
  return follow((options) => call(showWardCode, { params: { personId } }, options));
}

/** Follows as long as somebody listens: asks before each answer ends, when the service says so, and when the page is seen again. */
function follow(read: Read): Following {
  const listeners = new Set<() => void>();
  let followed: Followed = { failures: 0, isSignedOut: false };
  let stop: (() => void) | undefined;
  let refresh = () => {};
  let end: ReturnType<typeof setTimeout> | undefined;
  const tell: Tell = (changed) => {
    followed = { ...followed, ...changed };
    if (changed.reply) {
      clearTimeout(end);
      // What nobody has renewed is hidden at its end, whenever the screen would be drawn again.
      end = setTimeout(() => tell({}), holdsMs(changed.reply) - elapsedMs(changed.receivedAt!, readClocks()));
    }
    for (const listener of listeners) listener();
  };
  const start = () => {
    const asking = keepAsking(read, tell);
    refresh = asking.anew;
    const stopEvents = followEvents(asking.now, asking.anew);
    const stopSignals = followSignals(asking.now, tell);
    return () => {
      clearTimeout(end);
      asking.stop();
      stopEvents();
      stopSignals();
    };
  };
  return {
    get: () => followed,
    refresh: () => refresh(),
    subscribe: (onChange) => {
      listeners.add(onChange);
      stop ??= start();
      return () => {
        listeners.delete(onChange);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}

/** Asks when told to, and again before each answer ends; when it fails, again and again with longer pauses. */
function keepAsking(read: Read, tell: Tell) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let latest = 0;
  let notBeforeMs = 0;
  let isOther = false;
  const again = (milliseconds: number) => {
    timer = setTimeout(() => {
      if (document.visibilityState === 'visible') void ask();
    }, milliseconds);
  };
  const ask = async () => {
    clearTimeout(timer);
    const asked = ++latest;
    const receivedAt = readClocks();
    const giveUp = new AbortController();
    const tooLate = setTimeout(() => giveUp.abort(), LONGEST_MS);
    try {
      const reply = await read({ signal: giveUp.signal });
      if (asked !== latest) return;
      failures = 0;
      isOther = false;
      const known = { reply, receivedAt, arrivedAt: readClocks() };
      tell({ ...known, failures, isOver: false, isBusy: false, isSignedOut: false });
      again(refreshAfterMs(reply));
    } catch (error) {
      if (asked !== latest) return;
      const isSignedOut = error instanceof CallError && (error.status === 401 || error.status === 403);
      isOther ||= !isAway(error);
      tell({ failures: ++failures, isOver: isOther, isBusy: isBusy(error), isSignedOut });
      if (isSignedOut) return;
      const waitMs = waitAfter(error, failures);
      if (isBusy(error)) notBeforeMs = performance.now() + waitMs;
      again(waitMs);
    } finally {
      clearTimeout(tooLate);
    }
  };
  const now = () => {
    // Whatever else gives cause to ask: a service that has too much to do has said when, and a question waits for then.
    const waitMs = notBeforeMs - performance.now();
    if (waitMs <= 0) return void ask();
    clearTimeout(timer);
    if (isOther) tell({ isOver: true });
    again(waitMs);
  };
  return {
    now,
    /** Asks because the answer may be another one: the former is shown until this one is there, but not if it cannot be had. */
    anew: () => {
      isOther = true;
      now();
    },
    stop: () => {
      latest++;
      clearTimeout(timer);
    },
  };
}

/** The service may say when to come again; those whom it has told so together come one after the other. */
function waitAfter(error: unknown, failures: number): number {
  const asked = error instanceof CallError ? error.retryAfterSeconds : undefined;
  if (asked === undefined) return backOffMs(failures - 1, Math.random());
  return comeAgainAfterMs(asked, failures, Math.random());
}

/**
 * Asks once the events are there, so that nothing falls between them and the answer, and whenever the service says that
 * something changed. When the stream breaks, asks too, and listens again later.
 */
function followEvents(ask: () => void, askAnew: () => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let wasOpen = false;
  const listen = () => {
    source = new EventSource(MY_EVENTS);
    source.addEventListener('changed', askAnew);
    source.onopen = () => {
      failures = 0;
      wasOpen = true;
      clearTimeout(timer);
      ask();
    };
    source.onerror = () => {
      source?.close();
      clearTimeout(timer);
      // A stream that is turned away again and again gives no new cause to ask; the first time nothing was asked yet.
      if (wasOpen || failures === 0) ask();
      wasOpen = false;
      timer = setTimeout(listen, backOffMs(++failures, Math.random()));
    };
  };
  listen();
  timer = setTimeout(ask, EVENTS_MS);
  return () => {
    source?.close();
    clearTimeout(timer);
  };
}

/** What the browser says of its connection, and when the page is put away and looked at again. */
function followSignals(ask: () => void, tell: Tell): () => void {
  const onOffline = () => tell({ failures: 1 });
  const onVisible = () => {
    tell({});
    if (document.visibilityState === 'visible') ask();
  };
  window.addEventListener('online', ask);
  window.addEventListener('offline', onOffline);
  window.addEventListener('pageshow', onVisible);
  document.addEventListener('visibilitychange', onVisible);
  return () => {
    window.removeEventListener('online', ask);
    window.removeEventListener('offline', onOffline);
    window.removeEventListener('pageshow', onVisible);
    document.removeEventListener('visibilitychange', onVisible);
  };
}
