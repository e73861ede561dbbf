import type { Document } from '../../domain/people/document.ts';
import { DAY_MS, type Instant, NEVER, parseInstant, printInstant } from '../../domain/time.ts';
import { acceptDeliveries } from '../evidence/accept-deliveries.ts';
import { readDelivery } from '../evidence/read-delivery.ts';
import { type EvidenceRow, evidenceAbout } from '../evidence/store.ts';
import { evidenceContext } from '../evidence/write-evidence.ts';
import type { Holder } from '../people/find-or-add-people.ts';
import type { Db } from '../platform/db/database.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { passingProblem } from '../platform/http/problem.ts';
import { open } from '../platform/keys/envelope.ts';
import type { Applying } from './applying.ts';
import { DECLARED_DAYS, type Declared, type DeclaredStay, stayKey } from './read-declaration.ts';

/** The name under which deliveries of applicants are on record. */
export const CITIZEN_CLIENT = 'citizen';

/** A record of a person's own, as it stands. */
export interface OwnRecord {
  readonly id: string;
  readonly version: number;
  readonly kind: string;
  /** What it says; missing once it is retracted. */
  readonly data: StatedData | undefined;
}

interface StatedData {
  readonly region?: string;
  readonly place?: string;
  readonly from: string;
  readonly to?: string;
  readonly fever?: true;
}

/** A version to be stated. */
export interface OwnStatement {
  readonly id: string;
  readonly version: number;
  readonly kind: 'stay' | 'symptom';
  readonly retracted?: true;
  readonly data?: StatedData;
}

/** Whose declaration it is. */
export interface Stating {
  readonly holder: Holder;
  readonly document: Document;
  /** The application from which new records get their keys. */
  readonly applicationId: string;
}

/**
 * States what somebody has declared, as evidence of the source `self`, in the transaction of `db`: new versions of their
 * own records where something has changed, and nothing where nothing has. To be followed by `onAccepted`.
 */
export async function stateDeclaration(
  db: Db,
  applying: Applying,
  { holder, document, applicationId }: Stating,
  declared: Declared,
  now: Instant,
): Promise<void> {
  const own = await ownRecords(db, holder);
  await deliverOwn(db, applying, document, changesOf(own, declared, applicationId), now);
}

/** Takes back everything that somebody has stated about themselves, in the transaction of `db`. */
export async function retractOwn(
  db: Db,
  applying: Applying,
  { holder, document }: Omit<Stating, 'applicationId'>,
  now: Instant,
): Promise<void> {
  const standing = (await ownRecords(db, holder)).filter(({ data }) => data !== undefined);
  await deliverOwn(db, applying, document, standing.map(retraction), now);
}

/**
 * The versions that turn what a person has stated so far into what they state now. A stay that is not stated any more is
 * retracted, unless it is so old that nobody was asked about it. A fever that is not there any more has gone (M10).
 */
export function changesOf(
  own: readonly OwnRecord[],
  declared: Declared,
  applicationId: string,
): OwnStatement[] {
  const standing = own.filter(({ data }) => data !== undefined);
  const nextId = numberer(own, applicationId);
  return [
    ...feverChanges(standing, declared, () => nextId('fever')),
    ...stayChanges(standing, declared, () => nextId('stay')),
  ];
}

function feverChanges(
  standing: readonly OwnRecord[],
  { feverSince: since, statedAt }: Declared,
  nextId: () => string,
): OwnStatement[] {
  const open = standing.find(({ kind, data }) => kind === 'symptom' && data!.to === undefined);
  if (since === undefined)
    return open ? [version(open, { ...open.data!, to: printInstant(notBefore(open, statedAt)) })] : [];
  const data: StatedData = { fever: true, from: printInstant(since) };
  if (!open) return [{ id: nextId(), version: 1, kind: 'symptom', data }];
  // Without a beginning it is the fever that is known already.
  return since === statedAt || sameData(open.data!, data) ? [] : [version(open, data)];
}

