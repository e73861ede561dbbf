import { changesOf } from '../../../credential/status/changes.ts';
import { encodeStatus } from '../../../credential/status/payloads.ts';
import { STATUS, type Status } from '../../../credential/status-view.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Indexes } from '../slots/indexes.ts';
import { type EpochLists, writeStatuses } from './epoch-lists.ts';
import type { Changed } from './find-changed.ts';
import { readStatuses, type SlotStatuses, type StatusSources } from './read-statuses.ts';
import type { PayloadRow } from './store.ts';

/** What becomes of the lists in one call: whatever is written into them is told in a delta. */
export interface Deltas {
  /** Writes statuses that hold from an instant on. Instants must not fall. */
  readonly write: (statuses: SlotStatuses, holdsFrom: Instant) => void;
  /** The deltas, to be signed. To be called once. */
  readonly payloads: () => PayloadRow[];
  /** How many indexes have another status, in all lists together. */
  readonly count: () => number;
}

/** People who are looked up at once. */
export const TOGETHER = 2_000;

/** `endOf` says when an epoch is over: from then on nothing is told of it. */
export function createDeltas(
  lists: readonly EpochLists[],
  indexes: Indexes,
  endOf: (epoch: number) => Instant,
): Deltas {
  const made = lists.map((one) => ({ lists: one, byInstant: new Map<Instant, Map<number, Status>>() }));
  return {
    write: (statuses, holdsFrom) => {
      if (statuses.size === 0) return;
      for (const one of made) {
        if (holdsFrom >= endOf(one.lists.indexes.epoch)) continue;
        const changed = one.byInstant.get(holdsFrom) ?? new Map<number, Status>();
        one.byInstant.set(holdsFrom, changed);
        writeStatuses(one.lists, statuses, indexes, changed);
      }
    },
    payloads: () => made.flatMap((one) => payloadsOf(one.lists, one.byInstant)),
    count: () => {
      const sizes = made.flatMap(({ byInstant }) => [...byInstant.values()].map(({ size }) => size));
      return sizes.reduce((sum, size) => sum + size, 0);
    },
  };
}

function payloadsOf(
  lists: EpochLists,
  byInstant: ReadonlyMap<Instant, ReadonlyMap<number, Status>>,
): PayloadRow[] {
  const { epoch } = lists.indexes;
  const rows: PayloadRow[] = [];
  for (const [holdsFrom, changed] of [...byInstant].sort(([one], [other]) => one - other)) {
    if (changed.size === 0) continue;
    lists.delta++;
    lists.holdsFrom = Math.max(lists.holdsFrom, holdsFrom);
    const delta = { kind: 'delta' as const, epoch, number: lists.delta, holdsFrom };
    const payload = encodeStatus({ ...delta, changes: changesOf(changed) });
    rows.push({ epoch, kind: 'delta', number: lists.delta, payload });
  }
  return rows;
}

/** Looks up whoever may have another status, now or at an instant to come, and writes what they have. */
export async function takeChanged(
  sources: StatusSources,
  { people, endedSlots, coming }: Changed,
  deltas: Deltas,
  asOf: Instant,
  keep: () => Promise<void>,
): Promise<void> {
  const take = async (some: readonly string[], at: Instant) => {
    for (let from = 0; from < some.length; from += TOGETHER) {
      if (from > 0) await keep();
      deltas.write(await readStatuses(sources, some.slice(from, from + TOGETHER), at), at);
    }
  };
  // First, since somebody who is erased has no slots by which they are found.
  deltas.write(new Map(endedSlots.map((slot) => [slot, STATUS.none])), asOf);
  await take(people, asOf);
  for (const [at, { foreseen, others }] of coming) {
    deltas.write(foreseen, at);
    await take(others, at);
  }
}
