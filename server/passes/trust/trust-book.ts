import { followKeyList, type KeyList, type Pin } from '../../../credential/trust/key-list.ts';
import { acceptRuleBundle, type RuleBundle } from '../../../credential/trust/rule-bundle.ts';
import { verify } from '../../../gate/verify.ts';
import type { Db } from '../../platform/db/database.ts';
import { OperatorError } from '../../platform/operator-error.ts';
import { type KeptTrust, keep } from './kept.ts';
import { countPublished, type KeyListRow, keyLists, type RuleBundleRow, ruleBundles } from './store.ts';

/** The keys and the rules that the province has signed, held in memory: what gates fetch, and what the service goes by. */
export interface TrustBook {
  /** The newest key list: keys, parameters, province, and its bytes. It is verified from the pinned root on. */
  readonly keys: () => KeyList;
  /** The bundle under a number, if the keys of the list have signed it; the latest where it was signed again. */
  readonly ruleBundle: (number: number) => RuleBundle | undefined;
  /** Reads what was published since; says whether anything was. What cannot be believed throws, and changes nothing. */
  readonly refresh: () => Promise<boolean>;
}

/**
 * Opens the book of a database that has a key list. What was published is kept in the folder of the trust, too.
 *
 * @throws {OperatorError} when the lists do not follow from the pinned root
 */
export async function openTrustBook(db: Db, pin: Pin, folder: string): Promise<TrustBook> {
  // Counted first: what is added while it is read is found at the next look.
  let counted = await countPublished(db);
  let held = await readTrust(db, pin);
  keep(folder, held.published);
  let reading: Promise<boolean> = Promise.resolve(false);
  const refresh = async () => {
    const count = await countPublished(db);
    if (count === counted) return false;
    held = await readTrust(db, pin);
    counted = count;
    keep(folder, held.published);
    return true;
  };
  return {
    keys: () => held.list,
    ruleBundle: (number) => held.bundles.get(number),
    refresh: () => {
      // One that has begun may have missed what was committed before this was called.
      reading = reading.then(refresh, refresh);
      return reading;
    },
  };
}

interface Held {
  readonly list: KeyList;
  readonly bundles: ReadonlyMap<number, RuleBundle>;
  readonly published: KeptTrust;
}

async function readTrust(db: Db, pin: Pin): Promise<Held> {
  const lists = await keyLists(db);
  const list = lastOf(lists, pin);
  const bundles = new Map<number, RuleBundle>();
  const accepted: RuleBundleRow[] = [];
  for (const row of await ruleBundles(db)) {
    const { number, message } = row;
    const bundle = acceptRuleBundle(bundles.get(number), message, list, verify);
    // What is signed by keys that do not count, or no longer, is as good as not there.
    if ('refused' in bundle || bundle.number !== number) continue;
    bundles.set(number, bundle);
    accepted.push(row);
  }
  const published = { keyLists: lists.map((row) => ({ ...row, revision: 1 })), ruleBundles: accepted };
  return { list, bundles, published };
}

function lastOf(lists: readonly KeyListRow[], pin: Pin): KeyList {
  let known: Pin | KeyList = pin;
  for (const { message: bytes } of lists) {
    const list: KeyList | { readonly refused: string } = followKeyList(known, bytes, verify);
    if ('refused' in list)
      throw new OperatorError(
        `a key list of this database does not follow from the pinned root: ${list.refused}`,
      );
    known = list;
  }
  if (!('bytes' in known)) throw new OperatorError('this database has no key list');
  return known;
}