function stayChanges(
  standing: readonly OwnRecord[],
  { stays, statedAt }: Declared,
  nextId: () => string,
): OwnStatement[] {
  const known = new Map(
    standing.filter(({ kind }) => kind === 'stay').map((record) => [keyOf(record.data!), record]),
  );
  const changes: OwnStatement[] = [];
  for (const stay of stays) {
    const record = known.get(stayKey(stay));
    known.delete(stayKey(stay));
    const data = dataOf(stay);
    if (!record) changes.push({ id: nextId(), version: 1, kind: 'stay', data });
    else if (!sameData(record.data!, data)) changes.push(version(record, data));
  }
  const asked = statedAt - DECLARED_DAYS * DAY_MS;
  const dropped = [...known.values()].filter(({ data }) => endOf(data!) >= asked);
  return [...changes, ...dropped.map(retraction)];
}

function dataOf({ region, place, from, to }: DeclaredStay): StatedData {
  return {
    region,
    ...(place !== undefined && { place }),
    from: printInstant(from),
    ...(to !== NEVER && { to: printInstant(to) }),
  };
}

function version({ id, version, kind }: OwnRecord, data: StatedData): OwnStatement {
  return { id, version: version + 1, kind: kind as OwnStatement['kind'], data };
}

function retraction({ id, version, kind }: OwnRecord): OwnStatement {
  return { id, version: version + 1, kind: kind as OwnStatement['kind'], retracted: true };
}

function sameData(one: StatedData, other: StatedData): boolean {
  const fields = ['region', 'place', 'from', 'to'] as const;
  return fields.every((field) => one[field] === other[field]);
}

function keyOf({ region = '', place, from }: StatedData): string {
  return stayKey({ region, place, from: parseInstant(from) });
}

function endOf({ to }: StatedData): Instant {
  return to === undefined ? NEVER : parseInstant(to);
}

/** A fever does not end before it begins, whatever two clocks say. */
function notBefore({ data }: OwnRecord, statedAt: Instant): Instant {
  return Math.max(statedAt, parseInstant(data!.from));
}

/** Gives keys that no record has yet: `<application>-stay-3`. */
function numberer(own: readonly OwnRecord[], applicationId: string): (item: string) => string {
  const taken = new Set(own.map(({ id }) => id));
  return (item) => {
    for (let number = 1; ; number++) {
      const id = `${applicationId}-${item}-${number}`;
      if (taken.has(id)) continue;
      taken.add(id);
      return id;
    }
  };
}

/** What a person has stated about themselves so far, of each record the highest version. */
async function ownRecords(db: Db, { personId, key }: Holder): Promise<OwnRecord[]> {
  const heads = new Map<string, EvidenceRow>();
  for (const row of await evidenceAbout(db, [personId])) {
    if (row.source !== 'self' || row.standing === 'left') continue;
    const head = heads.get(row.recordId);
    if (!head || head.version < row.version) heads.set(row.recordId, row);
  }
  return [...heads.values()].map(({ recordId: id, version, kind, standing, sealedData }) => {
    const context = evidenceContext(personId, 'self', id, version);
    const isStated = standing === 'stated' && sealedData !== null;
    const data = isStated ? (JSON.parse(open(key, sealedData, context).toString()) as StatedData) : undefined;
    return { id, version, kind, data };
  });
}

async function deliverOwn(
  db: Db,
  { keys, contracts, lists }: Applying,
  document: Document,
  statements: readonly OwnStatement[],
  now: Instant,
): Promise<void> {
  if (statements.length === 0) return;
  const terms = {
    ...{ batchId: timeUuid(now), clientId: CITIZEN_CLIENT, receivedAt: now, keepsTimes: false },
    ...{ sources: ['self'], contracts: contracts.kinds(), lists: lists() },
  };
  const incoming = statements.map((statement, i) => ({
    position: i + 1,
    value: { source: 'self', person: { document }, ...statement },
  }));
  const [receipt] = await acceptDeliveries(db, keys, [readDelivery(keys, terms, incoming)], now);
  // Whoever states something is told when it does not count, instead of getting a code as if they had stated nothing.
  if (receipt!.quarantined > 0)
    throw passingProblem('unavailable', 'What is declared cannot be taken in.', 60);
}
