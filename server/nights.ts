import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../domain/time.ts';
import { checkDecisions } from './codes/check-decisions.ts';
import { eraseDenials } from './doors/store.ts';
import type { Installation } from './installation.ts';
import { BUCKETS } from './platform/db/uuid.ts';
import { eraseReplies } from './platform/idempotency/store.ts';
import { faultFields } from './platform/log/fault-fields.ts';
import type { Log } from './platform/log/log.ts';

const LOOK_MS = 1_000;
const DAY_MS = 86_400_000;
/** Decisions that are made again each night. */
const SAMPLE = 200;

/**
 * Each night, makes a sample of decisions again, tells the log of those that come out otherwise, and erases what
 * may be kept no longer. What fails is tried again until the night is over.
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
    let isFailing = false;
    while (!stopping.signal.aborted) {
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => {});
      const night = nightOf(clock());
      if (stopping.signal.aborted || night === done) continue;
      try {
        await eraseReplies(installation.store.eraser, clock());
        await eraseDenials(installation.store.eraser, clock());
        await checkSample(installation, night, log);
        done = night;
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

/** The number of the night; nights change at 03:00 in China, when least is asked. */
function nightOf(now: Instant): number {
  return Math.floor((now + 5 * 3_600_000) / DAY_MS);
}

async function checkSample(installation: Installation, night: number, log: Log): Promise<void> {
  const { checked, different } = await checkDecisions(installation, night % BUCKETS, SAMPLE, String(night));
  if (different.length === 0) log.info('decisions were made again', { checked });
  for (const { personId, number } of different)
    log.error('a decision comes out otherwise', { personId, number });
}
