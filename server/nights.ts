import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, HOUR_MS, type Instant } from '../domain/time.ts';
import { eraseSessions } from './accounts/erase-sessions.ts';
import { applyingAt } from './applications/applying.ts';
import { releaseLapsed } from './applications/holdings/release-lapsed.ts';
import { grantAllDue } from './applications/recoveries/grant-due.ts';
import { checkDecisions } from './codes/check-decisions.ts';
import { eraseDenials } from './doors/store.ts';
import type { Installation } from './installation.ts';
import { eraseEndedPhones } from './passes/phones/store.ts';
import { eraseClosedPeople } from './people/erasing/erase-people.ts';
import { BUCKETS } from './platform/db/uuid.ts';
import { eraseReplies } from './platform/idempotency/store.ts';
import { faultFields } from './platform/log/fault-fields.ts';
import type { Log } from './platform/log/log.ts';

const LOOK_MS = 1_000;
/** Decisions that are made again each night. */
const SAMPLE = 200;

/**
 * Each night, makes a sample of decisions again, tells the log of those that come out otherwise, and erases what may be
 * kept no longer and what is left of whoever has left. Each hour, takes the code of visitors who have left, and grants the claims to a code that nobody has contested in
 * time. What fails is tried again.
 */
export function startNights(
  installation: Installation,
  clock: () => Instant,
  log: Log,
  lookMs = LOOK_MS,
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const running = (async () => {
    let done = nightOf(clock());
    let hour = hourOf(clock());
    let isFailing = false;
    while (!stopping.signal.aborted) {
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => {});
      const now = clock();
      if (stopping.signal.aborted || hourOf(now) === hour) continue;
      try {
        await releaseLapsed(applyingAt(installation, clock));
        await grantAllDue(applyingAt(installation, clock));
        if (nightOf(now) !== done) await workOfNight(installation, nightOf(now), clock, log);
        done = nightOf(now);
        hour = hourOf(now);
        isFailing = false;
      } catch (error) {
        if (!isFailing) log.warn('the work of the night fails', faultFields(error));
        isFailing = true;
      }
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

async function workOfNight(
  installation: Installation,
  night: number,
  clock: () => Instant,
  log: Log,
): Promise<void> {
  const { app, eraser } = installation.store;
  await eraseReplies(eraser, clock());
  await eraseDenials(eraser, clock());
  await eraseEndedPhones(eraser, clock());
  await eraseSessions(eraser, clock());
  await eraseClosedPeople(app, eraser, clock);
  await checkSample(installation, night, log);
}

function hourOf(now: Instant): number {
  return Math.floor(now / HOUR_MS);
}

/** The number of the night; nights change at 03:00 in China, when least is asked. */
function nightOf(now: Instant): number {
  return Math.floor((now + 5 * HOUR_MS) / DAY_MS);
}

async function checkSample(installation: Installation, night: number, log: Log): Promise<void> {
  const { checked, different } = await checkDecisions(installation, night % BUCKETS, SAMPLE, String(night));
  if (different.length === 0) log.info('decisions were made again', { checked });
  for (const { personId, number } of different)
    log.error('a decision comes out otherwise', { personId, number });
}
