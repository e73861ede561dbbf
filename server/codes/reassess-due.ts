import type { Instant } from '../../domain/time.ts';
import { NEVER } from '../../domain/time.ts';
import { lockPerson } from '../people/store.ts';
import { pendingChanges } from '../places/concern/store.ts';
import type { Database, Db } from '../platform/db/database.ts';
import { bucketOf, timeUuid } from '../platform/db/uuid.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { eraseAfter } from '../record/retention.ts';
import { holdToNewest } from './buckets/newest-rules.ts';
import { lockBuckets } from './buckets/store.ts';
import { type Conclusion, concludeEach } from './conclude.ts';
import type { Decision, DecisionInForce } from './decision.ts';
import { readDossiers, withKin } from './dossiers.ts';
import { forgetFacts, keepFacts } from './everyone/keep-facts.ts';
import { lastWholeRun } from './everyone/store.ts';
import {
  type AssessmentRow,
  addAssessments,
  addDue,
  type DueRow,
  dueIn,
  latestAssessments,
  removeDue,
  removeTimers,
  takeLastSteps,
} from './store.ts';

/** How many due rows are taken in one transaction. */
export const MOST_DUE = 500;

/** How much one transaction takes. */
export interface Portion {
  /** Due rows at most. */
  readonly most: number;
  /** Told how many there are, up to that, before anything is done with them. */
  readonly onTaken: (rows: number) => void;
}

const USUAL: Portion = { most: MOST_DUE, onTaken: () => {} };

/** After how long somebody about whom nothing could be concluded is tried again. */
const AGAIN_MS = 60_000;

/** What was done. */
export interface Turned {
  /** Due rows that were done with. */
  readonly done: number;
  readonly appended: number;
  /** Whether more may be due than one transaction takes. */
  readonly more: boolean;
  /** People about whom something could not be read, or concluded; they are tried again later. */
  readonly unreadable: ReadonlyMap<string, unknown>;
}

const NOTHING: Turned = { done: 0, appended: 0, more: false, unreadable: new Map() };

/**
 * Assesses those who are due in a bucket, in one transaction: what is concluded is appended, and what was due is done, both
 * or neither. Nobody else works on the bucket meanwhile (M7, S4). Of several buckets it does all, or when that is too much
 * for one transaction, nothing.
 *
 * @throws {SupersededRules} when everybody was looked at again by later rules than those that seem to decide here
 * @throws {WrongClock} when these do not decide by the clock of the database
 */
export async function reassessDue(
  database: Database,
  keys: KeyRing,
  decision: () => DecisionInForce | Promise<DecisionInForce>,
  bucketOrMore: number | readonly number[],
  clock: () => Instant,
  { most, onTaken }: Portion = USUAL,
): Promise<Turned> {
  return database.transaction(async (db) => {
    const turns = await lockBuckets(db, [bucketOrMore].flat());
    if (turns.length === 0) return NOTHING;
    const buckets = turns.map(({ bucket }) => bucket);
    const now = clock();
    const all = await dueIn(db, buckets, now, most);
    onTaken(all.length);
    if (all.length === 0) return NOTHING;
    const more = all.length === most;
    if (more && buckets.length > 1) return { ...NOTHING, more };
    const decides = await decision();
    await holdToNewest(db, turns, decides);
    const stepped = await stepOn(db, all, decides, now);
    const due = all.filter(({ personId }) => !stepped.has(personId));
    const turned = due.length > 0 ? await reassess(db, keys, decides, due, now) : NOTHING;
    const done = turned.done + all.length - due.length;
    return { ...turned, done, appended: turned.appended + stepped.size, more: more && done > 0 };
  });
}

/**
 * Most of those who turn at a midnight do so for the last time, and to what the conclusion in force says already (M7).
 * What has changed of the areas since then does not concern whoever was not made due for it (R5).
 */
async function stepOn(
  db: Db,
  due: readonly DueRow[],
  { rules, areasVersion, inForce }: DecisionInForce,
  now: Instant,
): Promise<ReadonlySet<string>> {
  const waiting = due.filter(({ cause }) => cause === 'time').map(({ personId }) => personId);
  if (waiting.length === 0 || (await pendingChanges(db, now)).length > 0) return new Set();
  const confirmedUntil = (await lastWholeRun(db, inForce.number)) ?? -NEVER;
  const terms = {
    ...{ rules: rules.id, areas: areasVersion, confirmedUntil },
    ...{ now, eraseAfter: eraseAfter('evidence', now) },
  };
  const stepped = await takeLastSteps(db, waiting, terms);
  await removeTimers(db, stepped);
  return new Set(stepped);
}

