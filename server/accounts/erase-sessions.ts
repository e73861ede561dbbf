import { DAY_MS, type Instant } from '../../domain/time.ts';
import type { Database } from '../platform/db/database.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { RETENTION_DAYS } from '../record/retention.ts';
import { deleteSessions } from './store.ts';

/** Sessions in one transaction, which then is over in a moment. */
const TOGETHER = 10_000;

/** Takes away the sessions that are kept no longer (D3): all ended long ago. */
export async function eraseSessions(eraser: Database, now: Instant): Promise<void> {
  const bound = timeUuid(now - RETENTION_DAYS.working * DAY_MS);
  while ((await deleteSessions(eraser, bound, now, TOGETHER)) === TOGETHER);
}
