import { type CborValue, isArray, isBytes, isCount } from '../cbor/value.ts';
import type { Status } from '../status-view.ts';
import { readGaps, writeGaps } from './gaps.ts';
import { type Packed, setStatus, statusAt } from './packed.ts';

/** Which indexes get which status: for each status the indexes that get it, rising. No index stands in two. */
export type Changes = readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array];

const STATUSES: readonly Status[] = [0, 1, 2, 3];

/** The changes that some indexes make, whatever their order. */
export function changesOf(statuses: ReadonlyMap<number, Status>): Changes {
  const lists: number[][] = [[], [], [], []];
  for (const [index, status] of statuses) lists[status]!.push(index);
  return lists.map((indexes) => Uint32Array.from(indexes).sort()) as unknown as Changes;
}

/** The changes from all green to what is packed. */
export function changesFromGreen(packed: Packed): Changes {
  const counts = [0, 0, 0, 0];
  eachOther(packed, (_, status) => counts[status]!++);
  counts[0] = 0;
  const lists = counts.map((count) => new Uint32Array(count)) as unknown as Changes;
  const filled = [0, 0, 0, 0];
  eachOther(packed, (index, status) => {
    lists[status][filled[status]!++] = index;
  });
  return lists;
}

/** Calls for each index that is not green, rising. */
export function eachOther(packed: Packed, tell: (index: number, status: Status) => void): void {
  for (let byte = 0; byte < packed.length; byte++) {
    if (packed[byte] === 0) continue;
    for (let index = byte * 4; index < byte * 4 + 4; index++) {
      const status = statusAt(packed, index);
      if (status !== 0) tell(index, status);
    }
  }
}

export function applyChanges(packed: Packed, changes: Changes): void {
  for (const status of STATUSES) for (const index of changes[status]) setStatus(packed, index, status);
}

/** Several changes, one after the other, as one. */
export function joinChanges(all: readonly Changes[]): Changes {
  const joined = new Map<number, Status>();
  for (const changes of all)
    for (const status of STATUSES) for (const index of changes[status]) joined.set(index, status);
  return changesOf(joined);
}

export function countChanges(changes: Changes): number {
  return changes.reduce((sum, { length }) => sum + length, 0);
}

/**
 * For each status how many indexes get it, and where they are. Each status is a set of its own, so that which one an index
 * gets costs no more than it tells.
 */
export function encodeChanges(changes: Changes): CborValue {
  return changes.map((positions) => {
    const { count, shift, bits } = writeGaps(positions);
    return [count, shift, bits];
  });
}

/** Reads changes of indexes below `limit`; undefined for anything else. */
export function decodeChanges(value: CborValue | undefined, limit: number): Changes | undefined {
  if (!isArray(value) || value.length !== STATUSES.length) return undefined;
  const lists: Uint32Array[] = [];
  for (const item of value) {
    if (!isArray(item) || item.length !== 3) return undefined;
    const [count, shift, bits] = item;
    if (!isCount(count) || !isCount(shift) || !isBytes(bits)) return undefined;
    const positions = readGaps({ count, shift, bits }, limit);
    if (!positions) return undefined;
    lists.push(positions);
  }
  return lists as unknown as Changes;
}
