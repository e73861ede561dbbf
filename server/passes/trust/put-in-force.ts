import { createHash } from 'node:crypto';
import type { RuleBundle } from '../../../credential/trust/rule-bundle.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { OperatorError } from '../../platform/operator-error.ts';
import { addInForce, addPackage, packageText, rulesInForce } from '../../rules/store.ts';

/** Puts the package of a bundle in force, unless it is. */
export async function putInForce(
  db: Db,
  { id, number, inForceFrom, rules }: RuleBundle,
  now: Instant,
): Promise<void> {
  const rows = await rulesInForce(db);
  if (rows.some((row) => row.number === number)) return;
  const next = (rows.at(-1)?.number ?? 0) + 1;
  if (number !== next) throw refused('the rule bundle', `the next number is ${next}`);
  const text = new TextDecoder().decode(rules);
  await addPackage(db, id, createHash('sha256').update(rules).digest(), text, now);
  if ((await packageText(db, id)) !== text)
    throw refused('the rule bundle', `another package has the id ${id}`);
  if (!(await addInForce(db, { number, rules: id, inForceFrom, recordedAt: now })))
    throw refused('the rule bundle', `another one of number ${number} was published`);
}

function refused(what: string, why: string): OperatorError {
  return new OperatorError(`${what} is not published: ${why}`);
}
