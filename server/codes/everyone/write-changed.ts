import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { eraseAfter } from '../../record/retention.ts';
import { holdToNewest } from '../buckets/newest-rules.ts';
import { waitForBuckets } from '../buckets/store.ts';
import { conclude } from '../conclude.ts';
import type { Decision, DecisionInForce } from '../decision.ts';
import type { Dossier } from '../dossiers.ts';
import { isSame, rowOf, setTimers } from '../reassess-due.ts';
import { type AssessmentRow, addAssessments, addDue, type DueRow, latestAssessments } from '../store.ts';
import { readFacts } from './facts-row.ts';
import { keepRows } from './keep-facts.ts';
import { type Candidate, inForceAt } from './look-again.ts';
import type { Sharing } from './reassess-shares.ts';
import { sealOf, viewOf } from './sealed-facts.ts';
import { peopleDueOtherwise, type SealRow, type Share, sealsOf } from './store.ts';

/** Somebody who seems to differ, and the share in which they were found. */
export interface Waiting {
  readonly share: Share;
  readonly candidate: Candidate;
}

/**
 * Draws the conclusions about people of whom something seemed to differ, in one transaction in which nobody else works on
 * them, and appends those that do. Whoever was written about since they were read, or is due for another reason, is left to
 * the loop that does so. Returns how many were appended.
 */
export async function writeChanged(
  sharing: Sharing,
  decision: DecisionInForce,
  waiting: readonly Waiting[],
): Promise<number> {
  const { database, keys, clock } = sharing;
  return database.transaction(async (db) => {
    const turns = await waitForBuckets(db, [...new Set(waiting.map(({ share }) => share.bucket))]);
    const now = clock();
    await holdToNewest(db, turns, decision);
    const { people: asRead, others } = await stillAsRead(db, decision, waiting);
    const known = await knownOf(db, asRead, now);
    const people = asRead.filter(({ personId }) => known.has(personId));
    const rows = people.flatMap((person): AssessmentRow[] => {
      const { personId, inputsDigest } = person;
      const conclusion = conclude(person, decision, now);
      const { number, before } = known.get(personId)!;
      // Where the marks of a conclusion that still holds differ, so does the conclusion.
      if (before && isSame(before, conclusion, now)) return [];
      const rest = { personId, inputsDigest, number: number + 1, cause: 'everyone', assessedAt: now };
      return [rowOf(conclusion, decision, rest)];
    });
    const appended = new Set(await addAssessments(db, rows, eraseAfter('evidence', now)));
    const overtaken = new Set(rows.map(({ personId }) => personId).filter((one) => !appended.has(one)));
    await setTimers(
      db,
      rows.filter(
        ({ personId, nextChangeAt }) =>
          appended.has(personId) && known.get(personId)!.nextChangeAt !== nextChangeAt,
      ),
      now,
    );
    const kept = people.filter(({ personId }) => !overtaken.has(personId));
    await keepRows(
      db,
      keys,
      kept.map(({ personId, inputsDigest, candidate: { row, marks, at } }) => ({
        ...{ personId, inputsDigest, row },
        number: known.get(personId)!.number + (appended.has(personId) ? 1 : 0),
        // Nothing changes before the instant that they name.
        marks: at <= now && now < marks.nextChangeAt ? marks : undefined,
      })),
      decision,
      now,
    );
    const unknown = asRead.map(({ personId }) => personId).filter((one) => !known.has(one));
    const left = new Set([...others, ...unknown, ...overtaken]);
    const leaving = waiting.filter(({ candidate }) => left.has(candidate.personId));
    await addDue(
      db,
      leaving.map(({ share, candidate }) => dueIn(share, candidate.personId, now)),
    );
    return appended.size;
  });
}

/** Somebody who is as they were when they were read. */
interface AsRead extends Dossier {
  readonly candidate: Candidate;
}

/** What is known of the conclusion that is in force about somebody; the whole of it only where nothing shorter tells. */
interface Known {
  readonly number: number;
  readonly nextChangeAt: Instant | undefined;
  readonly before: AssessmentRow | undefined;
}

/**
 * Left out is whose conclusion in force rests on other evidence than their facts, so that only evidence can tell: a release
 * beside this one may keep none. Where a number from the facts is not the last one, somebody has appended the next.
 */
async function knownOf(db: Db, people: readonly AsRead[], now: Instant): Promise<ReadonlyMap<string, Known>> {
  const known = new Map<string, Known>();
  const changed = new Map<string, Buffer>();
  for (const { personId, candidate, inputsDigest } of people) {
    const inForce = inForceAt(candidate.row, now);
    if (inForce) known.set(personId, { ...inForce, before: undefined });
    else changed.set(personId, inputsDigest);
  }
  if (changed.size === 0) return known;
  for (const before of await latestAssessments(db, [...changed.keys()])) {
    const { personId, number, nextChangeAt, inputsDigest } = before;
    if (inputsDigest.equals(changed.get(personId)!)) known.set(personId, { number, nextChangeAt, before });
  }
  return known;
}

/** Those who are as they were when they were read, with their facts; and those about whom only evidence can tell by now. */
async function stillAsRead(
  db: Db,
  { lists }: Decision,
  waiting: readonly Waiting[],
): Promise<{ readonly people: readonly AsRead[]; readonly others: readonly string[] }> {
  const kept = new Map((await sealsInBuckets(db, waiting)).map((row) => [row.personId, row]));
  const personIds = waiting.map(({ candidate }) => candidate.personId);
  const due = new Set(await peopleDueOtherwise(db, personIds));
  const others: string[] = [];
  const people = waiting.flatMap(({ candidate }) => {
    const { personId, seal, row } = candidate;
    if (due.has(personId)) return [];
    const now = kept.get(personId);
    const isAsRead = now?.seal && sealOf(now.seal, 0) === seal;
    const facts = isAsRead ? readFacts(viewOf(row), 0, lists, true) : undefined;
    if (now && facts)
      return [{ personId, candidate, facts, joined: [personId], inputsDigest: now.inputsDigest }];
    others.push(personId);
    return [];
  });
  return { people, others };
}

/** One bucket after the other: each lies in a part of its own, in which only those who are there are looked for. */
async function sealsInBuckets(db: Db, waiting: readonly Waiting[]): Promise<SealRow[]> {
  const byBucket = new Map<number, string[]>();
  for (const { share, candidate } of waiting) {
    const own = byBucket.get(share.bucket);
    if (own) own.push(candidate.personId);
    else byBucket.set(share.bucket, [candidate.personId]);
  }
  const rows: SealRow[] = [];
  for (const [bucket, personIds] of byBucket) rows.push(...(await sealsOf(db, bucket, personIds)));
  return rows;
}

/** Makes people due about whom only evidence can tell; to repeat it does nothing. */
export async function makeDue({ database, clock }: Sharing, share: Share, personIds: readonly string[]) {
  const now = clock();
  await addDue(
    database,
    personIds.map((personId) => dueIn(share, personId, now)),
  );
}

function dueIn({ runId, bucket }: Share, personId: string, dueAt: Instant): DueRow {
  return { personId, dueId: runId, bucket, dueAt, cause: 'everyone' };
}
