import type { Instant } from '../../../domain/time.ts';
import type { Deltas } from './make-deltas.ts';
import type { Publishing } from './publisher.ts';
import { readStatuses } from './read-statuses.ts';
import { SLOTS_A_PAGE, slotOwnersAfter, slotsBetween } from './store.ts';

/** Before every id. */
export const BEFORE_EVERYBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Looks over people about whom nothing has happened, for as long as it may, and goes on at the next call where it ended:
 * whatever the lists missed, it heals. Returns where it ended.
 */
export async function sweep(
  { sources, sweepMs }: Pick<Publishing, 'sources' | 'sweepMs'>,
  deltas: Deltas,
  { after, asOf }: { readonly after: string; readonly asOf: Instant },
): Promise<string> {
  const end = performance.now() + sweepMs;
  let at = after;
  while (performance.now() < end) {
    const people = await slotOwnersAfter(sources.db, at);
    deltas.write(await readStatuses(sources, [...new Set(people)], asOf), asOf);
    if (people.length < SLOTS_A_PAGE) return BEFORE_EVERYBODY;
    at = people.at(-1)!;
  }
  return at;
}

/** Looks over whoever bears a slot from one on and before another, for which there was no room in the lists before. */
export async function sweepSlots(
  { sources }: Pick<Publishing, 'sources'>,
  deltas: Deltas,
  { from, before, now }: { readonly from: number; readonly before: number; readonly now: Instant },
  keep: () => Promise<void>,
): Promise<void> {
  for (let at = from; at < before; ) {
    const page = await slotsBetween(sources.db, at, before, SLOTS_A_PAGE);
    const people = new Set(page.map(({ personId }) => personId));
    deltas.write(await readStatuses(sources, [...people], now), now);
    at = page.length < SLOTS_A_PAGE ? before : page.at(-1)!.slot + 1;
    await keep();
  }
}

/** Looks over everybody, where there are no lists to start from. */
export async function sweepEverybody(
  { sources }: Pick<Publishing, 'sources'>,
  deltas: Deltas,
  now: Instant,
  keep: () => Promise<void>,
): Promise<void> {
  for (let after: string | undefined = BEFORE_EVERYBODY; after !== undefined; ) {
    const people = await slotOwnersAfter(sources.db, after);
    deltas.write(await readStatuses(sources, [...new Set(people)], now), now);
    after = people.length < SLOTS_A_PAGE ? undefined : people.at(-1);
    await keep();
  }
}
