import { type Document, documentKey } from '../../domain/people/document.ts';
import { type Instant, printInstant } from '../../domain/time.ts';
import { readAssessments } from '../codes/read-assessments.ts';
import type { Installation } from '../installation.ts';
import { findPeople } from '../people/find-or-add-people.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { passingProblem } from '../platform/http/problem.ts';
import { eraseAfter } from '../record/retention.ts';
import { addLook } from '../record/store.ts';

/** Who looks, and why. */
export interface Looking {
  /** The client system or the member of staff. */
  readonly actor: string;
  /** Their authority, as people read it. */
  readonly authority: string;
  readonly purpose: string;
}

/** What holds about a person now, as JSON text; undefined when nothing is known under the document. */
export interface Found {
  readonly at: string;
  readonly rules: string;
  readonly colour: string;
  /** JSON: `nextChangeAt`, `grounds`, `measures`, `advisories`. */
  readonly result: string;
}

/** Somebody has to put that right first. */
const UNREADABLE_SECONDS = 60;

/**
 * Looks a person up by document. The look is on record before anything is told (D4).
 *
 * @throws {Problem} `unavailable` when something about the person cannot be read: an error is never a colour
 */
export async function lookUp(
  { store, keys, decision }: Installation,
  document: Document,
  looking: Looking,
  now: Instant,
): Promise<Found | undefined> {
  const personId = (await findPeople(store.app, keys, [document])).get(documentKey(document));
  if (personId === undefined) return undefined;
  const look = { personId, lookId: timeUuid(now), lookedAt: now, ...looking };
  await addLook(store.app, { ...look, subject: 'assessment', eraseAfter: eraseAfter('audit', now) });
  const read = await readAssessments(store.app, keys, decision(now), [personId], now);
  if (read.unreadable.has(personId))
    throw passingProblem(
      'unavailable',
      'What is known about this person cannot be read.',
      UNREADABLE_SECONDS,
    );
  const found = read.current.get(personId);
  return found && { at: printInstant(now), ...found };
}
