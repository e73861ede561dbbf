import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { eraseAfter } from '../../record/retention.ts';
import { type Conclusion, conclude } from '../conclude.ts';
import type { Decision } from '../decision.ts';
import { isSame, rowOf, setTimers } from '../reassess-due.ts';
import { type AssessmentRow, addAssessments, addDue, latestAssessments } from '../store.ts';
import { readFacts } from './facts-row.ts';
import { keepRows } from './keep-facts.ts';
import type { Candidate } from './look-again.ts';
import type { Sharing } from './reassess-shares.ts';
import { sealOf, viewOf } from './sealed-facts.ts';
import {
  type AssessmentBrief,
  latestBriefs,
  peopleDueOtherwise,
  type Share,
  sealsOf,
  waitForBuckets,
} from './store.ts';

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
  decision: Decision,
  waiting: readonly Waiting[],
): Promise<number> {
  const { database, keys, clock } = sharing;
  return database.transaction(async (db) => {
    await waitForBuckets(db, [...new Set(waiting.map(({ share }) => share.bucket))]);
    const now = clock();
    const { people, others } = await stillAsRead(db, decision, waiting);
    const concluded = people.map((person) => ({ person, conclusion: conclude(person, decision, now) }));
    const latest = await latestOf(db, people);
    const same = await sameAsBefore(db, concluded, latest, now);
    const rows = concluded.flatMap(({ person: { personId, inputsDigest }, conclusion }): AssessmentRow[] => {
      if (same.has(personId)) return [];
      const number = (latest.get(personId)?.number ?? 0) + 1;
      const rest = { personId, inputsDigest, number, cause: 'everyone', assessedAt: now };
      return [rowOf(conclusion, decision, rest)];
    });
    const appended = new Set(await addAssessments(db, rows, eraseAfter('evidence', now)));
    await setTimers(
      db,
      rows.filter(
        ({ personId, nextChangeAt }) =>
          appended.has(personId) && latest.get(personId)?.nextChangeAt !== nextChangeAt,
      ),
      now,
    );
    const overtaken = new Set(rows.map(({ personId }) => personId).filter((one) => !appended.has(one)));
    const kept = people.filter(({ personId }) => !overtaken.has(personId));
    await keepRows(db, keys, kept, decision, now);
    const left = new Set([...others, ...overtaken]);
    for (const { share, candidate } of waiting)
      if (left.has(candidate.personId)) await dueInShare(db, share, [candidate.personId], now);
    return appended.size;
  });
}

async function latestOf(
  db: Db,
  people: readonly { readonly personId: string }[],
): Promise<ReadonlyMap<string, AssessmentBrief>> {
  const personIds = people.map(({ personId }) => personId);
  return new Map((await latestBriefs(db, personIds)).map((row) => [row.personId, row]));
}

/** Of whom nothing differs. Only where the colour and the next change are what they were are the texts read and compared. */
async function sameAsBefore(
  db: Db,
  concluded: readonly { readonly person: { readonly personId: string }; readonly conclusion: Conclusion }[],
  latest: ReadonlyMap<string, AssessmentBrief>,
  now: Instant,
): Promise<ReadonlySet<string>> {
  const alike = new Map(
    concluded.flatMap(({ person: { personId }, conclusion }) => {
      const before = latest.get(personId);
      const isAlike = before?.colour === conclusion.colour && before.nextChangeAt === conclusion.nextChangeAt;
      return isAlike ? [[personId, conclusion] as const] : [];
    }),
  );
  if (alike.size === 0) return new Set();
  const rows = await latestAssessments(db, [...alike.keys()]);
  const same = rows.filter((row) => isSame(row, alike.get(row.personId)!, now));
  return new Set(same.map(({ personId }) => personId));
}

/** Those who are as they were when they were read, with their facts; and those about whom only evidence can tell by now. */
async function stillAsRead(db: Db, { lists }: Decision, waiting: readonly Waiting[]) {
  const personIds = waiting.map(({ candidate }) => candidate.personId);
  const buckets = [...new Set(waiting.map(({ share }) => share.bucket))];
  const kept = new Map((await sealsOf(db, buckets, personIds)).map((row) => [row.personId, row]));
  const due = new Set(await peopleDueOtherwise(db, personIds));
  const others: string[] = [];
  const people = waiting.flatMap(({ candidate: { personId, seal, row } }) => {
    if (due.has(personId)) return [];
    const now = kept.get(personId);
    const isAsRead = now?.seal && sealOf(now.seal, 0) === seal;
    const facts = isAsRead ? readFacts(viewOf(row), 0, lists, true) : undefined;
    if (now && facts) return [{ personId, row, facts, joined: [personId], inputsDigest: now.inputsDigest }];
    others.push(personId);
    return [];
  });
  return { people, others };
}

/** Makes people due about whom only evidence can tell; to repeat it does nothing. */
export async function makeDue({ database, clock }: Sharing, share: Share, personIds: readonly string[]) {
  await dueInShare(database, share, personIds, clock());
}

function dueInShare(
  db: Db,
  { runId, bucket }: Share,
  personIds: readonly string[],
  dueAt: Instant,
): Promise<void> {
  return addDue(
    db,
    personIds.map((personId) => ({ personId, dueId: runId, bucket, dueAt, cause: 'everyone' })),
  );
}
