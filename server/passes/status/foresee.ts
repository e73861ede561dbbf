import type { Status } from '../../../credential/status-view.ts';
import { type Instant, NEVER } from '../../../domain/time.ts';
import { withKin } from '../../codes/dossiers.ts';
import type { Db } from '../../platform/db/database.ts';
import { readSlots, type SlotStatuses, type StatusSources } from './read-statuses.ts';
import { comingBetween } from './store.ts';

/** What the clock alone will turn is worked out before it does, so that a midnight at which many turn is published at once. */
export interface Foreseen {
  /** Looks who turns at an instant to come, and works out for some time what they will be then. */
  readonly lookAhead: (sources: StatusSources, ahead: Ahead, keep: () => Promise<void>) => Promise<void>;
  /** To be told of everybody to whom something happened: what was worked out about them before counts no longer. */
  readonly drop: (people: Iterable<string>, endedSlots?: Iterable<number>) => void;
  /** The same of everybody of whom something holds: whether they are among some. */
  readonly dropWhere: (isMeant: (personId: string) => boolean) => void;
  /** Whether it is worked out what somebody will be at an instant. */
  readonly has: (personId: string, at: Instant) => boolean;
  /** The instants of a span for which something is worked out. */
  readonly instants: (after: Instant, until: Instant) => readonly Instant[];
  /** What was worked out for an instant; from now on it is in the lists. */
  readonly take: (at: Instant) => SlotStatuses;
  /** The slots of somebody of whom was told lately what had been worked out, and to whom nothing happened since. */
  readonly toldSlots: (personId: string) => readonly number[] | undefined;
  readonly forget: () => void;
}

/** What is looked at. */
export interface Ahead {
  readonly now: Instant;
  /** What comes until then is told already. */
  readonly after: Instant;
  /** How long it may take. */
  readonly forMs: number;
}

/** Somebody's slots, with what they will be. */
type Slots = readonly (readonly [number, Status])[];

/** An instant to come. */
interface Coming {
  /** Those about whom it is to be worked out yet. */
  readonly left: Set<string>;
  readonly read: Map<string, Slots>;
}

/** So long before it comes an instant is looked at. */
const AHEAD_MS = 5 * 60_000;
/** For so long those who turned are concluded about; what they were told needs not be read again then. */
const TOLD_MS = 5 * 60_000;
/** Of more people it is not worked out before; it is a matter of memory, about a hundred bytes each. */
const MOST = 500_000;
/** People who are looked up at once. */
const TOGETHER = 2_000;
const SECOND_MS = 1_000;

/** The lists go by whole seconds: what comes within one holds from its end on. */
export function secondOf(dueAt: Instant): Instant {
  return Math.ceil(dueAt / SECOND_MS) * SECOND_MS;
}

export function createForeseen(): Foreseen {
  const coming = new Map<Instant, Coming>();
  let told = new Map<string, readonly number[]>();
  const ended = new Set<number>();
  let lookedUntil = -NEVER;
  let toldAt = -NEVER;
  const forget = () => {
    coming.clear();
    told = new Map();
    ended.clear();
    lookedUntil = -NEVER;
  };
  const drop = (personId: string) => {
    told.delete(personId);
    for (const { left, read } of coming.values()) if (read.delete(personId)) left.add(personId);
  };
  return {
    forget,
    lookAhead: async (sources, { now, after, forMs }, keep) => {
      // A clock that was put back tells other instants, and dates what happens before what was looked at.
      if (now + AHEAD_MS < lookedUntil) forget();
      if (now > toldAt + TOLD_MS) told = new Map();
      for (const at of coming.keys()) if (at <= after) coming.delete(at);
      if (coming.size === 0) ended.clear();
      if (forMs === 0) return;
      await list(sources.db, coming, Math.max(after, lookedUntil), now + AHEAD_MS);
      lookedUntil = now + AHEAD_MS;
      await workOut(sources, coming, performance.now() + forMs, keep);
    },
    drop: (people, endedSlots = []) => {
      for (const personId of people) drop(personId);
      for (const slot of endedSlots) ended.add(slot);
    },
    dropWhere: (isMeant) => {
      for (const { read } of coming.values())
        for (const personId of read.keys()) if (isMeant(personId)) drop(personId);
    },
    has: (personId, at) => coming.get(at)?.read.has(personId) ?? false,
    instants: (after, until) => [...coming.keys()].filter((at) => at > after && at <= until),
    take: (at) => {
      const statuses: SlotStatuses = new Map();
      for (const [personId, slots] of coming.get(at)?.read ?? []) {
        const own = slots.filter(([slot]) => !ended.has(slot));
        for (const [slot, status] of own) statuses.set(slot, status);
        told.set(
          personId,
          own.map(([slot]) => slot),
        );
      }
      coming.delete(at);
      toldAt = at;
      return statuses;
    },
    toldSlots: (personId) => told.get(personId),
  };
}

/** Adds who turns within a span. Whoever is not among them is looked up when the instant is there. */
async function list(db: Db, coming: Map<Instant, Coming>, after: Instant, until: Instant): Promise<void> {
  const sizes = [...coming.values()].map(({ left, read }) => left.size + read.size);
  const room = MOST - sizes.reduce((sum, size) => sum + size, 0);
  if (room <= 0 || until <= after) return;
  for (const { personId, dueAt } of await comingBetween(db, after, until, room)) {
    const at = secondOf(dueAt);
    const one = coming.get(at) ?? { left: new Set(), read: new Map() };
    coming.set(at, one);
    one.left.add(personId);
  }
}

async function workOut(
  sources: StatusSources,
  coming: ReadonlyMap<Instant, Coming>,
  end: number,
  keep: () => Promise<void>,
): Promise<void> {
  for (const [at, { left, read }] of [...coming].sort(([one], [other]) => one - other))
    while (left.size > 0 && performance.now() < end) {
      const some = firstOf(left, TOGETHER);
      // Whoever is joined to somebody has their colour too (S3), and what waits of others may not be seen: they are looked up then.
      const kin = await withKin(sources.db, some);
      const alone = some.filter((personId) => kin.get(personId)!.length === 0);
      const slots = new Map<string, [number, Status][]>(alone.map((personId) => [personId, []]));
      for (const { personId, slot, status } of await readSlots(sources, alone, at))
        slots.get(personId)!.push([slot, status]);
      for (const [personId, own] of slots) read.set(personId, own);
      for (const personId of some) left.delete(personId);
      await keep();
    }
}

function firstOf(people: ReadonlySet<string>, most: number): string[] {
  const first: string[] = [];
  for (const personId of people) {
    if (first.length === most) break;
    first.push(personId);
  }
  return first;
}