async function reassess(
  db: Db,
  keys: KeyRing,
  decision: Decision,
  due: readonly DueRow[],
  now: Instant,
): Promise<Turned> {
  const kin = await withKin(
    db,
    due.map(({ personId }) => personId),
  );
  // People who are joined may lie in other buckets, on which others work.
  const joined = [...kin].filter(([, others]) => others.length > 0).map(([personId]) => personId);
  for (const personId of joined.sort()) await lockPerson(db, personId);
  // Whatever is in the record counts, also what a clock that ran ahead has dated later.
  const { dossiers, unreadable } = await readDossiers(db, keys, decision.lists, kin, NEVER);
  const { conclusions, failed } = concludeEach(dossiers, decision, now);
  const latest = new Map((await latestAssessments(db, [...kin.keys()])).map((row) => [row.personId, row]));
  const causes = new Map(due.map(({ personId, cause }) => [personId, cause]));
  const rows = dossiers.flatMap(({ personId, inputsDigest }) => {
    const conclusion = conclusions.get(personId);
    const before = latest.get(personId);
    if (!conclusion || isSame(before, conclusion, now)) return [];
    const number = (before?.number ?? 0) + 1;
    const cause = causes.get(personId) ?? 'evidence';
    return [rowOf(conclusion, decision, { personId, inputsDigest, number, cause, assessedAt: now })];
  });
  const appended = new Set(await addAssessments(db, rows, eraseAfter('evidence', now)));
  const overtaken = new Set(
    rows.map(({ personId }) => personId).filter((personId) => !appended.has(personId)),
  );
  const told = dossiers.filter(({ personId }) => conclusions.has(personId) && !overtaken.has(personId));
  const keptDossiers = told.map((dossier) => {
    const { personId } = dossier;
    const number = (latest.get(personId)?.number ?? 0) + (appended.has(personId) ? 1 : 0);
    return { ...dossier, isAlone: kin.get(personId)!.length === 0, number };
  });
  await keepFacts(db, keys, keptDossiers, decision, now);
  // Whoever was overtaken stays due, and is assessed with what the other one knew.
  const done = due.filter(({ personId }) => !overtaken.has(personId));
  await removeDue(db, done);
  await setTimers(
    db,
    rows.filter(({ personId }) => appended.has(personId)),
    now,
  );
  const open = new Map([...unreadable, ...failed]);
  await forgetFacts(db, [...open.keys()]);
  await tryLater(
    db,
    done.filter(({ personId }) => open.has(personId)),
    now,
  );
  return { done: done.length, appended: appended.size, more: false, unreadable: open };
}

/**
 * Whether nothing differs from the conclusion in force. By another rule package the same may follow; then the one by which
 * it was drawn first stays on record.
 */
export function isSame(
  before: AssessmentRow | undefined,
  { colour, result, nextResult }: Conclusion,
  now: Instant,
): boolean {
  return (
    before?.colour === colour &&
    before.result === result &&
    before.nextResult === nextResult &&
    before.assessedAt <= now
  );
}

/** A conclusion as it is appended. Each field is named: to spread them takes ten times as long. */
export function rowOf(
  { colour, nextChangeAt, nextColour, result, nextResult }: Conclusion,
  { rules, areasVersion }: Decision,
  {
    personId,
    number,
    assessedAt,
    inputsDigest,
    cause,
  }: Pick<AssessmentRow, 'personId' | 'inputsDigest' | 'number' | 'cause' | 'assessedAt'>,
): AssessmentRow {
  return {
    personId,
    number,
    assessedAt,
    rules: rules.id,
    areas: areasVersion,
    colour,
    nextChangeAt,
    nextColour,
    result,
    nextResult,
    inputsDigest,
    cause,
  };
}

/** Makes people due at the instant of their next change, and at no other. */
export async function setTimers(db: Db, rows: readonly AssessmentRow[], now: Instant): Promise<void> {
  await removeTimers(
    db,
    rows.filter(({ number }) => number > 1).map(({ personId }) => personId),
  );
  await addDue(
    db,
    rows
      .filter(({ nextChangeAt }) => nextChangeAt !== NEVER)
      .map(({ personId, nextChangeAt }) => ({
        personId,
        dueId: timeUuid(now),
        bucket: bucketOf(personId),
        dueAt: nextChangeAt,
        cause: 'time',
      })),
  );
}

/** Until then, whoever looks is told so: they are due as if evidence had come from which nothing was concluded yet. */
async function tryLater(db: Db, rows: readonly DueRow[], now: Instant): Promise<void> {
  const people = new Map(rows.map((row) => [row.personId, row]));
  await addDue(
    db,
    [...people.values()].map((row) => ({
      ...row,
      dueId: timeUuid(now),
      dueAt: now + AGAIN_MS,
      cause: 'evidence',
    })),
  );
}
