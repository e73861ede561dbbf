import { join } from 'node:path';
import { after, before } from 'node:test';
import { SOURCES } from '../domain/evidence/fact.ts';
import type { ClosedLists } from '../domain/evidence/kinds.ts';
import { type Document, documentKey, readDocument } from '../domain/people/document.ts';
import { type AreaIndex, indexAreas } from '../domain/places/area-index.ts';
import { listsOf } from '../domain/rules/own-tests.ts';
import { type Instant, NEVER, parseInstant } from '../domain/time.ts';
import type { DecisionInForce, InForce } from '../server/codes/decision.ts';
import { readAssessments } from '../server/codes/read-assessments.ts';
import { reassessDue } from '../server/codes/reassess-due.ts';
import { dueBuckets } from '../server/codes/store.ts';
import { acceptDeliveries, type Receipt } from '../server/evidence/accept-deliveries.ts';
import { openContractBook } from '../server/evidence/contracts.ts';
import { createIntakeQueue } from '../server/evidence/intake-queue.ts';
import type { Resolving } from '../server/evidence/quarantine/resolve-quarantined.ts';
import { readDelivery, type Terms } from '../server/evidence/read-delivery.ts';
import { connectSigning, type Signing } from '../server/passes/signing.ts';
import { openTrust } from '../server/passes/trust/open-trust.ts';
import type { TrustBook } from '../server/passes/trust/trust-book.ts';
import { trustIn } from '../server/passes/trust/trust-folder.ts';
import { findPeople } from '../server/people/find-or-add-people.ts';
import { timeUuid } from '../server/platform/db/uuid.ts';
import { createKeyRing, type KeyRing } from '../server/platform/keys/key-ring.ts';
import { type FreshDatabase, freshDatabase } from './database.ts';
import { defaultRules } from './default-rules.ts';
import { type HostedSigner, hostSigner } from './signer.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The record and what follows from it, on a database of the suite's own, under a clock that the test sets. */
export interface TestService {
  readonly database: FreshDatabase;
  readonly keys: () => KeyRing;
  /** The folder of the key files. */
  readonly keysFolder: string;
  /** The present; a test may set it. */
  now: Instant;
  /** The listed areas; a test may set them. */
  areas: AreaIndex;
  readonly decision: () => DecisionInForce;
  /** What signs passes and what says which keys count, under the clock of the test; made when first asked for. */
  readonly passes: () => Promise<TestPasses>;
  /** Delivers records as one batch; each is completed by what it leaves out. Another process has a ring of its own. */
  readonly deliver: (records: readonly object[], terms?: Partial<Terms>, ring?: KeyRing) => Promise<Receipt>;
  /** The whole of intake, with the contracts that are in the database and a queue of its own. */
  readonly resolving: () => Promise<Resolving>;
  /** Assesses until nobody is due, by other rules than those of the service if some are given. Returns how many conclusions were appended. */
  readonly turn: (decision?: DecisionInForce) => Promise<number>;
  /** What holds about the holder of a resident number now: the colour, and the printed rest. */
  readonly current: (number: string) => Promise<Shown | undefined>;
}

export interface TestPasses {
  readonly trust: TrustBook;
  readonly trustFolder: string;
  readonly signing: Signing;
  readonly signer: HostedSigner;
}

export interface Shown {
  readonly colour: string;
  readonly nextChangeAt: string | null;
  readonly grounds: readonly { readonly clause: string; readonly evidence: readonly (readonly string[])[] }[];
}

/** Which kinds everybody may state, in tests that are not about contracts. */
const ANY_KIND = new Map<string, readonly string[]>(
  SOURCES.map((source) => [
    source,
    ['case', 'contact', 'overseas', 'stay', 'symptom', 'nat', 'isolation', 'identity'],
  ]),
);

/** As the rules of the notice are in force in a new database. */
export const FIRST_RULES: InForce = { from: -NEVER, number: 1 };

