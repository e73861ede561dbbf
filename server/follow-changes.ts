import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../domain/time.ts';
import { checkDecisions } from './codes/check-decisions.ts';
import type { Installation } from './installation.ts';
import { BUCKETS } from './platform/db/uuid.ts';
import { faultFields } from './platform/log/fault-fields.ts';
import type { Log } from './platform/log/log.ts';

const LOOK_MS = 1_000;
const DAY_MS = 86_400_000;
/** Decisions that are made again each night. */
const SAMPLE = 200;

/** Follows what others change, such as rules, areas and keys, and makes a sample of decisions again each night. */
export function followChanges(
  installation: Installation,
  clock: () => Instant,
  log: Log,
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const running = (async () => {
    let day = nightOf(clock());
    let isFailing = false;
    while (!stopping.signal.aborted) {
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
      try {
        await installation.refresh();
        if (nightOf(clock()) !== day) {
          day = nightOf(clock());
          await checkSample(installation, day, log);
        }
        isFailing = false;
      } catch (error) {
        if (!isFailing) log.warn('changes of others are not seen', faultFields(error));
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

/** Makes decisions about some people again and tells the log of those that come out otherwise. */
async function checkSample(installation: Installation, night: number, log: Log): Promise<void> {
  const { checked, different } = await checkDecisions(installation, night % BUCKETS, SAMPLE, String(night));
  if (different.length === 0) log.info('decisions were made again', { checked });
  for (const { personId, number } of different)
    log.error('a decision comes out otherwise', { personId, number });
}
