import { assess } from '../../domain/codes/assess.ts';
import { type PrintedAssessment, printAssessment } from '../../domain/codes/print.ts';
import type { Document } from '../../domain/people/document.ts';
import { documentKey } from '../../domain/people/document.ts';
import { type Instant, printInstant } from '../../domain/time.ts';
import { type LineageRow, lineageAbout } from '../evidence/store.ts';
import type { Installation } from '../installation.ts';
import { findPeople } from '../people/find-or-add-people.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { eraseAfter } from '../record/retention.ts';
import { addLook } from '../record/store.ts';
import { readDossiers, withKin } from './dossiers.ts';
import { assessmentsOf } from './store.ts';

/** One version of a record that was known, and where it came from (S4). */
export interface KnownRecord {
  readonly source: string;
  readonly id: string;
  readonly version: number;
  readonly kind: string;
  readonly standing: string;
  readonly recordedAt: string;
  readonly receivedAt: string;
  readonly client: string;
  readonly batch: string;
}

/** A decision, made again: what was known, what follows, and what was written down then. */
export interface Replay {
  readonly assessment: PrintedAssessment;
  readonly knownAt: string;
  readonly known: readonly KnownRecord[];
  /** The conclusion that was in force then; null when none was. */
  readonly concluded: {
    readonly number: number;
    readonly assessedAt: string;
    readonly colour: string;
  } | null;
}

/** Who asks for it, and why: every look at a person is on record (D4). */
export interface Looking {
  readonly actor: string;
  /** Their authority, as people read it. */
  readonly authority: string;
  readonly purpose: string;
}

/** What replaying needs of an installation. */
export type Replaying = Pick<Installation, 'keys' | 'decisionKnownAt'> & {
  readonly store: Pick<Installation['store'], 'app'>;
};

/**
 * Makes a decision about a person again: what was known at `knownAt` and what followed from it for `at`, by the rules and
 * the areas as they were known then. Undefined when nobody is known under the document.
 */
export async function replay(
  { store, keys, decisionKnownAt }: Replaying,
  document: Document,
  at: Instant,
  knownAt: Instant,
  looking: Looking,
  now: Instant,
): Promise<Replay | undefined> {
  const personId = (await findPeople(store.app, keys, [document])).get(documentKey(document));
  if (personId === undefined) return undefined;
  await addLook(store.app, {
    personId,
    lookId: timeUuid(now),
    lookedAt: now,
    ...looking,
    subject: 'replay',
    eraseAfter: eraseAfter('audit', now),
  });
  const decision = await decisionKnownAt(at, knownAt);
  const kin = await withKin(store.app, [personId]);
  const { dossiers, unreadable } = await readDossiers(store.app, keys, decision.lists, kin, knownAt);
  const dossier = dossiers.find((one) => one.personId === personId);
  if (!dossier) throw unreadable.get(personId) ?? new Error('the person was erased');
  const rows = (await lineageAbout(store.app, [...kin.keys()])).filter(
    ({ recordedAt }) => recordedAt <= knownAt,
  );
  const concluded = (await assessmentsOf(store.app, personId)).find(
    ({ assessedAt }) => assessedAt <= knownAt,
  );
  return {
    assessment: printAssessment(document, assess(dossier.facts, decision.rules, decision.areas, at)),
    knownAt: printInstant(knownAt),
    known: rows.map(printLineage),
    concluded: concluded
      ? {
          number: concluded.number,
          assessedAt: printInstant(concluded.assessedAt),
          colour: concluded.colour,
        }
      : null,
  };
}

function printLineage(row: LineageRow): KnownRecord {
  const { source, recordId: id, version, kind, standing, recordedAt, receivedAt, clientId, batchId } = row;
  return {
    ...{ source, id, version, kind, standing, client: clientId, batch: batchId },
    recordedAt: printInstant(recordedAt),
    receivedAt: printInstant(receivedAt),
  };
}