/** A service for one suite. */
export function testService(start = '2021-01-20T12:00:00+08:00'): TestService {
  const database = freshDatabase();
  const keysFolder = join(temporaryFolder(), 'keys');
  let keys: KeyRing | undefined;
  before(() => {
    keys = createKeyRing(keysFolder);
  });
  let passes: Promise<TestPasses> | undefined;
  after(async () => {
    const made = await passes;
    made?.signing.close();
    await made?.signer.close();
  });
  const { rules, compiled } = defaultRules();
  const service: TestService = {
    database,
    keys: () => keys!,
    keysFolder,
    now: parseInstant(start),
    areas: indexAreas([], NEVER, rules.parameters),
    decision: () => ({
      ...{ rules: compiled, lists: listsOf(rules), areasVersion: 'none', areas: service.areas },
      inForce: FIRST_RULES,
    }),
    passes: () => {
      passes ??= openPasses(service);
      return passes;
    },
    deliver: async (records, terms, ring = keys!) => {
      const receivedAt = service.now;
      const batch = { batchId: timeUuid(receivedAt), clientId: 'test', receivedAt, sources: SOURCES };
      const all: Terms = {
        ...batch,
        contracts: ANY_KIND,
        lists: listsOf(rules),
        keepsTimes: false,
        ...terms,
      };
      const incoming = records.map((value, i) => ({ position: i + 1, value }));
      const delivery = readDelivery(ring, all, incoming);
      const receipts = await database.app.transaction((db) =>
        acceptDeliveries(db, ring, [delivery], receivedAt),
      );
      return receipts[0]!;
    },
    resolving: () => resolvingOf(service, listsOf(rules)),
    turn: (decision) => turnAll(service, decision ? () => decision : service.decision),
    current: (number) => currentOf(service, number),
  };
  return service;
}

async function openPasses(service: TestService): Promise<TestPasses> {
  const trustFolder = trustIn(service.keysFolder);
  const trust = await openTrust(service.database.app, trustFolder, service.now);
  const signer = await hostSigner({ trustFolder }, () => service.now);
  return { trust, trustFolder, signer, signing: connectSigning(signer) };
}

async function resolvingOf(service: TestService, lists: ClosedLists): Promise<Resolving> {
  const { app } = service.database;
  const clock = () => service.now;
  const keys = service.keys();
  return {
    ...{ db: app, keys, clock, lists: () => lists },
    contracts: await openContractBook(app),
    queue: createIntakeQueue({ database: app, keys, clock, onAccepted: () => {} }),
  };
}

async function turnAll(service: TestService, decision: () => DecisionInForce): Promise<number> {
  const { app } = service.database;
  const clock = () => service.now;
  let appended = 0;
  for (let buckets = [-1]; buckets.length > 0; ) {
    buckets = await dueBuckets(app, clock());
    for (const bucket of buckets)
      appended += (await reassessDue(app, service.keys(), decision, bucket, clock)).appended;
  }
  return appended;
}

async function currentOf(service: TestService, number: string): Promise<Shown | undefined> {
  const { app } = service.database;
  const document = documentOf({ type: 'resident-id', number });
  const personId = (await findPeople(app, service.keys(), [document])).get(documentKey(document));
  if (personId === undefined) return undefined;
  const read = await readAssessments(app, service.keys(), service.decision(), [personId], service.now);
  if (read.unreadable.has(personId)) throw read.unreadable.get(personId);
  const one = read.current.get(personId);
  return one && { ...JSON.parse(one.result), colour: one.colour };
}

function documentOf(value: object): Document {
  const faults: [] = [];
  const document = readDocument(value, 'document', faults);
  if (!document) throw new Error('the test names no document');
  return document;
}

/** Resident numbers of nobody: their county was never assigned. */
export const NUMBERS = [
  '339900199001010011',
  '33990019900101002X',
  '339900199001010038',
  '339900199001010046',
] as const;

/** A record of a source about the holder of a resident number. */
export function recordOf(
  source: string,
  id: string,
  number: string,
  kind: string,
  data: object | undefined,
  rest: { readonly version?: number; readonly retracted?: boolean } = {},
): object {
  const person = { document: { type: 'resident-id', number } };
  return { source, id, version: 1, person, kind, ...(data === undefined ? {} : { data }), ...rest };
}
