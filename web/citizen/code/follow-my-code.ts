import { CallError } from '../../../api/call.ts';
import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { call, MY_EVENTS, showMyCode } from '../service.ts';
import { backOffMs, type Clocks, elapsedMs, holdsMs, refreshAfterMs } from './freshness.ts';

/** What is known of a code at this moment. */
export interface Followed {
  readonly reply?: MyCodeReply;
  readonly receivedAt?: Clocks;
  /** Whether the last try to ask failed: nothing that is shown may pass for current then. */
  readonly isLost: boolean;
  /** Whether the session has ended. */
  readonly isSignedOut: boolean;
}

/** Follows the code of whoever is signed in. */
export interface Following {
  readonly get: () => Followed;
  /** Calls back at each change; returns how to stop that. */
  readonly subscribe: (onChange: () => void) => () => void;
  readonly refresh: () => void;
}

/** What the clocks say now. */
export function readClocks(): Clocks {
  return { wall: Date.now(), steady: performance.now() };
}

/** Whether what is known may be shown as current. */
export function isCurrent({ reply, receivedAt, isLost }: Followed): boolean {
  // A page that is put away is greyed, so that it never comes back with a colour of long ago.
  if (!reply || !receivedAt || isLost || document.visibilityState === 'hidden') return false;
  return elapsedMs(receivedAt, readClocks()) < holdsMs(reply);
}

/** Follows as long as somebody listens: asks before each answer ends, when the service says so, and when the page is seen again. */
export function followMyCode(): Following {
  const listeners = new Set<() => void>();
  let followed: Followed = { isLost: false, isSignedOut: false };
  let stop: (() => void) | undefined;
  let refresh = () => {};
  const tell = (changed: Partial<Followed>) => {
    followed = { ...followed, ...changed };
    for (const listener of listeners) listener();
  };
  const start = () => {
    const asking = keepAsking(tell);
    refresh = asking.now;
    const stopEvents = followEvents(asking.now);
    const stopSignals = followSignals(asking.now, tell);
    return () => {
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

/** Asks now, and again before each answer ends; when it fails, again and again with longer pauses. */
function keepAsking(tell: (changed: Partial<Followed>) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let latest = 0;
  const again = (milliseconds: number) => {
    timer = setTimeout(() => {
      if (document.visibilityState === 'visible') now();
    }, milliseconds);
  };
  const now = async () => {
    clearTimeout(timer);
    const asked = ++latest;
    const receivedAt = readClocks();
    try {
      const reply = await call(showMyCode, {}, { signal: endsAfter(8_000) });
      if (asked !== latest) return;
      failures = 0;
      tell({ reply, receivedAt, isLost: false, isSignedOut: false });
      again(refreshAfterMs(reply));
    } catch (error) {
      if (asked !== latest) return;
      const isSignedOut = error instanceof CallError && (error.status === 401 || error.status === 403);
      tell({ isLost: true, isSignedOut });
      if (!isSignedOut) again(backOffMs(failures++, Math.random()));
    }
  };
  void now();
  return {
    now: () => void now(),
    stop: () => {
      latest++;
      clearTimeout(timer);
    },
  };
}

/** A signal that a service which does not answer counts as lost. */
function endsAfter(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

/** Asks when the service says that something changed; when its stream breaks, asks too, and listens again later. */
function followEvents(ask: () => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  const listen = () => {
    source = new EventSource(MY_EVENTS);
    source.addEventListener('changed', ask);
    source.onopen = () => {
      failures = 0;
    };
    source.onerror = () => {
      source?.close();
      ask();
      timer = setTimeout(listen, backOffMs(++failures, Math.random()));
    };
  };
  listen();
  return () => {
    source?.close();
    clearTimeout(timer);
  };
}

/** What the browser says of its connection, and when the page is put away and looked at again. */
function followSignals(ask: () => void, tell: (changed: Partial<Followed>) => void): () => void {
  const onOffline = () => tell({ isLost: true });
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
