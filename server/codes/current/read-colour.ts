import type { Colour } from '../../../domain/colour.ts';
import { type Instant, NEVER } from '../../../domain/time.ts';
import type { Database, Db } from '../../platform/db/database.ts';
import { microBatch } from '../../platform/db/micro-batch.ts';
import type { ReadCurrent } from '../read-current.ts';
import { heldColours } from './store.ts';

/** The colour of somebody, or why there is none; see {@link ReadCurrent}. */
export type CurrentColour = Colour | 'nothing-known' | 'unreadable';

/** Reads the colour of one person, without its reasons; otherwise says the same as {@link ReadCurrent}. */
export type ReadColour = (personId: string, now: Instant) => Promise<CurrentColour>;

interface Asked {
  readonly personId: string;
  readonly now: Instant;
}

/**
 * Makes the reader of a process. Nearly always a stored conclusion holds, and then its colour alone is read; for all others
 * `readCurrent` concludes.
 */
export function createReadColour(db: Database, readCurrent: ReadCurrent): ReadColour {
  const heldOf = microBatch<Asked, Colour | undefined>(async (asked) => {
    const now = asked.reduce((latest, one) => Math.max(latest, one.now), -NEVER);
    const personIds = asked.map(({ personId }) => personId);
    const held = await heldColoursOf(db, personIds, now);
    return personIds.map((personId) => held.get(personId));
  });
  return async (personId, now) =>
    (await heldOf({ personId, now })) ?? concludeColour(readCurrent, personId, now);
}

/** The colours of those of some people whose stored conclusions hold; of all others {@link concludeColour} tells. */
export async function heldColoursOf(
  db: Db,
  personIds: readonly string[],
  now: Instant,
): Promise<ReadonlyMap<string, Colour>> {
  const rows = await heldColours(db, personIds, now);
  return new Map(rows.map(({ personId, colour }) => [personId, colour as Colour]));
}

/** The colour of somebody about whom has to be concluded first. */
export async function concludeColour(
  readCurrent: ReadCurrent,
  personId: string,
  now: Instant,
): Promise<CurrentColour> {
  const current = await readCurrent(personId, now);
  return typeof current === 'string' ? current : (current.colour as Colour);
}
