import type { Colour } from '../../../domain/colour.ts';
import { type Instant, NEVER } from '../../../domain/time.ts';
import type { Database } from '../../platform/db/database.ts';
import { microBatch } from '../../platform/db/micro-batch.ts';
import type { ReadCurrent } from '../read-current.ts';
import { heldColours } from './store.ts';

/** Reads the colour of one person, without its reasons; otherwise says the same as {@link ReadCurrent}. */
export type ReadColour = (personId: string, now: Instant) => Promise<Colour | 'nothing-known' | 'unreadable'>;

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
    const rows = await heldColours(
      db,
      asked.map(({ personId }) => personId),
      now,
    );
    const held = new Map(rows.map(({ personId, colour }) => [personId, colour as Colour]));
    return asked.map(({ personId }) => held.get(personId));
  });
  return async (personId, now) => {
    const held = await heldOf({ personId, now });
    if (held !== undefined) return held;
    const current = await readCurrent(personId, now);
    return typeof current === 'string' ? current : (current.colour as Colour);
  };
}
