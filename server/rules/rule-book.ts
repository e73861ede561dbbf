import type { ClosedLists } from '../../domain/evidence/kinds.ts';
import { describeFault } from '../../domain/fault.ts';
import { checkPackage } from '../../domain/rules/check.ts';
import { type CompiledRules, compileRules } from '../../domain/rules/compile.ts';
import { listsOf, runOwnTests } from '../../domain/rules/own-tests.ts';
import type { RulePackage } from '../../domain/rules/schema.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import type { InForce } from '../codes/decision.ts';
import type { TrustBook } from '../passes/trust/trust-book.ts';
import type { Db } from '../platform/db/database.ts';
import { OperatorError } from '../platform/operator-error.ts';
import { type InForceRow, rulesInForce } from './store.ts';

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
  /** Under what that package was put in force, and until when it decides. */
  readonly inForceAt: (at: Instant) => InForce;
  /** The number of it; passes name it. */
  readonly numberAt: (at: Instant) => number;
  /** Since when that package has decided: from its instant on, or since it was recorded if that was later. */
  readonly decidesSince: (at: Instant) => Instant;
  /** A package by its id; undefined when it was never to be in force. */
  readonly find: (rules: string) => UsableRules | undefined;
  /** Reads what was added since; says whether anything was. */
  readonly refresh: () => Promise<boolean>;
}

/**
 * Opens the book. Every row of it has to be signed by the province: rules that are not decide about nobody (S1).
 *
 * @throws {OperatorError} when some are not
 */
export async function openRuleBook(db: Db, trust: TrustBook): Promise<RuleBook> {
  let packages: ReadonlyMap<string, UsableRules> = new Map();
  let rows: readonly InForceRow[] = [];
  const refresh = async () => {
    const read = await rulesInForce(db);
    // After the rows: a bundle was committed together with its row.
    await trust.refresh();
    const usable = new Map(
      [...signedTexts(read, trust)].map(([rules, text]) => [
        rules,
        packages.get(rules) ?? readUsable(rules, text),
      ]),
    );
    const changed = read.length !== rows.length;
    packages = usable;
    rows = read;
    return changed;
  };
  await refresh();
  return {
    at: (at, knownAt = NEVER) => packages.get(inForceAt(rows, at, knownAt).rules)!,
    inForceAt: (at) => {
      const { inForceFrom: from, number } = inForceAt(rows, at, NEVER);
      return { from, number, until: nextAfter(rows, at) };
    },
    numberAt: (at) => inForceAt(rows, at, NEVER).number,
    decidesSince: (at) => {
      const { inForceFrom, recordedAt } = inForceAt(rows, at, NEVER);
      return Math.max(inForceFrom, recordedAt);
    },
    find: (rules) => packages.get(rules),
    refresh,
  };
}

/** The text of each package as the province has signed it. */
function signedTexts(rows: readonly InForceRow[], trust: TrustBook): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { number, rules, inForceFrom } of rows) {
    const bundle = trust.ruleBundle(number);
    // Since ever is written as 0 in a bundle.
    const isOfRow = bundle?.id === rules && bundle.inForceFrom === Math.max(0, inForceFrom);
    if (!isOfRow) throw mayNotDecide(rules, number, 'the province has not signed it');
    const text = new TextDecoder().decode(bundle.rules);
    if ((texts.get(rules) ?? text) !== text) throw mayNotDecide(rules, number, 'another one has its id');
    texts.set(rules, text);
  }
  return texts;
}

function mayNotDecide(rules: string, number: number, why: string): OperatorError {
  return new OperatorError(`rule package ${rules} (number ${number}) may not decide: ${why}`);
}

/** The row with the latest instant that has come; of two for one instant the higher number. */
function inForceAt(rows: readonly InForceRow[], at: Instant, knownAt: Instant): InForceRow {
  let found = rows[0]!;
  for (const row of rows)
    if (row.recordedAt <= knownAt && row.inForceFrom <= at && row.inForceFrom >= found.inForceFrom)
      found = row;
  return found;
}

/** When the next rules begin to decide after an instant; `NEVER` when none are known that will. */
function nextAfter(rows: readonly InForceRow[], at: Instant): Instant {
  let next = NEVER;
  for (const { inForceFrom } of rows) if (inForceFrom > at && inForceFrom < next) next = inForceFrom;
  return next;
}

/** A package decides about people only when its form is right and all its own tests pass; throws otherwise. */
export function readUsable(id: string, text: string): UsableRules {
  const { rules, faults } = checkPackage(JSON.parse(text));
  const wrong = rules ? runOwnTests(rules) : faults;
  if (!rules || wrong.length > 0)
    throw new OperatorError(
      `rule package ${id} may not decide: ${wrong[0] ? describeFault(wrong[0]) : 'unreadable'}`,
    );
  return { rules, compiled: compileRules(rules), lists: listsOf(rules) };
}
