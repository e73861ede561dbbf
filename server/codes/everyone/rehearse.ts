import { assess } from '../../../domain/codes/assess.ts';
import type { Fact } from '../../../domain/evidence/fact.ts';
import { type Instant, NEVER } from '../../../domain/time.ts';
import { pendingChanges } from '../../places/concern/store.ts';
import type { Database, Db, Transaction } from '../../platform/db/database.ts';
import { BUCKETS } from '../../platform/db/uuid.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { turnsOf } from '../buckets/store.ts';
import type { Decision, DecisionInForce } from '../decision.ts';
import { readDossiers, withKin } from '../dossiers.ts';
import { peopleConcludedSince } from '../store.ts';
import { readFacts } from './facts-row.ts';
import { LANES } from './help-with-everyone.ts';
import { wordsInForce } from './look-again.ts';
import { reachMsOf, wordsNow } from './marks.ts';
import { isOver, overBefore } from './over.ts';
import { rowsOfCopy } from './read-copy.ts';
import { type Counts, createCounts, type Difference, type Rehearsal } from './rehearsal.ts';
import { idOf, openEach, type SealedRows } from './sealed-facts.ts';
import {
  copyFacts,
  countedPeople,
  countPeople,
  lastWholeRun,
  peopleConcludedElsewhere,
  peopleDue,
  peopleWithoutFacts,
  readInOrder,
} from './store.ts';

/** What a rehearsal needs. */
export interface Rehearsing {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly inForce: DecisionInForce;
  readonly other: Decision;
  readonly at: Instant;
  readonly onLooked?: (people: number) => void;
}

/** People whose evidence is opened together. */
const TOGETHER = 500;

