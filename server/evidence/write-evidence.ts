import type { Fact } from '../../domain/evidence/fact.ts';
import { documentKey } from '../../domain/people/document.ts';
import { significantSteps } from '../../domain/places/region.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import { addDue } from '../codes/store.ts';
import type { Holder } from '../people/find-or-add-people.ts';
import { addKin, type KinRow } from '../people/store.ts';
import type { Db } from '../platform/db/database.ts';
import { bucketOf, timeUuid } from '../platform/db/uuid.ts';
import { contextOf, seal } from '../platform/keys/envelope.ts';
import { eraseAfter } from '../record/retention.ts';
import { documentsIn } from './intake.ts';
import type { Item, Settlement } from './settle-versions.ts';
import { addEvidence, type NewEvidence } from './store.ts';

/** Writes what was settled: evidence, joined documents, and who is due for an assessment, all in one transaction. */
export async function writeEvidence(
  db: Db,
  settled: readonly Settlement[],
  holders: ReadonlyMap<string, Holder>,
  now: Instant,
): Promise<void> {
  const evidence: NewEvidence[] = [];
  const concerned = new Set<string>();
  const kin: KinRow[] = [];
  for (const settlement of settled) {
    for (const item of settlement.fresh) {
      evidence.push(evidenceOf(item));
      concerned.add(item.holder.personId);
      for (const row of kinOf(item, holders)) {
        kin.push(row);
        concerned.add(row.personId);
      }
    }
    for (const row of leftRows(settlement)) {
      evidence.push(row);
      concerned.add(row.personId);
    }
  }
  if (evidence.length === 0) return;
  await addEvidence(db, evidence, eraseAfter('evidence', now));
  await addKin(db, kin, now, eraseAfter('identity', now));
  await addDue(
    db,
    [...concerned].map((personId) => ({
      personId,
      dueId: timeUuid(now),
      bucket: bucketOf(personId),
      // At once, whatever the clocks of others say.
      dueAt: -NEVER,
      cause: 'evidence',
    })),
  );
}

function evidenceOf({ candidate, delivery, holder }: Item): NewEvidence {
  const { record, data } = candidate;
  const { source, id: recordId, version, kind, retracted, recordedAt } = record;
  const { personId, key } = holder;
  const context = evidenceContext(personId, source, recordId, version);
  return {
    personId,
    source,
    recordId,
    version,
    kind,
    standing: retracted ? 'retracted' : 'stated',
    sealedData: data === undefined ? null : seal(key, data, context),
    ...placeOf(record.fact),
    batchId: delivery.batchId,
    clientId: delivery.clientId,
    receivedAt: delivery.receivedAt,
    recordedAt,
  };
}

/** Where and when somebody was, for the index by which a new risk area finds whom it concerns (R5, R6). */
function placeOf(fact: Fact | undefined): Pick<NewEvidence, 'region' | 'placeFrom' | 'placeTo'> {
  if (fact?.kind === 'stay') {
    const { region, from, to } = fact.data;
    return { region: significantSteps(region), placeFrom: from, placeTo: to };
  }
  if (fact?.kind === 'contact' && fact.data.area) {
    const { area, lastExposure } = fact.data;
    return { region: significantSteps(area.region), placeFrom: lastExposure, placeTo: lastExposure };
  }
  return { region: null, placeFrom: null, placeTo: null };
}

/** Whoever loses a record keeps a row that says so, and nothing of what it says now. */
function leftRows({ left, fresh, head }: Settlement): NewEvidence[] {
  return left.map(({ personId, version, recordedAt }) => {
    // Either the version that names somebody else is new, or that of the person whom it leaves.
    const { candidate, delivery } =
      fresh.find(({ candidate: { record } }) => record.version === version) ??
      fresh.find(({ holder }) => holder.personId === personId)!;
    return {
      personId,
      source: head.source,
      recordId: head.recordId,
      version,
      kind: candidate.record.kind,
      standing: 'left',
      sealedData: null,
      region: null,
      placeFrom: null,
      placeTo: null,
      batchId: delivery.batchId,
      clientId: delivery.clientId,
      receivedAt: delivery.receivedAt,
      recordedAt,
    };
  });
}

/** The people whom an identity record joins, each with each (S3). */
function kinOf({ candidate }: Item, holders: ReadonlyMap<string, Holder>): KinRow[] {
  const documents = documentsIn(candidate.record);
  if (documents.length < 2) return [];
  const people = new Set(documents.map((document) => holders.get(documentKey(document))!.personId));
  return [...people].flatMap((personId) =>
    [...people].filter((kinId) => kinId !== personId).map((kinId) => ({ personId, kinId })),
  );
}

/** What sealed data is bound to: it opens nowhere else. */
export function evidenceContext(personId: string, source: string, recordId: string, version: number): string {
  return contextOf('evidence', personId, source, recordId, version);
}
