import { STATUS, type Status } from '../../../credential/status-view.ts';
import type { TrustParameters } from '../../../credential/trust/parameters.ts';
import type { Colour } from '../../../domain/colour.ts';
import { DAY_MS, type Instant } from '../../../domain/time.ts';
import { heldColours } from '../../codes/current/store.ts';
import type { Decision } from '../../codes/decision.ts';
import { readAssessments } from '../../codes/read-assessments.ts';
import type { Db } from '../../platform/db/database.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { isCardSlot } from '../slots/indexes.ts';
import { endsOf, slotsOfPeople } from '../slots/store.ts';
import { codesHeld } from './store.ts';

/** What statuses are read from. */
export interface StatusSources {
  readonly db: Db;
  readonly keys: KeyRing;
  /** What decides at an instant. */
  readonly decision: (at: Instant) => Decision;
  readonly parameters: () => TrustParameters;
}

/** The status of each slot of some people. */
export type SlotStatuses = Map<number, Status>;

/** The status of a slot, and whose it is. */
export interface SlotStatus {
  readonly personId: string;
  readonly slot: number;
  readonly status: Status;
}

/** What the lists say of a colour. */
export const OF_COLOUR: Readonly<Record<Colour, Status>> = {
  green: STATUS.green,
  yellow: STATUS.yellow,
  red: STATUS.red,
};

/**
 * What the lists have to say at an instant about the slots of some people: their colour as `GET /me/code` would tell it, and
 * nothing where the slot has ended, nobody holds the code any more, or something about them cannot be read: an error is never
 * a colour.
 */
export async function readStatuses(
  sources: StatusSources,
  personIds: readonly string[],
  now: Instant,
): Promise<SlotStatuses> {
  return new Map((await readSlots(sources, personIds, now)).map(({ slot, status }) => [slot, status]));
}

/** The same as {@link readStatuses}, with whose the slots are. */
export async function readSlots(
  sources: StatusSources,
  personIds: readonly string[],
  now: Instant,
): Promise<SlotStatus[]> {
  const slots = await slotsOfPeople(sources.db, personIds);
  if (slots.length === 0) return [];
  const people = [...new Set(slots.map(({ personId }) => personId))];
  const [ends, held, colours] = await Promise.all([
    endsOf(
      sources.db,
      slots.map(({ slot }) => slot),
    ),
    codesHeld(sources.db, people),
    coloursOf(sources, people, now),
  ]);
  const endOfSlot = new Map(ends.map(({ slot, endedAt }) => [slot, endedAt]));
  const endOfCode = new Map(held.map(({ personId, endedAt }) => [personId, endedAt]));
  return slots.map(({ personId, slot }) => {
    // A card ends with the code, and may be all that somebody has (S10). Whoever never held a code has no other pass.
    const codeEnd = endOfCode.has(personId) ? endOfCode.get(personId) : now;
    const endedAt = earlier(endOfSlot.get(slot), isCardSlot(slot) ? undefined : (codeEnd ?? undefined));
    const ended = endedAt === undefined ? undefined : statusOfEnded(slot, endedAt, now, sources.parameters());
    return { personId, slot, status: ended ?? colours.get(personId)! };
  });
}

/**
 * The status of a slot that has ended: none, for longer than any pass of it can be about. After that nobody can show one, and its
 * index is like those that nobody ever had, so that the lists do not grow with every phone that was ever replaced.
 */
export function statusOfEnded(
  slot: number,
  endedAt: Instant,
  now: Instant,
  parameters: TrustParameters,
): Status {
  const { cardMs, otherMs } = toldFor(parameters);
  return endedAt > now - (isCardSlot(slot) ? cardMs : otherMs) ? STATUS.none : STATUS.green;
}

/** For how long it is told that a card has ended, or another slot. */
export function toldFor({ epochSeconds, epochsAhead, paperDays }: TrustParameters): {
  readonly cardMs: number;
  readonly otherMs: number;
} {
  return { cardMs: (paperDays + 2) * DAY_MS, otherMs: (epochsAhead + 2) * epochSeconds * 1_000 };
}

function earlier(one: Instant | undefined, other: Instant | undefined): Instant | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Math.min(one, other);
}

/** Nearly always a stored conclusion holds, and its colour alone is read; for all others it is concluded. */
async function coloursOf(
  { db, keys, decision }: StatusSources,
  personIds: readonly string[],
  now: Instant,
): Promise<ReadonlyMap<string, Status>> {
  const statuses = new Map<string, Status>();
  for (const { personId, colour } of await heldColours(db, personIds, now))
    statuses.set(personId, OF_COLOUR[colour as Colour]);
  const others = personIds.filter((personId) => !statuses.has(personId));
  if (others.length === 0) return statuses;
  const { current, unreadable } = await readAssessments(db, keys, decision(now), others, now);
  for (const personId of others) {
    const one = current.get(personId);
    // Whoever has a code and nothing against them is green (R4).
    const status = one ? OF_COLOUR[one.colour as Colour] : STATUS.green;
    statuses.set(personId, unreadable.has(personId) ? STATUS.none : status);
  }
  return statuses;
}
