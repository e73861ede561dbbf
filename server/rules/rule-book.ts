import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ClosedLists } from '../../domain/evidence/kinds.ts';
import { describeFault } from '../../domain/fault.ts';
import { checkPackage } from '../../domain/rules/check.ts';
import { type CompiledRules, compileRules } from '../../domain/rules/compile.ts';
import { listsOf, runOwnTests } from '../../domain/rules/own-tests.ts';
import type { RulePackage } from '../../domain/rules/schema.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import { addInForce, addPackage, type InForceRow, packageText, rulesInForce } from './store.ts';

/** A rule package that may decide. */
export interface UsableRules {
  readonly rules: RulePackage;
  readonly compiled: CompiledRules;
  readonly lists: ClosedLists;
}

/** The rule packages of the province and when each is in force (S1, S2), held in memory. */
export interface RuleBook {
  /** The package that decides at an instant, as known at another; by default as known now. */
  readonly at: (at: Instant, knownAt?: Instant) => UsableRules;
  /** A package by its id; undefined when it was never to be in force. */
  readonly find: (rules: string) => UsableRules | undefined;
  /** Reads what was added since; says whether anything was. */
  readonly refresh: () => Promise<boolean>;
}

/** The package with which an installation begins. */
const FOUNDING = { id: 'zj-2021-01', file: new URL('../../rules/zj-2021-01.json', import.meta.url) };

/** Opens the book. One that is empty begins with the package of the notice, in force since ever. */
export async function openRuleBook(db: Db, now: Instant): Promise<RuleBook> {
  await found(db, now);
  const packages = new Map<string, UsableRules>();
  let rows: readonly InForceRow[] = [];
  const refresh = async () => {
    const read = await rulesInForce(db);
    for (const { rules } of read) if (!packages.has(rules)) packages.set(rules, await usable(db, rules));
    const changed = read.length !== rows.length;
    rows = read;
    return changed;
  };
  await refresh();
  return {
    at: (at, knownAt = NEVER) => packages.get(inForceAt(rows, at, knownAt).rules)!,
    find: (rules) => packages.get(rules),
    refresh,
  };
}

async function found(db: Db, now: Instant): Promise<void> {
  if ((await rulesInForce(db)).length > 0) return;
  const { id, file } = FOUNDING;
  const text = readFileSync(file, 'utf8');
  await addPackage(db, id, createHash('sha256').update(text).digest(), text, now);
  await addInForce(db, { number: 1, rules: id, inForceFrom: -NEVER, recordedAt: -NEVER });
}

/** The row with the latest instant that has come; of two for one instant the higher number. */
function inForceAt(rows: readonly InForceRow[], at: Instant, knownAt: Instant): InForceRow {
  let found = rows[0]!;
  for (const row of rows)
    if (row.recordedAt <= knownAt && row.inForceFrom <= at && row.inForceFrom >= found.inForceFrom)
      found = row;
  return found;
}

/** A package decides about people only when its form is right and all its own tests pass. */
async function usable(db: Db, id: string): Promise<UsableRules> {
  const text = await packageText(db, id);
  const { rules, faults } = checkPackage(text === undefined ? undefined : JSON.parse(text));
  const wrong = rules ? runOwnTests(rules) : faults;
  if (!rules || wrong.length > 0)
    throw new Error(
      `rule package ${id} may not decide: ${wrong[0] ? describeFault(wrong[0]) : 'unreadable'}`,
    );
  return { rules, compiled: compileRules(rules), lists: listsOf(rules) };
}
