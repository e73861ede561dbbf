import { assess } from '../../../domain/codes/assess.ts';
import type { Fact } from '../../../domain/evidence/fact.ts';
import { type Instant, NEVER } from '../../../domain/time.ts';
import type { Database, Db } from '../../platform/db/database.ts';
import { BUCKETS } from '../../platform/db/uuid.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import type { Decision } from '../decision.ts';
import { readDossiers, withKin } from '../dossiers.ts';
import { isOver, LAYOUT, readFacts } from './facts-row.ts';
import { type Marks, marksOf, overBefore, reachMsOf } from './marks.ts';
import { rowsOfCopy } from './read-copy.ts';
import { createCounts, type Difference, type Rehearsal } from './rehearsal.ts';
import { idOf, openFacts, type SealedRows } from './sealed-facts.ts';
import {
  copyFacts,
  countedPeople,
  countPeople,
  peopleConcludedElsewhere,
  peopleWithoutFacts,
  readInOrder,
} from './store.ts';

/** What a rehearsal needs. */
export interface Rehearsing {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly inForce: Decision;
  readonly other: Decision;
  readonly at: Instant;
  readonly onLooked?: (people: number) => void;
}

/** People whose evidence is opened together. */
const TOGETHER = 500;

/** What another rule package would change about whom at an instant, counted. Nothing is written. */
export async function rehearse(rehearsing: Rehearsing): Promise<Rehearsal> {
  const { database, other, onLooked = () => {} } = rehearsing;
  const counts = createCounts(other.rules.id);
  let people = 0;
  let unreadable = 0;
  const elsewhere = new Set(await peopleConcludedElsewhere(database));
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const slow: string[] = [];
    await database.transaction(async (db) => {
      const found = await countPeople(db, bucket);
      if (found.people !== found.kept) slow.push(...(await peopleWithoutFacts(db, bucket)));
      people += slow.length;
      await readInOrder(db);
      const copying = copyFacts(bucket, overBefore(reachOf(rehearsing), rehearsing.at));
      let left = found.kept;
      for await (const rows of rowsOfCopy(db.copyChunks(copying))) {
        const { differences, others } = differencesIn(rehearsing, rows, elsewhere);
        counts.add(differences, await countedPeople(database, idsOf(differences)));
        slow.push(...others);
        left -= rows.count;
        onLooked(rows.count);
      }
      people += found.kept;
      onLooked(Math.max(0, left));
    });
    for (let first = 0; first < slow.length; first += TOGETHER) {
      const some = await fromEvidence(database, rehearsing, slow.slice(first, first + TOGETHER));
      counts.add(some.differences, await countedPeople(database, idsOf(some.differences)));
      unreadable += some.unreadable;
    }
  }
  return counts.result(people, unreadable);
}

function idsOf(differences: readonly Difference[]): string[] {
  return differences.map(({ personId }) => personId);
}

function differencesIn(
  rehearsing: Rehearsing,
  rows: SealedRows,
  elsewhere: ReadonlySet<string>,
): { readonly differences: Difference[]; readonly others: string[] } {
  const { keys, inForce, other, at } = rehearsing;
  const reachMs = reachOf(rehearsing);
  const differences: Difference[] = [];
  const isTold = new Uint8Array(rows.count);
  for (const opened of openFacts(keys, rows)) {
    const view = new DataView(opened.bytes.buffer, opened.bytes.byteOffset, opened.bytes.length);
    for (let i = 0; i < opened.row.length; i++) {
      const start = opened.at[i]!;
      if (start < 0 || opened.bytes[start] !== LAYOUT) continue;
      const row = opened.row[i]!;
      if (elsewhere.size > 0 && elsewhere.has(idOf(rows.bytes, rows.idAt[row]!))) continue;
      if (!isOver(view, start, at, reachMs)) {
        const facts = readFacts(view, start, inForce.lists, false);
        if (!facts || !readFacts(view, start, other.lists, false)) continue;
        if (!isSame(marksOf(facts, inForce, at), marksOf(facts, other, at)))
          differences.push(differenceOf(idOf(rows.bytes, rows.idAt[row]!), facts, inForce, other, at));
      }
      isTold[row] = 1;
    }
  }
  const others: string[] = [];
  for (let i = 0; i < rows.count; i++) if (isTold[i] === 0) others.push(idOf(rows.bytes, rows.idAt[i]!));
  return { differences, others };
}

/** By kind: how long after its last instant a fact may matter by either rules. */
function reachOf({ inForce, other }: Rehearsing): number[] {
  const own = reachMsOf(inForce);
  return reachMsOf(other).map((ms, kind) => Math.max(ms, own[kind]!));
}

/** Whether the same holds now, and until the same instant. */
function isSame(one: Marks, other: Marks): boolean {
  return one.words[0] === other.words[0] && one.words[1] === other.words[1];
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
