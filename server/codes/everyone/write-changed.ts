import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { eraseAfter } from '../../record/retention.ts';
import { conclude } from '../conclude.ts';
import type { Decision } from '../decision.ts';
import { isSame, rowOf, setTimers } from '../reassess-due.ts';
import { type AssessmentRow, addAssessments, addDue, latestAssessments } from '../store.ts';
import { readFacts } from './facts-row.ts';
import { keepFacts } from './keep-facts.ts';
import type { Candidate } from './look-again.ts';
import type { Sharing } from './reassess-shares.ts';
import { factsOf, peopleDueOtherwise, type Share, waitForBuckets } from './store.ts';

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
    const latest = new Map(
      (
        await latestAssessments(
          db,
          people.map(({ personId }) => personId),
        )
      ).map((row) => [row.personId, row]),
    );
    const rows = people.flatMap((person): AssessmentRow[] => {
      const conclusion = conclude(person, decision, now);
      const before = latest.get(person.personId);
      if (isSame(before, conclusion, now)) return [];
      const { personId, inputsDigest } = person;
      const number = (before?.number ?? 0) + 1;
      return [
        rowOf(conclusion, decision, { personId, inputsDigest, number, cause: 'everyone', assessedAt: now }),
      ];
    });
    const appended = new Set(await addAssessments(db, rows, eraseAfter('evidence', now)));
    const overtaken = new Set(rows.map(({ personId }) => personId).filter((one) => !appended.has(one)));
    await setTimers(
      db,
      rows.filter(
        ({ personId, nextChangeAt }) =>
          appended.has(personId) && latest.get(personId)?.nextChangeAt !== nextChangeAt,
      ),
      now,
    );
    const kept = people.filter(({ personId }) => !overtaken.has(personId));
    await keepFacts(
      db,
      keys,
      kept.map((person) => ({ ...person, isAlone: true })),
      decision,
      now,
    );
    const left = new Set([...others, ...overtaken]);
    for (const { share, candidate } of waiting)
      if (left.has(candidate.personId)) await dueInShare(db, share, [candidate.personId], now);
    return appended.size;
  });
}

/** Those who are as they were when they were read, with their facts; and those about whom only evidence can tell by now. */
async function stillAsRead(db: Db, { lists }: Decision, waiting: readonly Waiting[]) {
  const personIds = waiting.map(({ candidate }) => candidate.personId);
  const buckets = [...new Set(waiting.map(({ share }) => share.bucket))];
  const kept = new Map((await factsOf(db, buckets, personIds)).map((row) => [row.personId, row]));
  const due = new Set(await peopleDueOtherwise(db, personIds));
  const others: string[] = [];
  const people = waiting.flatMap(({ candidate: { personId, content, row } }) => {
    if (due.has(personId)) return [];
    const now = kept.get(personId);
    const view = new DataView(row.buffer, row.byteOffset, row.length);
    const facts = now?.content?.equals(content) ? readFacts(view, 0, lists, true) : undefined;
    if (now && facts) return [{ personId, facts, joined: [personId], inputsDigest: now.inputsDigest }];
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
