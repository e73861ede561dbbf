import type { Instant } from '../../domain/time.ts';
import type { Status, StatusView } from '../status-view.ts';
import type { KeyUse } from '../trust/keys.ts';
import { applyChanges, type Changes } from './changes.ts';
import { type ListName, printListName } from './names.ts';
import { createPacked, type Packed, statusAt } from './packed.ts';
import { type Base, type Delta, decodeStatus, type Head, type StatusPayload, type Sum } from './payloads.ts';

/**
 * Why a list is not taken. `unreadable`: no list. `wrong-use`: signed by a key for something else. `other-list`: not the one
 * that was asked for. `rolled-back`: older than what is known. `hole`: a number before it is missing. `no-base`: nothing to
 * apply it to.
 */
export type StatusRefusal = 'unreadable' | 'wrong-use' | 'other-list' | 'rolled-back' | 'hole' | 'no-base';

/** `known`: it says nothing that is not known. */
export type Taken = 'taken' | 'known' | StatusRefusal;

/** What a reader knows of the lists: at most one picture an epoch, 2 bits an index. */
export interface StatusState {
  /**
   * Takes the payload of a list whose signature holds, signed by a key of `use`; `name` is what was asked for, where it was.
   */
  readonly take: (payload: Uint8Array, use: KeyUse, name?: string) => Taken;
  /** The lists of an epoch as they are at an instant; undefined without its base. */
  readonly view: (epoch: number, now: Instant) => StatusView | undefined;
  /** Which lists are to be fetched next, in order, to know all that the head speaks of. */
  readonly wanted: () => string[];
  /** When the newest head was signed; undefined without one. */
  readonly headAt: () => Instant | undefined;
}

/** An epoch as it is known. */
interface Known {
  readonly base: Base;
  readonly packed: Packed;
  /** The number of the last delta that is known. */
  number: number;
  /** Deltas that are known and not in force yet, in order. */
  pending: readonly Delta[];
  /** Until when what is known is all that there was. */
  at: Instant;
}

/** The use of the key that signs each kind. */
const USES: Readonly<Record<StatusPayload['kind'], KeyUse>> = {
  base: 'status',
  delta: 'delta',
  sum: 'delta',
  head: 'delta',
};

/** All that a reader knows. */
interface Memory {
  readonly epochs: Map<number, Known>;
  head: Head | undefined;
}

/** Makes a reader that knows nothing yet. */
export function createStatusState(): StatusState {
  const memory: Memory = { epochs: new Map(), head: undefined };
  return {
    take: (payload, use, name) => take(memory, payload, use, name),
    view: (epoch, now) => {
      const known = memory.epochs.get(epoch);
      if (!known) return undefined;
      // A clock that is slow must not keep back what was in force when the head was signed.
      turn(known, Math.max(now, memory.head?.at ?? now));
      return viewOf(known);
    },
    wanted: () =>
      memory.head?.epochs.flatMap((one) => wantedOf(one, memory.epochs.get(one.epoch)?.number)) ?? [],
    headAt: () => memory.head?.at,
  };
}

function take(memory: Memory, payload: Uint8Array, use: KeyUse, name: string | undefined): Taken {
  const read = decodeStatus(payload);
  if (!read) return 'unreadable';
  if (USES[read.kind] !== use) return 'wrong-use';
  if (name !== undefined && printListName(read) !== name) return 'other-list';
  switch (read.kind) {
    case 'head':
      return takeHead(memory, read);
    case 'base':
      return takeBase(memory, read);
    default:
      return takeNext(memory, read);
  }
}

function takeHead(memory: Memory, next: Head): Taken {
  const { epochs, head } = memory;
  if (isOlder(memory, next)) return 'rolled-back';
  memory.head = next;
  const first = next.epochs[0]?.epoch ?? 0;
  for (const epoch of epochs.keys()) if (epoch < first) epochs.delete(epoch);
  for (const [epoch, known] of epochs) confirm(known, epoch, next);
  return head?.at === next.at ? 'known' : 'taken';
}

/** Whether a head speaks of less than what is known. */
function isOlder({ epochs, head }: Memory, next: Head): boolean {
  if (head && next.at < head.at) return true;
  return next.epochs.some(({ epoch, delta, sum, baseAt }) => {
    const listed = head?.epochs.find((one) => one.epoch === epoch);
    const isLess = listed && (delta < listed.delta || sum < listed.sum || baseAt !== listed.baseAt);
    return isLess || delta < (epochs.get(epoch)?.number ?? 0);
  });
}

function takeBase({ epochs, head }: Memory, base: Base): Taken {
  const known = epochs.get(base.epoch);
  if (known) return known.base.at === base.at ? 'known' : 'rolled-back';
  const listed = head?.epochs.find(({ epoch }) => epoch === base.epoch);
  const isOver = base.epoch < (head?.epochs[0]?.epoch ?? 0);
  if (isOver || (listed && listed.baseAt !== base.at)) return 'rolled-back';
  const packed = createPacked(base.capacity + base.cardCapacity);
  applyChanges(packed, base.changes);
  const made: Known = { base, packed, number: 0, pending: [], at: base.at };
  epochs.set(base.epoch, made);
  confirm(made, base.epoch, head);
  return 'taken';
}

function takeNext({ epochs, head }: Memory, next: Delta | Sum): Taken {
  const known = epochs.get(next.epoch);
  if (!known) return 'no-base';
  if (next.number <= known.number) return 'known';
  if (next.kind === 'delta' && next.number > known.number + 1) return 'hole';
  if (!fits(next.changes, known.base)) return 'unreadable';
  if (next.kind === 'sum') {
    applyChanges(known.packed, next.changes);
    known.pending = [];
  } else known.pending = [...known.pending, next];
  known.number = next.number;
  confirm(known, next.epoch, head);
  return 'taken';
}

function wantedOf({ epoch, delta, sum }: Head['epochs'][number], number: number | undefined): string[] {
  const wanted: ListName[] = number === undefined ? [{ kind: 'base', epoch }] : [];
  let next = number ?? 0;
  if (sum > next) {
    wanted.push({ kind: 'sum', epoch, number: sum });
    next = sum;
  }
  while (next < delta) wanted.push({ kind: 'delta', epoch, number: ++next });
  return wanted.map(printListName);
}

/** Whoever knows all deltas that a head speaks of knows all that there was when it was signed. */
function confirm(known: Known, epoch: number, head: Head | undefined): void {
  const listed = head?.epochs.find((one) => one.epoch === epoch);
  if (head && listed && known.number >= listed.delta) known.at = Math.max(known.at, head.at);
}

/** Applies what is in force at an instant. */
function turn(known: Known, now: Instant): void {
  let turned = 0;
  for (const { holdsFrom, changes } of known.pending) {
    if (holdsFrom > now) break;
    applyChanges(known.packed, changes);
    known.at = Math.max(known.at, holdsFrom);
    turned++;
  }
  if (turned > 0) known.pending = known.pending.slice(turned);
}

function fits(changes: Changes, { capacity, cardCapacity }: Base): boolean {
  return changes.every((positions) => (positions.at(-1) ?? 0) < capacity + cardCapacity);
}

/** Nothing is known of an index that is none: it is not in force. */
const NONE: Status = 1;

function viewOf({ base, packed, at }: Known): StatusView {
  const { epoch, capacity, cardCapacity } = base;
  return {
    epoch,
    at,
    statusOf: (index) => (index < capacity ? statusAt(packed, index) : NONE),
    statusOfCard: (index) => (index < cardCapacity ? statusAt(packed, capacity + index) : NONE),
  };
}
