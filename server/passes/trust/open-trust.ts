import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RuleBundleContent } from '../../../credential/trust/rule-bundle.ts';
import { type Instant, NEVER, wholeSecond } from '../../../domain/time.ts';
import type { Database } from '../../platform/db/database.ts';
import { addInForce, addPackage, packageText, rulesInForce } from '../../rules/store.ts';
import { foundTrust, readFounded } from './found.ts';
import { putBackPublished } from './put-back.ts';
import { addKeyList, addRuleBundle, keyLists } from './store.ts';
import { openTrustBook, type TrustBook } from './trust-book.ts';
import { pinnedIn } from './trust-folder.ts';

/** The package with which an installation begins. */
const FOUNDING = { id: 'zj-2021-01', file: new URL('../../../rules/zj-2021-01.json', import.meta.url) };
const OPERATOR = 'founding';

/**
 * Opens the trust of an installation. One that has no key list yet is founded: it gets a root, keys and a first list, and
 * begins with the rules of the notice, in force since ever (S1). One that was restored gets back what was published since.
 *
 * @throws {OperatorError} when the lists in the database do not follow from the root that the folder pins
 */
export async function openTrust(db: Database, folder: string, now: Instant): Promise<TrustBook> {
  if ((await keyLists(db)).length === 0) await found(db, folder, now);
  const pin = pinnedIn(folder);
  await putBackPublished(db, folder, pin, now);
  return openTrustBook(db, pin, folder);
}

async function found(db: Database, folder: string, now: Instant): Promise<void> {
  if ((await rulesInForce(db)).length === 0) await beginRules(db, now);
  const rules = await rulesToSign(db, now);
  foundTrust(folder, rules, now);
  const founded = readFounded(
    folder,
    rules.map(({ number }) => number),
  );
  const recorded = { recordedAt: now, recordedBy: OPERATOR };
  await db.transaction(async (one) => {
    for (const [number, message] of founded.ruleBundles)
      await addRuleBundle(one, { number, revision: 1 }, { message, ...recorded });
    await addKeyList(one, 1, { message: founded.keyList, ...recorded });
  });
}

async function beginRules(db: Database, now: Instant): Promise<void> {
  const { id, file } = FOUNDING;
  const text = readFileSync(file, 'utf8');
  await addPackage(db, id, createHash('sha256').update(text).digest(), text, now);
  await addInForce(db, { number: 1, rules: id, inForceFrom: -NEVER, recordedAt: -NEVER });
}

/** Everything that is in force, or will be. */
async function rulesToSign(db: Database, now: Instant): Promise<RuleBundleContent[]> {
  const issuedAt = wholeSecond(now);
  const bundles: RuleBundleContent[] = [];
  for (const { number, rules: id, inForceFrom } of await rulesInForce(db)) {
    const rules = new TextEncoder().encode(await packageText(db, id));
    bundles.push({ id, number, inForceFrom: Math.max(0, inForceFrom), issuedAt, rules });
  }
  return bundles;
}
