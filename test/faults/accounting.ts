import assert from 'node:assert/strict';
import type { ApiClient } from '../../api/client.ts';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { type Instant, NEVER, parseInstant } from '../../domain/time.ts';
import { holdingAt } from '../../server/codes/read-assessments.ts';
import { countDue } from '../../server/codes/store.ts';
import type { Database } from '../../server/platform/db/database.ts';
import { openKeyRing } from '../../server/platform/keys/key-ring.ts';
import { until } from '../until.ts';
import { type Fresh, freshFrom } from './fresh.ts';
import { look } from './looking.ts';
import type { Stated } from './made-up-evidence.ts';
import { assertNothingPersonal } from './personal-data.ts';
import { type Ledger, statedKey } from './sending.ts';
import type { Site } from './site.ts';
import {
  acceptedInBatches,
  countDocuments,
  storedAssessments,
  storedDue,
  storedEvidence,
  storedPeople,
  storedVersions,
} from './stored.ts';

/** What an account is given of. */
export interface Accounting {
  readonly site: Site;
  readonly ledger: Ledger;
  /** By which colours are looked up; without it only those that are stored are compared. */
  readonly api?: ApiClient;
  /** Whether records were sent again on purpose after they had been told. */
  readonly isRepeated?: boolean;
  /** The present of the service. */
  readonly now?: () => Instant;
  /** How many people are looked up, from all over; what is stored is compared for everybody. */
  readonly lookups?: number;
}

/** How long rows may take to follow once everything works again, on a machine that has much else to do. */
const FOLLOW_MS = 120_000;
const USUAL_LOOKUPS = 60;
const AT_ONCE = 4;

/**
 * Proves that nothing was lost, doubled or made up: every record whose acceptance was reported is in the database once,
 * nothing that was not sent is there, every colour equals a fresh assessment of the same evidence, and nothing personal
 * is legible anywhere. Returns what assesses by the record as it is.
 */
export async function account(accounting: Accounting): Promise<Fresh> {
  const { site, ledger, api, now = Date.now, lookups = USUAL_LOOKUPS } = accounting;
  return site.onDatabase(async (db) => {
    await until(async () => (await countDue(db, now())) === 0, FOLLOW_MS);
    const people = await storedPeople(db, openKeyRing(site.keysFolder));
    const documents = new Map([...people].map(([personId, { document }]) => [personId, document]));
    const inRecord = await accountForRecords(db, accounting);
    await accountForPeople(db, [...documents.values()], inRecord);
    const fresh = freshFrom(inRecord);
    await accountForConclusions(db, documents, fresh, now);
    if (api) await accountForColours(api, some([...documents.values()], lookups), fresh);
    await assertNothingPersonal(site, db, [...ledger.sent.values()]);
    return fresh;
  });
}

/** Compares the record with what was sent and told. Returns what is in the record, as it was sent. */
async function accountForRecords(db: Database, { site, ledger, isRepeated }: Accounting): Promise<Stated[]> {
  const people = await storedPeople(db, openKeyRing(site.keysFolder));
  const evidence = await storedEvidence(db, people);
  const stored = new Map(evidence.map((row) => [statedKey(row), row]));
  assert.equal(stored.size, evidence.length, 'evidence stands once');
  const versions = (await storedVersions(db)).map(statedKey);
  assert.deepEqual(versions.sort(), [...stored.keys()].sort(), 'each version is evidence, and the reverse');
  assert.equal(await acceptedInBatches(db), stored.size, 'batches count what was accepted');
  for (const [key, outcomes] of ledger.told) {
    assert.equal(stored.has(key), !outcomes.includes('quarantined'), `${key}, told ${outcomes}`);
    const accepted = outcomes.filter((outcome) => outcome === 'accepted').length;
    if (!isRepeated) assert.ok(accepted <= 1, `${key} is accepted ${accepted} times`);
  }
  return [...stored].map(([key, { document, data }]) => {
    const sent = ledger.sent.get(key);
    assert.ok(sent, `${key} was never sent`);
    assert.deepEqual([document, data], [sent.person.document, sent.data], key);
    return sent;
  });
}

/** Each document that evidence names has one person, and no other has. */
async function accountForPeople(
  db: Database,
  documents: readonly Document[],
  inRecord: readonly Stated[],
): Promise<void> {
  const named = new Set(inRecord.flatMap(documentsIn).map(documentKey));
  assert.deepEqual(documents.map(documentKey).sort(), [...named].sort());
  assert.equal(await countDocuments(db), named.size);
}

function documentsIn({ person, kind, data }: Stated): Document[] {
  const { document, sameAs } = data as { document: Document; sameAs: Document };
  return kind === 'identity' ? [person.document, document, sameAs] : [person.document];
}

/** Compares the newest conclusion about everyone, and who waits for which instant, with what follows from the record. */
async function accountForConclusions(
  db: Database,
  documents: ReadonlyMap<string, Document>,
  fresh: Fresh,
  now: () => Instant,
): Promise<void> {
  const timers = new Map<string, number>();
  const assessments = await storedAssessments(db);
  for (const [personId, document] of documents) {
    const [latest, ...before] = assessments.get(personId) ?? [];
    assert.ok(latest, 'everybody on record is assessed');
    assert.equal(latest.number, before.length + 1, 'conclusions are numbered without a gap');
    const at = now();
    const { colour, nextChangeAt, grounds, measures, advisories } = fresh(document, at);
    const holding = holdingAt(latest, at);
    assert.ok(holding, 'what is stored holds now');
    assert.equal(holding.colour, colour);
    assert.deepEqual(JSON.parse(holding.result), { nextChangeAt, grounds, measures, advisories });
    if (latest.nextChangeAt !== NEVER) timers.set(personId, latest.nextChangeAt);
    for (const [i, row] of before.entries()) {
      const later = [latest, ...before][i]!;
      const isSame = row.result === later.result && row.nextResult === later.nextResult;
      assert.ok(!isSame || row.assessedAt > later.assessedAt, 'nothing is concluded twice');
    }
  }
  const due = await storedDue(db);
  assert.equal(due.length, timers.size, 'nobody waits twice');
  for (const { personId, cause, dueAt } of due) {
    assert.equal(cause, 'time');
    assert.equal(dueAt, timers.get(personId));
  }
}

/** So many of them at most, from all over. */
function some(all: readonly Document[], most: number): Document[] {
  return all.filter((_, i) => i % Math.ceil(all.length / most) === 0);
}

/** Looks people up and compares. */
async function accountForColours(api: ApiClient, documents: Document[], fresh: Fresh): Promise<void> {
  const lane = async () => {
    for (let document = documents.pop(); document; document = documents.pop()) {
      const shown = await look(api, document);
      assert.deepEqual(shown, fresh(document, parseInstant(shown.at)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
