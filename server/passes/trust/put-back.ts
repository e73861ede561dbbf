import { followKeyList, type KeyList, type Pin } from '../../../credential/trust/key-list.ts';
import { acceptRuleBundle } from '../../../credential/trust/rule-bundle.ts';
import { verify } from '../../../gate/verify.ts';
import type { Database } from '../../platform/db/database.ts';
import { OperatorError } from '../../platform/operator-error.ts';
import { type Kept, readKept } from './kept.ts';
import { putInForce } from './put-in-force.ts';
import { addKeyList, addRuleBundle, keyLists, type Published, ruleBundles } from './store.ts';

const RESTORE = 'restore';

/**
 * Puts back on record what was published and the database does not know, because it was restored to before that: gates refuse
 * whatever is older than what they hold.
 *
 * @throws {OperatorError} when what the folder keeps is not what follows from the pinned root
 */
export async function putBackPublished(
  db: Database,
  folder: string,
  pin: Pin,
  now: Published['recordedAt'],
): Promise<void> {
  const kept = readKept(folder);
  const recorded = { recordedAt: now, recordedBy: RESTORE };
  const list = await putBackKeyLists(db, kept.keyLists, pin, recorded);
  if (list) await putBackRules(db, kept.ruleBundles, list, recorded);
}

type Recorded = Omit<Published, 'message'>;

/** The newest list, after those that the database does not have were added to it. */
async function putBackKeyLists(
  db: Database,
  kept: readonly Kept[],
  pin: Pin,
  recorded: Recorded,
): Promise<KeyList | undefined> {
  const messages = new Map(kept.map(({ number, message }) => [number, message]));
  const rows = await keyLists(db);
  const onRecord = new Set(rows.map(({ number }) => number));
  // What is on record counts where both have it: the same list may have been signed again by others.
  for (const { number, message } of rows) messages.set(number, message);
  let list: KeyList | undefined;
  for (const [version, message] of [...messages].sort(([one], [other]) => one - other)) {
    const next = followKeyList(list ?? pin, message, verify);
    if ('refused' in next || next.version !== version)
      throw notFollowing(`key list ${version}`, 'refused' in next ? next.refused : 'another version');
    list = next;
    if (!onRecord.has(version)) await addKeyList(db, version, { message, ...recorded });
  }
  return list;
}

async function putBackRules(
  db: Database,
  kept: readonly Kept[],
  list: KeyList,
  recorded: Recorded,
): Promise<void> {
  const onRecord = new Set((await ruleBundles(db)).map(({ number, revision }) => `${number} ${revision}`));
  for (const { number, revision, message } of kept) {
    if (onRecord.has(`${number} ${revision}`)) continue;
    const bundle = acceptRuleBundle(undefined, message, list, verify);
    if ('refused' in bundle) {
      // By keys that count no longer it decides about nobody; a later revision does.
      if (bundle.refused === 'not-signed') continue;
      throw notFollowing(`rule bundle ${number}`, bundle.refused);
    }
    if (bundle.number !== number) throw notFollowing(`rule bundle ${number}`, 'another number');
    await db.transaction(async (one) => {
      await putInForce(one, bundle, recorded.recordedAt);
      await addRuleBundle(one, { number, revision }, { message, ...recorded });
    });
  }
}

function notFollowing(what: string, why: string): OperatorError {
  return new OperatorError(`${what} in the folder of the trust does not follow from the pinned root: ${why}`);
}
