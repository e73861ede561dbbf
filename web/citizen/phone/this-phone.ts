import { CallError } from '../../../api/call.ts';
import { readClocks } from '../code/follow-my-code.ts';
import { isBound, markBound } from './bound-flag.ts';
import { forgetThisPhone } from './forget-this-phone.ts';
import { keepPages } from './kept-pages.ts';
import { createPhoneClock, type PhoneClock } from './phone-clock.ts';
import { pauseAfterMs } from './phone-service.ts';
import { type Companion, changePhone, type KeptPhone, readPhone } from './phone-store.ts';
import { needsRenewal, renewPasses } from './renew-passes.ts';
import { companyOf, type Showing, showEveryMs, showNow } from './show-pass.ts';

/** How fetching passes went the last time. */
export type Renewal = 'good' | 'late' | 'signed-out';

/** What is known of this phone at this moment. */
export interface ThisPhone {
  /** Undefined while it is not read yet, or not bound. */
  readonly phone: KeptPhone | undefined;
  /** What to hold up; undefined without a pass for now, and while nobody looks. */
  readonly showing: Showing | undefined;
  readonly renewal: Renewal;
  /** Whether a first showing was tried. */
  readonly isReady: boolean;
}

const OFFSET_CHANGED_MS = 1_000;
/** Only one tab fetches at a time. */
const LOCK = 'healthcode-passes';

const NOTHING = { phone: undefined, showing: undefined, renewal: 'good' } as const;

let state: ThisPhone = { ...NOTHING, isReady: false };
const listeners = new Set<() => void>();
let running: { readonly now: () => void; readonly stop: () => void } | undefined;

/** The clock of the service, as far as this phone knows it. */
export const phoneClock: PhoneClock = createPhoneClock(readClocks);

/** This phone, which shows its pass as long as somebody listens. */
export const thisPhone = {
  get: () => state,
  subscribe: (onChange: () => void) => {
    listeners.add(onChange);
    running ??= run();
    return () => {
      listeners.delete(onChange);
      if (listeners.size > 0) return;
      running?.stop();
      running = undefined;
    };
  },
  /** Shows again at once: something that is kept has changed. */
  refresh: () => running?.now(),
};

/** Chooses who is shown together with the holder. */
export async function chooseCompanions(companions: readonly Companion[]): Promise<void> {
  await changePhone((phone) => ({ ...phone, companions }));
  thisPhone.refresh();
}

function tell(changed: Partial<ThisPhone>): void {
  state = { ...state, ...changed };
  for (const listener of listeners) listener();
}

/** Shows the pass, again and again, and fetches new ones when it is time. */
function run() {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let latest = 0;
  const renewing = createRenewing(() => void show());
  const show = async () => {
    clearTimeout(timer);
    const asked = ++latest;
    if (document.visibilityState === 'hidden') {
      phoneClock.putAway();
      return tell({ showing: undefined });
    }
    const phone = await readPhone().catch(() => undefined);
    if (asked !== latest) return;
    if (!phone) return notBound();
    if (!state.phone) void keepPages();
    phoneClock.start(phone.offset);
    await keepOffset(phone);
    const showing = await showNow(phone, phoneClock.now());
    if (asked !== latest) return;
    tell({ phone, showing, renewal: renewing.state(), isReady: true });
    timer = setTimeout(() => void show(), showEveryMs(phone));
    renewing.ifNeeded(phone);
  };
  const now = () => void show();
  const onOnline = () => {
    renewing.soon();
    now();
  };
  window.addEventListener('online', onOnline);
  window.addEventListener('storage', now);
  document.addEventListener('visibilitychange', now);
  now();
  return {
    now,
    stop: () => {
      latest++;
      clearTimeout(timer);
      window.removeEventListener('online', onOnline);
      window.removeEventListener('storage', now);
      document.removeEventListener('visibilitychange', now);
    },
  };
}

/** A clock that was set while the page was open is known after it was closed. */
async function keepOffset({ offset }: KeptPhone): Promise<void> {
  const known = phoneClock.offset();
  if (Math.abs(known.offsetMs - offset.offsetMs) < OFFSET_CHANGED_MS) return;
  await changePhone((phone) => ({ ...phone, offset: known }));
}

/** The browser may have thrown away what it kept. */
function notBound(): void {
  tell({ ...NOTHING, isReady: true });
  if (isBound()) markBound(false);
}

/** Fetches passes when it is time, one try at a time, with pauses that grow and differ while it fails. */
function createRenewing(onDone: () => void) {
  let renewal: Renewal = 'good';
  let isBusy = false;
  let failures = 0;
  let notBefore = 0;
  let askedNotBefore = 0;
  const renew = async (phone: KeptPhone) => {
    try {
      await renewPasses(phone, phoneClock);
      failures = 0;
      renewal = 'good';
    } catch (error) {
      renewal = await afterRefusal(phone, error);
      notBefore = performance.now() + pauseAfterMs(error, failures++, Math.random());
      if (error instanceof CallError && error.retryAfterSeconds !== undefined) askedNotBefore = notBefore;
    }
  };
  const alone = async (phone: KeptPhone) => {
    isBusy = true;
    try {
      // Another tab may be at it; then its passes are there at the next showing.
      await (navigator.locks
        ? navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => lock && renew(phone))
        : renew(phone));
    } finally {
      isBusy = false;
      onDone();
    }
  };
  return {
    state: () => renewal,
    soon: () => {
      // What the service has asked for holds all the same.
      const soonest = performance.now() + pauseAfterMs(undefined, 0, Math.random());
      if (renewal === 'late') notBefore = Math.max(askedNotBefore, soonest);
    },
    ifNeeded: (phone: KeptPhone) => {
      const isTime = performance.now() >= notBefore && navigator.onLine;
      if (!isBusy && isTime && needsRenewal(phone, phoneClock.now())) void alone(phone);
    },
  };
}

/** A phone that was removed forgets what it holds; a companion who is none any more is let go. */
async function afterRefusal(phone: KeptPhone, error: unknown): Promise<Renewal> {
  if (!(error instanceof CallError)) return 'late';
  if (error.code === 'not-found') await forgetThisPhone();
  if (error.code === 'invalid' && companyOf(phone.companions) !== '') await chooseCompanions([]);
  return error.code === 'unauthenticated' || error.code === 'not-allowed' ? 'signed-out' : 'late';
}
