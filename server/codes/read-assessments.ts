import { type Instant, NEVER, parseInstant } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import type { KeyRing } from '../platform/keys/key-ring.ts';
import { conclude } from './conclude.ts';
import type { Decision } from './decision.ts';
import { readDossiers, withKin } from './dossiers.ts';
import { type AssessmentRow, latestAssessments } from './store.ts';

/** A person's colour and reasons as they are at an instant. */
export interface CurrentAssessment {
  readonly rules: string;
  readonly colour: string;
  /** JSON: `nextChangeAt`, `grounds`, `measures`, `advisories` as printed. */
  readonly result: string;
}

/**
 * What holds about some people at this instant. A stored conclusion is never given beyond its next change: from then
 * on it is the next one, and beyond that it is concluded anew (M7). Nobody about whom nothing was concluded yet is in
 * the answer. Throws when evidence cannot be read: an error is never a colour.
 */
export async function readAssessments(
  db: Db,
  keys: KeyRing,
  decision: Decision,
  personIds: readonly string[],
  now: Instant,
): Promise<ReadonlyMap<string, CurrentAssessment>> {
  const current = new Map<string, CurrentAssessment>();
  const outdated: string[] = [];
  for (const row of await latestAssessments(db, personIds)) {
    const holding = holdingAt(row, now);
    if (holding) current.set(row.personId, holding);
    else outdated.push(row.personId);
  }
  for (const [personId, anew] of await concludeAnew(db, keys, decision, outdated, now))
    current.set(personId, anew);
  return current;
}

/** What a stored conclusion says about an instant; undefined when it says nothing. */
export function holdingAt(row: AssessmentRow, now: Instant): CurrentAssessment | undefined {
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
): Promise<ReadonlyMap<string, CurrentAssessment>> {
  if (personIds.length === 0) return new Map();
  const kin = await withKin(db, personIds);
  const { dossiers, unreadable } = await readDossiers(db, keys, decision.lists, kin, NEVER);
  const [error] = unreadable.values();
  if (error !== undefined) throw error;
  const wanted = new Set(personIds);
  return new Map(
    dossiers
      .filter(({ personId }) => wanted.has(personId))
      .map((dossier) => {
        const { colour, result } = conclude(dossier, decision, now);
        return [dossier.personId, { rules: decision.rules.id, colour, result }];
      }),
  );
}
