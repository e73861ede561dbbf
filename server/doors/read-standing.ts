import type { Colour } from '../../domain/colour.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import { heldColoursOf } from '../codes/current/read-colour.ts';
import { endsOf, type GivenSlot } from '../passes/slots/store.ts';
import type { Db } from '../platform/db/database.ts';
import { microBatch } from '../platform/db/micro-batch.ts';
import { accountsShowing } from './store.ts';

/** What holds of those whom one text shows, in their order. */
export interface Standing {
  /** Whether a phone was removed, or a card or a person ended, so that this text is in force no longer. */
  readonly hasEnded: boolean;
  /** Which account shows the code of each; undefined where none does, and of whoever shows a card, which is not asked. */
  readonly accounts: readonly (string | undefined)[];
  /** Undefined where no stored conclusion holds. */
  readonly colours: readonly (Colour | undefined)[];
}

/** Reads what holds of those whom one text shows: nothing of it is remembered. */
export type ReadStanding = (bearers: readonly GivenSlot[], now: Instant) => Promise<Standing>;

interface Asked {
  readonly bearers: readonly GivenSlot[];
  readonly now: Instant;
}

/** Makes the reader of a process: what is asked at the same time is read together, all that concerns a text at once. */
export function createReadStanding(db: Db): ReadStanding {
  const read = microBatch<Asked, Standing>(async (asked) => {
    const now = asked.reduce((latest, one) => Math.max(latest, one.now), -NEVER);
    const all = asked.flatMap(({ bearers }) => bearers);
    const holders = all.filter(({ kind }) => kind !== 'card');
    const [ends, shown, colours] = await Promise.all([
      endsOf(
        db,
        all.map(({ slot }) => slot),
      ),
      holders.length === 0
        ? []
        : accountsShowing(
            db,
            holders.map(({ personId }) => personId),
          ),
      heldColoursOf(
        db,
        all.map(({ personId }) => personId),
        now,
      ),
    ]);
    const ended = new Set(ends.map(({ slot }) => slot));
    const accounts = new Map(shown.map(({ personId, accountId }) => [personId, accountId]));
    return asked.map(({ bearers }) => ({
      hasEnded: bearers.some(({ slot }) => ended.has(slot)),
      accounts: bearers.map(({ personId }) => accounts.get(personId)),
      colours: bearers.map(({ personId }) => colours.get(personId)),
    }));
  });
  return (bearers, now) => read({ bearers, now });
}
