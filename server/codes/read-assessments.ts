import { type Instant, NEVER, parseInstant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { concludeEach } from './conclude.ts';
import { type HeldRow, latestWithUnsettled } from './current/store.ts';
import type { Decision } from './decision.ts';
import { readDossiers, withKin } from './dossiers.ts';
import { latestAssessments, unsettledPeople } from './store.ts';

/** A person's colour and reasons as they are at an instant. */
export interface CurrentAssessment {
  readonly rules: string;
  readonly colour: string;
  /** JSON: `nextChangeAt`, `grounds`, `measures`, `advisories` as printed. */
  readonly result: string;
}

/** What holds about some people. */
export interface Reading {
  readonly current: ReadonlyMap<string, CurrentAssessment>;
  /** Those about whom something cannot be read, and why: an error is never a colour. */
  readonly unreadable: ReadonlyMap<string, unknown>;
}

/**
 * What holds about some people at this instant. A stored conclusion is never given beyond its next change: from then
 * on it is the next one, and beyond that it is concluded anew (M7). So it is when evidence has come since, or anything
 * else that nobody has drawn a conclusion from yet. Nobody about whom nothing was ever stated is in the answer.
 */
export async function readAssessments(
  db: Db,
  keys: KeyRing,
  decision: Decision,
  personIds: readonly string[],
  now: Instant,
): Promise<Reading> {
  const rows = await latestWithUnsettled(db, personIds, now);
  const current = new Map<string, CurrentAssessment>();
  const outdated: string[] = [];
  for (const row of rows) {
    const holding = row.isUnsettled ? undefined : holdingAt(row, now);
    if (holding) current.set(row.personId, holding);
    else outdated.push(row.personId);
  }
  if (rows.length < personIds.length) outdated.push(...(await unconcluded(db, personIds, rows, now)));
  if (outdated.length === 0) return { current, unreadable: NOBODY };
  const anew = await concludeAnew(db, keys, decision, outdated, now);
  for (const [personId, found] of anew.current) current.set(personId, found);
  return { current, unreadable: anew.unreadable };
}

const NOBODY: ReadonlyMap<string, unknown> = new Map();

/** Those about whom something was stated and nothing concluded when it was looked at: maybe it has been in between. */
async function unconcluded(
  db: Db,
  personIds: readonly string[],
  rows: readonly HeldRow[],
  now: Instant,
): Promise<string[]> {
  const concluded = new Set(rows.map(({ personId }) => personId));
  const others = [...new Set(personIds)].filter((personId) => !concluded.has(personId));
  if (others.length === 0) return [];
  // Asked first: what is concluded in between is then seen in either way.
  const unsettled = await unsettledPeople(db, others, now);
  const since = await latestAssessments(db, others);
  return [...new Set([...unsettled, ...since.map(({ personId }) => personId)])];
}

/** What a stored conclusion says about an instant; undefined when it says nothing. */
export function holdingAt(row: HeldRow, now: Instant): CurrentAssessment | undefined {
  const { rules, colour, result, assessedAt, nextChangeAt, nextColour, nextResult } = row;
  // Concluded by a clock that ran ahead.
  if (assessedAt > now) return undefined;
  if (now < nextChangeAt) return { rules, colour, result };
  if (nextColour === null || nextResult === null) return undefined;
  const { nextChangeAt: after } = JSON.parse(nextResult) as { nextChangeAt: string | null };
  return now < (after === null ? NEVER : parseInstant(after))
    ? { rules, colour: nextColour, result: nextResult }
    : undefined;
}

async function concludeAnew(
  db: Db,
  keys: KeyRing,
  decision: Decision,
  personIds: readonly string[],
  now: Instant,
): Promise<Reading> {
  if (personIds.length === 0) return { current: new Map(), unreadable: new Map() };
  const kin = await withKin(db, personIds);
  const { dossiers, unreadable } = await readDossiers(db, keys, decision.lists, kin, NEVER);
  const wanted = new Set(personIds);
  const own = dossiers.filter(({ personId }) => wanted.has(personId));
  const { conclusions, failed } = concludeEach(own, decision, now);
  const current = new Map<string, CurrentAssessment>();
  for (const [personId, { colour, result }] of conclusions)
    current.set(personId, { rules: decision.rules.id, colour, result });
  const failing = [...unreadable, ...failed].filter(([personId]) => wanted.has(personId));
  return { current, unreadable: new Map(failing) };
}
