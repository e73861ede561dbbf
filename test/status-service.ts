import { randomUUID } from 'node:crypto';
import { parseSign1 } from '../credential/cose/sign1.ts';
import type { StatusPayload } from '../credential/status/payloads.ts';
import { decodeStatus } from '../credential/status/payloads.ts';
import type { Status } from '../credential/status-view.ts';
import { epochAt } from '../credential/trust/epochs.ts';
import type { TrustParameters } from '../credential/trust/parameters.ts';
import { documentKey } from '../domain/people/document.ts';
import type { Instant } from '../domain/time.ts';
import { createGateLists, type GateLists } from '../gate/status-lists.ts';
import { verify } from '../gate/verify.ts';
import { addSlot } from '../server/passes/slots/add-slot.ts';
import { createFindSlots, type FindSlots } from '../server/passes/slots/find-slots.ts';
import { FIRST_CARD_SLOT, type Indexes, openIndexes } from '../server/passes/slots/indexes.ts';
import { createPublisher, type Publisher, type Publishing } from '../server/passes/status/publisher.ts';
import { createStatusFiles, type StatusFiles } from '../server/passes/status/status-files.ts';
import { findOrAddPeople } from '../server/people/find-or-add-people.ts';
import type { Database } from '../server/platform/db/database.ts';
import { sql, time } from '../server/platform/db/sql.ts';
import type { TestService } from './service.ts';

/** The lists of a service under the clock of a test, and gates that read them. */
export interface StatusService {
  readonly record: TestService;
  readonly indexes: Indexes;
  readonly slots: FindSlots;
  readonly files: StatusFiles;
  readonly publisher: Publisher;
  /** Another process that publishes, with a memory of its own. */
  readonly anotherPublisher: (changes?: Partial<Publishing>) => Promise<Publisher>;
  /** The person of a resident number, who has a code from now on. */
  readonly personOf: (number: string) => Promise<string>;
  /** Lets an account show the code of a person; a number tells one account from the next. */
  readonly hold: (personId: string, number?: number) => Promise<void>;
  readonly endHold: (personId: string, number?: number) => Promise<void>;
  /** A phone or a card of a person. */
  readonly bearer: (personId: string, kind: 'phone' | 'card') => Promise<number>;
  /** A gate that knows nothing yet. */
  readonly gate: () => GateLists;
  /** Lets a gate fetch what it wants, and returns what it was refused. */
  readonly fetch: (gate: GateLists) => Promise<string[]>;
  /** What a gate that fetches now reads of a slot in the epoch of now. */
  readonly statusOf: (slot: number, gate?: GateLists) => Promise<Status>;
  /** Publishes, and lets a new gate read a slot. */
  readonly published: (slot: number) => Promise<Status>;
  /** What stands in a list. */
  readonly read: (name: string) => StatusPayload;
}

/** Opens the lists of a record, in a hook or a test. */
export async function statusService(
  record: TestService,
  changes: Partial<Publishing> = {},
): Promise<StatusService> {
  const db: Database = record.database.app;
  const { trust, signing } = await record.passes();
  const parameters = () => trust.keys().parameters;
  const clock = () => record.now;
  const open = () => openIndexes(db, record.keys(), parameters, record.now);
  const indexes = await open();
  const files = createStatusFiles(db);
  const partsOf = async (more: Partial<Publishing>): Promise<Publishing> => ({
    ...{ db, signing, parameters, clock, periodMs: 10_000, sweepMs: 0, aheadMs: 1_000 },
    indexes: await open(),
    sources: { db, keys: record.keys(), decision: record.decision, parameters },
    ...changes,
    ...more,
  });
  const publisher = createPublisher(await partsOf({ indexes }));
  const gate = () => createGateLists(trust.keys, verify);
  const fetch = (one: GateLists) => fetchInto(one, files, record.now);
  const statusOf = async (slot: number, one = gate()) => {
    const refused = await fetch(one);
    if (refused.length > 0) throw new Error(refused.join());
    return readStatus(one, indexes, slot, record.now, parameters());
  };
  return {
    ...{ record, indexes, files, publisher, gate, fetch, statusOf },
    slots: createFindSlots(db, clock),
    anotherPublisher: async (more = {}) => createPublisher(await partsOf(more)),
    ...peopleOf(record),
    published: async (slot) => {
      await publisher.tick();
      return statusOf(slot);
    },
    read: (name) => {
      const bytes = files.find(name);
      if (!bytes) throw new Error(`there is no list ${name}`);
      return decodeStatus(parseSign1(bytes)!.payload)!;
    },
  };
}

/** People with codes, phones and cards. */
function peopleOf(record: TestService): Pick<StatusService, 'personOf' | 'hold' | 'endHold' | 'bearer'> {
  const db = record.database.app;
  const hold = (personId: string, number = 1) => addHolding(db, personId, number, record.now);
  return {
    hold,
    personOf: async (number) => {
      const document = { type: 'resident-id', number } as const;
      const people = await db.transaction((one) =>
        findOrAddPeople(one, record.keys(), [document], record.now),
      );
      const { personId } = people.get(documentKey(document))!;
      await hold(personId);
      return personId;
    },
    endHold: async (personId, number = 1) => {
      await db.change(sql`
        insert into holding_end (person_id, number, reason, ended_at, erase_after)
        values (${personId}, ${number}, 'withdrawn', ${time(record.now)}, ${time(record.now + 1e10)})
      `);
    },
    bearer: (personId, kind) => addSlot(db, { personId, kind, bearerId: randomUUID() }, record.now),
  };
}

async function fetchInto(gate: GateLists, files: StatusFiles, now: Instant): Promise<string[]> {
  await files.refresh();
  const refused: string[] = [];
  const take = (name: string) => {
    const bytes = files.find(name);
    const why = bytes ? gate.take(bytes, now, name) : 'missing';
    if (why !== 'taken' && why !== 'known') refused.push(`${name}: ${why}`);
  };
  take('head');
  for (const name of gate.wanted()) take(name);
  return refused;
}

async function readStatus(
  gate: GateLists,
  indexes: Indexes,
  slot: number,
  now: Instant,
  parameters: TrustParameters,
): Promise<Status> {
  const epoch = epochAt(now, parameters);
  const view = gate.view(epoch, now);
  if (!view) throw new Error('the gate has no lists of now');
  if (slot >= FIRST_CARD_SLOT) return view.statusOfCard(indexes.cardIndexOf(slot));
  await indexes.refresh(now);
  return view.statusOf(indexes.indexOf(epoch, slot)!);
}

async function addHolding(db: Database, personId: string, number: number, now: number): Promise<void> {
  await db.change(sql`
    insert into holding (person_id, number, account_id, way, held_from, erase_after)
    values (${personId}, ${number}, ${randomUUID()}, 'claims', ${time(now)}, ${time(now + 1e10)})
        on conflict do nothing
  `);
}
