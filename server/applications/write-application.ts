import { DAY_MS, type Instant, NEVER } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { passingProblem } from '../platform/http/problem.ts';
import { blindIndexes } from '../platform/keys/blind-index.ts';
import { createDataKey, type DataKey } from '../platform/keys/envelope.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { eraseAfter } from '../record/retention.ts';
import { type Content, normalisePhone, sealContent } from './content.ts';
import { type Application, isLive } from './read-application.ts';
import {
  type ApplicationKey,
  addApplication,
  addContent,
  addStep,
  countContents,
  destroyContent,
  type NewStep,
  type Step,
  setPhone,
} from './store.ts';

/** Versions that one account may state in a day: enough to correct anything, too few to fill a disk. */
export const MOST_VERSIONS_A_DAY = 50;
/** So long after a visitor has left: an infection on the last day has shown by then (14 days, and 7 more). */
const VISITOR_DAYS = 21;
const AN_HOUR_SECONDS = 3_600;

/**
 * Writes what an applicant states: as another version of an application that is live, else as a new one. The row of the
 * account must be locked.
 *
 * @throws {Problem} `rate-limited` for an account that states more than anybody has to
 */
export async function writeApplication(
  db: Db,
  keys: KeyRing,
  accountId: string,
  before: Application | undefined,
  content: Content,
  endsAt: Instant,
  now: Instant,
): Promise<ApplicationKey> {
  if ((await countContents(db, accountId, now - DAY_MS)) >= MOST_VERSIONS_A_DAY)
    throw passingProblem('rate-limited', 'Too much was stated today.', AN_HOUR_SECONDS);
  const erase = eraseAfterFor(endsAt, now);
  const { at, key, version } = await placeFor(db, keys, accountId, before, erase, now);
  const sealedContent = sealContent(key, at, version, content);
  await addContent(db, { ...at, version, sealedContent, endsAt, eraseAfter: erase }, now);
  await setPhone(db, at, blindIndexes(keys, 'phone', normalisePhone(content.phone)), erase);
  return at;
}

/** Appends a step to an application. The row of the account must be locked. */
export async function takeStep(
  db: Db,
  { accountId, applicationId }: ApplicationKey,
  step: Step,
  now: Instant,
  more: Partial<NewStep> = {},
): Promise<void> {
  const nothing = {
    personId: null,
    caseId: null,
    reference: null,
    expiresAt: null,
    actor: null,
    authority: null,
  };
  const row = { ...nothing, ...more, accountId, applicationId, step, takenAt: now };
  await addStep(db, row, eraseAfter('identity', now));
}

async function placeFor(
  db: Db,
  keys: KeyRing,
  accountId: string,
  before: Application | undefined,
  erase: Instant,
  now: Instant,
): Promise<{ readonly at: ApplicationKey; readonly key: DataKey; readonly version: number }> {
  if (isLive(before) && before.opened)
    return { at: before, key: before.opened.key, version: before.version + 1 };
  // What was stated for a code that this account shows no more has no purpose.
  if (before?.opened) await destroyContent(db, before);
  const at = { accountId, applicationId: timeUuid(now) };
  const { wrapped, key } = createDataKey(keys, at.applicationId);
  await addApplication(db, at, wrapped, now, erase);
  await takeStep(db, at, 'made', now);
  return { at, key, version: 1 };
}

function eraseAfterFor(endsAt: Instant, now: Instant): Instant {
  return endsAt === NEVER ? eraseAfter('identity', now) : endsAt + VISITOR_DAYS * DAY_MS;
}
