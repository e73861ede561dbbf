import { setTimeout as sleep } from 'node:timers/promises';
import { freshFrom } from '../fresh.ts';
import { keepLooking } from '../looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords } from '../made-up-evidence.ts';
import { sendAll } from '../sending.ts';
import type { Ground } from './ground.ts';

/** What goes on all the time. */
export interface Load {
  /** Throws what has ended it before its time. */
  readonly check: () => void;
  /** Ends it; answers how often a colour was shown, each time the right one. Throws when one was wrong. */
  readonly stop: () => Promise<number>;
}

/** People about whom nothing new arrives, so that it is known what is shown about them at any instant. */
const SETTLED = 40;
const FIRST_OTHER = 1_000;
const OTHERS = 3_000;
const PEOPLE = 15;
const PAUSE_MS = 200;

/** Starts to send evidence, and to look people up. */
export async function startLoad({ services, ways, ledger, now }: Ground): Promise<Load> {
  const settled = madeUpRecords({ name: 'settled', records: 120, people: SETTLED, now: now() });
  await sendAll(ways, ledger, batchesOf(settled, 20));
  const fresh = freshFrom([...ledger.sent.values()]);
  const people = Array.from({ length: SETTLED }, (_, i) => madeUpDocument(i));
  const looking = ways.map((way, i) => keepLooking(way, services[i]!.url, people, fresh));
  let isOver = false;
  const sending = (async () => {
    for (let round = 0; !isOver; round++) {
      const firstPerson = FIRST_OTHER + ((round * PEOPLE) % OTHERS);
      const name = `round-${round}`;
      const records = madeUpRecords({ name, records: 40, people: PEOPLE, firstPerson, now: now() });
      await sendAll(ways, ledger, batchesOf(records, 5));
      await sleep(PAUSE_MS);
    }
  })();
  let failure: unknown;
  sending.catch((error: unknown) => {
    failure = error;
  });
  return {
    check: () => {
      if (failure !== undefined) throw failure;
    },
    stop: async () => {
      isOver = true;
      await sending;
      const seen = await Promise.all(looking.map((stopLooking) => stopLooking()));
      return seen.reduce((sum, { right }) => sum + right, 0);
    },
  };
}
