import type { CodeStatus } from '../../api/applications/applications.ts';
import type { Instant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { type DataKey, openDataKey } from '../platform/keys/envelope.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { type Content, openContent } from './content.ts';
import { type ApplicationKey, type ApplicationRow, latestApplication, type StepRow } from './store.ts';

/** The application that an account made last. */
export interface Application extends ApplicationKey {
  readonly status: CodeStatus;
  readonly version: number;
  readonly endsAt: Instant;
  readonly eraseAfter: Instant;
  readonly steps: readonly StepRow[];
  /** Missing once its data key is destroyed. */
  readonly opened: { readonly key: DataKey; readonly content: Content } | undefined;
}

/** How far an account is with its code. */
export interface ShownApplication {
  readonly status: CodeStatus;
  /** What to show at a counter, while something waits for one. */
  readonly reference?: string;
  /** Whose code it is, when one is shown; not masked. */
  readonly holder?: { readonly name: string };
}

/** How far an account is with its code; never anything about a document that is not confirmed. */
export async function applicationOf(
  db: Db,
  keys: KeyRing,
  accountId: string,
  now: Instant,
): Promise<ShownApplication> {
  const application = await readApplication(db, keys, accountId, now);
  if (!application) return { status: 'none' };
  const { status, opened } = application;
  const reference = referenceIn(application, now);
  return {
    status,
    ...(reference !== undefined && { reference }),
    ...(status === 'active' && opened && { holder: { name: opened.content.name } }),
  };
}

/** The application that an account made last; undefined when it made none. */
export async function readApplication(
  db: Db,
  keys: KeyRing,
  accountId: string,
  now: Instant,
): Promise<Application | undefined> {
  const row = await latestApplication(db, accountId);
  if (!row) return undefined;
  const { applicationId, version, endsAt, eraseAfter, steps, shownPersonId } = row;
  const status = statusOf(steps, endsAt, shownPersonId ?? undefined, now);
  return { accountId, applicationId, version, endsAt, eraseAfter, steps, status, opened: openRow(keys, row) };
}

/** Whether an application can still come to something, or has. */
export function isLive(application: Application | undefined): application is Application {
  return application?.status === 'pending' || application?.status === 'active';
}

/** The reference that an applicant can show now, when something waits for a counter. */
export function referenceIn({ status, steps, opened }: Application, now: Instant): string | undefined {
  const isWaiting = status === 'pending' || (status === 'active' && opened?.content.further !== undefined);
  if (!isWaiting) return undefined;
  const last = steps.findLast(({ step }) => step === 'referred');
  return last && last.expiresAt! > now ? last.reference! : undefined;
}

/** Follows from the steps, the day on which a visitor leaves, and whose code the account shows. */
export function statusOf(
  steps: readonly Pick<StepRow, 'step' | 'personId'>[],
  endsAt: Instant,
  shownPersonId: string | undefined,
  now: Instant,
): CodeStatus {
  const has = (wanted: StepRow['step']) => steps.some(({ step }) => step === wanted);
  if (has('withdrawn') || endsAt <= now) return 'withdrawn';
  if (has('lost')) return 'none';
  const confirmed = steps.findLast(({ step }) => step === 'confirmed');
  if (!confirmed) return 'pending';
  // The account may have lost the code in another way: a document that is verified as another one (decision 0020).
  return confirmed.personId === shownPersonId ? 'active' : 'none';
}

function openRow(keys: KeyRing, row: ApplicationRow): Application['opened'] {
  if (!row.wrappedKey || !row.sealedContent) return undefined;
  const key = openDataKey(keys, row.applicationId, row.wrappedKey);
  return { key, content: openContent(key, row, row.version, row.sealedContent) };
}
