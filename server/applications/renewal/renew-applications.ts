import type { Database, Db } from '../../platform/db/database.ts';
import { blindIndexes } from '../../platform/keys/blind-index.ts';
import { openDataKey, rewrap } from '../../platform/keys/envelope.ts';
import { KeyError } from '../../platform/keys/key-error.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { versionOf } from '../../platform/keys/version-number.ts';
import { normalisePhone, openContent } from '../content.ts';
import {
  addPhoneIndexes,
  applicationsAfter,
  type KeyedApplication,
  latestVersion,
  phoneIndexesOf,
  replaceWrappedKey,
} from './store.ts';

/** What was written anew about applications. */
export interface RenewedApplications {
  /** At how many it looked. */
  readonly applications: number;
  /** Blind indexes of phones that were missing. */
  readonly indexes: number;
  /** Data keys that a former version had wrapped. */
  readonly rewrapped: number;
  /** Those that do not open. They stay as they are, and need what they needed. */
  readonly unreadable: number;
}

/** Applications in one transaction, which then is over in a moment. */
const TOGETHER = 200;
const BEFORE_EVERYONE = '00000000-0000-0000-0000-000000000000';

/**
 * Writes what a rotation leaves to be written about applications: the data key wrapped by the current version, and the
 * blind indexes of the phone under every version that is not retired. It may run beside people who apply and beside
 * itself, and be broken off and begun again.
 *
 * @throws {KeyError} when a key file is wrong
 */
export async function renewApplications(database: Database, keys: KeyRing): Promise<RenewedApplications> {
  const total = { applications: 0, indexes: 0, rewrapped: 0, unreadable: 0 };
  for (let after: string | undefined = BEFORE_EVERYONE; after !== undefined; ) {
    keys.refresh();
    const page = await database.transaction((db) => readPage(db, after!));
    for (const application of page) {
      const renewed = await database.transaction((db) => renew(db, keys, application));
      total.applications++;
      total.indexes += renewed.indexes;
      total.rewrapped += renewed.rewrapped;
      total.unreadable += renewed.unreadable;
    }
    after = page.at(-1)?.accountId;
  }
  return total;
}

async function readPage(db: Db, after: string): Promise<KeyedApplication[]> {
  const page = await applicationsAfter(db, after, TOGETHER);
  const indexes = new Map<string, Buffer[]>(page.map(({ accountId }) => [accountId, []]));
  for (const { accountId, index } of await phoneIndexesOf(db, [...indexes.keys()]))
    indexes.get(accountId)!.push(index);
  return page.map((one) => ({ ...one, indexes: indexes.get(one.accountId)! }));
}

const NOTHING: Omit<RenewedApplications, 'applications'> = { indexes: 0, rewrapped: 0, unreadable: 0 };

async function renew(db: Db, keys: KeyRing, application: KeyedApplication): Promise<typeof NOTHING> {
  const { applicationId, wrappedKey, version, sealedContent, indexes } = application;
  const has = new Set(indexes.map(versionOf));
  const isMissing = keys.live('phone').some((key) => !has.has(key.version));
  const state = keys.find('envelope', versionOf(wrappedKey) ?? 0)?.state;
  // A process that is a step behind takes the newest version for a coming one, and must not wrap with an older one.
  const isFresh = state === 'current' || state === 'coming';
  if (isFresh && !isMissing) return NOTHING;
  try {
    const after = isFresh ? wrappedKey : rewrap(keys, applicationId, wrappedKey)!;
    const key = openDataKey(keys, applicationId, wrappedKey);
    const { phone } = openContent(key, application, version, sealedContent);
    // Whoever has left in the meantime needs nothing any more.
    if (!(await replaceWrappedKey(db, application, after))) return NOTHING;
    const rewrapped = isFresh ? 0 : 1;
    // The row is locked now. Whoever has corrected it before that has written all indexes.
    const isLatest = (await latestVersion(db, application)) === version;
    if (!isMissing || !isLatest) return { ...NOTHING, rewrapped };
    const missing = blindIndexes(keys, 'phone', normalisePhone(phone)).filter(
      (index) => !has.has(versionOf(index)),
    );
    return { ...NOTHING, indexes: await addPhoneIndexes(db, application, missing), rewrapped };
  } catch (error) {
    if (error instanceof KeyError) return { ...NOTHING, unreadable: 1 };
    throw error;
  }
}