/** What another rule package would change about whom at an instant, counted. Nothing is written. */
export async function rehearse(rehearsing: Rehearsing): Promise<Rehearsal> {
  const { database, other } = rehearsing;
  const counts = createCounts(other.rules.id);
  const sums = { people: 0, unreadable: 0 };
  const elsewhere = new Set(await peopleConcludedElsewhere(database));
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  const turns = await turnsOf(database, buckets);
  const whole = new Set(turns.filter(({ hasAllFacts }) => hasAllFacts).map(({ bucket }) => bucket));
  const lane = async () => {
    for (let bucket = buckets.pop(); bucket !== undefined; bucket = buckets.pop()) {
      const { people, unreadable } = await rehearseBucket(rehearsing, bucket, {
        elsewhere,
        isWhole: whole.has(bucket),
        counts,
      });
      sums.people += people;
      sums.unreadable += unreadable;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return counts.result(sums.people, sums.unreadable);
}

interface Bucketful {
  readonly elsewhere: ReadonlySet<string>;
  /** Whether facts are kept about everybody there. */
  readonly isWhole: boolean;
  readonly counts: Counts;
}

async function rehearseBucket(
  rehearsing: Rehearsing,
  bucket: number,
  { elsewhere, isWhole, counts }: Bucketful,
): Promise<{ readonly people: number; readonly unreadable: number }> {
  const { database, onLooked = () => {} } = rehearsing;
  const add = async (differences: readonly Difference[]) => {
    if (differences.length > 0) counts.add(differences, await countedPeople(database, idsOf(differences)));
  };
  const slow: string[] = [];
  const look = async (db: Transaction) => {
    const all = await countPeople(db, bucket);
    if (!isWhole) slow.push(...(await peopleWithoutFacts(db, bucket, all)));
    const doubtful = await doubtfulIn(db, bucket, rehearsing);
    await readInOrder(db);
    const copying = copyFacts(bucket, overBefore(reachOf(rehearsing), rehearsing.at));
    let left = all - slow.length;
    for await (const rows of rowsOfCopy(db.copyChunks(copying))) {
      const { differences, others } = differencesIn(rehearsing, rows, elsewhere, doubtful);
      await add(differences);
      slow.push(...others);
      left -= rows.count;
      onLooked(rows.count);
    }
    onLooked(Math.max(0, left));
    return all;
  };
  const people = await database.transaction(look, { mayLast: true });
  let unreadable = 0;
  for (let first = 0; first < slow.length; first += TOGETHER) {
    const some = await fromEvidence(database, rehearsing, slow.slice(first, first + TOGETHER));
    await add(some.differences);
    unreadable += some.unreadable;
  }
  return { people, unreadable };
}

/**
 * Those in a bucket of whom what is kept may not follow from what decided at the instant that is rehearsed: whoever is due, and
 * whoever was concluded about since. Undefined when that is everybody: until all were looked at by these rules, once they are by
 * later ones, and while nobody has looked whom the areas concern that are known.
 */
async function doubtfulIn(
  db: Db,
  bucket: number,
  { inForce: { inForce }, at }: Rehearsing,
): Promise<ReadonlySet<string> | undefined> {
  const [turn] = await turnsOf(db, [bucket]);
  if (turn?.number !== inForce.number || (await lastWholeRun(db, inForce.number)) === undefined)
    return undefined;
  // Whom they concern is due once they are no longer pending, so these are asked for first.
  if ((await pendingChanges(db, at)).length > 0) return undefined;
  return new Set([...(await peopleDue(db, bucket)), ...(await peopleConcludedSince(db, bucket, at))]);
}

function idsOf(differences: readonly Difference[]): string[] {
  return differences.map(({ personId }) => personId);
}

function differencesIn(
  rehearsing: Rehearsing,
  rows: SealedRows,
  elsewhere: ReadonlySet<string>,
  doubtful: ReadonlySet<string> | undefined,
): { readonly differences: Difference[]; readonly others: string[] } {
  const { keys, inForce, other, at } = rehearsing;
  const reachMs = reachOf(rehearsing);
  const differences: Difference[] = [];
  const readAlike = JSON.stringify(inForce.lists) === JSON.stringify(other.lists);
  const others = openEach(keys, rows, (view, start, row) => {
    if (elsewhere.size > 0 && elsewhere.has(idOf(rows.bytes, rows.idAt[row]!))) return false;
    if (isOver(view, start, at, reachMs)) return true;
    const facts = readFacts(view, start, inForce.lists, false);
    if (!facts || !(readAlike || readFacts(view, start, other.lists, false))) return false;
    const then = wordsNow(facts, other, at);
    const held = doubtful && wordsInForce(view, start, at);
    // Nearly always that is all; whoever seems to differ is looked at closely.
    if (held && isSame(held, then) && !doubtful.has(idOf(rows.bytes, rows.idAt[row]!))) return true;
    if (!isSame(wordsNow(facts, inForce, at), then))
      differences.push(differenceOf(idOf(rows.bytes, rows.idAt[row]!), facts, inForce, other, at));
    return true;
  });
  return { differences, others };
}

type Words = readonly [one: number, other: number];

function isSame([a, b]: Words, [c, d]: Words): boolean {
  return a === c && b === d;
}

/** By kind: how long after its last instant a fact may matter by either rules. */
function reachOf({ inForce, other }: Rehearsing): number[] {
  const own = reachMsOf(inForce);
  return reachMsOf(other).map((ms, kind) => Math.max(ms, own[kind]!));
}

function differenceOf(
  personId: string,
  facts: readonly Fact[],
  inForce: Decision,
  other: Decision,
  at: Instant,
): Difference {
  const before = assess(facts, inForce.rules, inForce.areas, at);
  return { personId, before, after: assess(facts, other.rules, other.areas, at) };
}

/** The same about those about whom only evidence can tell. */
async function fromEvidence(
  db: Db,
  { keys, inForce, other, at }: Rehearsing,
  personIds: readonly string[],
): Promise<{ readonly differences: Difference[]; readonly unreadable: number }> {
  const wanted = new Set(personIds);
  const kin = await withKin(db, personIds);
  const dossiers = async ({ lists }: Decision) => readDossiers(db, keys, lists, kin, NEVER);
  const [now, then] = [await dossiers(inForce), await dossiers(other)];
  const unreadable = new Set([...now.unreadable.keys(), ...then.unreadable.keys()]);
  const differences = now.dossiers.flatMap(({ personId, facts }) => {
    if (!wanted.has(personId) || unreadable.has(personId)) return [];
    const difference = differenceOf(personId, facts, inForce, other, at);
    return textOf(difference.before) === textOf(difference.after) ? [] : [difference];
  });
  return { differences, unreadable: [...unreadable].filter((personId) => wanted.has(personId)).length };
}

function textOf({ colour, nextChangeAt, grounds, measures, advisories }: Difference['before']): string {
  return JSON.stringify([colour, nextChangeAt, grounds, measures, advisories]);
}
