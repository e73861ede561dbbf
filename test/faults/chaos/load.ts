import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyList } from '../../../credential/trust/key-list.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { freshFrom } from '../fresh.ts';
import { keepLooking } from '../looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords } from '../made-up-evidence.ts';
import { sendAll } from '../sending.ts';
import { type Citizen, keepLookingAtOwn, type Shown, signInAll } from './citizens.ts';
import type { Ground } from './ground.ts';

/** What goes on all the time. */
export interface Load {
  /** Everybody who has a code. */
  readonly citizens: readonly Citizen[];
  /** Throws what has ended it before its time. */
  readonly check: () => void;
  /** Ends it. Throws when a colour was wrong. */
  readonly stop: () => Promise<Looked>;
}

/** How often what was shown. */
export interface Looked {
  /** Colours that authorities looked up. */
  readonly lookups: number;
  /** What people saw of their own codes. */
  readonly own: Readonly<Record<Shown, number>>;
}

/** People about whom nothing new arrives, so that it is known what is shown about them at any instant. */
const SETTLED = 40;
const FIRST_OTHER = 1_000;
const PEOPLE = 15;
/** Rounds of people who have codes, too, and about whom something new arrives all the time. */
const ROUNDS_WITH_CODES = 6;
const OTHER_ROUNDS = 200;
const PAUSE_MS = 200;
const LONG_AGO_MS = 30 * DAY_MS;

/** Starts to send evidence, to look people up, and to show people their codes, as gates with these keys read them. */
export async function startLoad(ground: Ground, keys: KeyList): Promise<Load> {
  const { services, ways, ledger, now } = ground;
  const settled = madeUpRecords({ name: 'settled', records: 120, people: SETTLED, now: now() });
  await sendAll(ways, ledger, batchesOf(settled, 20));
  const fresh = freshFrom([...ledger.sent.values()]);
  const people = Array.from({ length: SETTLED }, (_, i) => madeUpDocument(i));
  for (let round = 0; round < ROUNDS_WITH_CODES; round++) await sendRound(ground, round, round);
  const others = Array.from({ length: ROUNDS_WITH_CODES * PEOPLE }, (_, i) =>
    madeUpDocument(FIRST_OTHER + i),
  );
  const [known, turning] = await Promise.all(
    [people, others].map((documents) => signInAll(ground.site, documents, Date.now() - LONG_AGO_MS)),
  );
  const url = (which: number) => () => services[which]!.url;
  const looking = ways.map((way, i) => keepLooking(way, services[i]!.url, people, fresh));
  const own = [
    ...ways.map((_, i) => keepLookingAtOwn(url(i), known!, keys, fresh)),
    ...ways.map((_, i) => keepLookingAtOwn(url(i), turning!, keys)),
  ];
  let isOver = false;
  const sending = (async () => {
    for (let round = ROUNDS_WITH_CODES; !isOver; round++) {
      const isTurning = round % 2 === 0;
      const which = isTurning ? (round / 2) % ROUNDS_WITH_CODES : ROUNDS_WITH_CODES + (round % OTHER_ROUNDS);
      await sendRound(ground, round, which);
      await sleep(PAUSE_MS);
    }
  })();
  let failure: unknown;
  sending.catch((error: unknown) => {
    failure = error;
  });
  return {
    citizens: [...known!, ...turning!],
    check: () => {
      if (failure !== undefined) throw failure;
    },
    stop: async () => {
      isOver = true;
      await sending;
      const seen = await Promise.all(looking.map((stopLooking) => stopLooking()));
      const shown = await Promise.all(own.map((stopLooking) => stopLooking()));
      return {
        lookups: seen.reduce((sum, { right }) => sum + right, 0),
        own: shown.reduce((one, other) => added(one, other)),
      };
    },
  };
}

/** Evidence of every kind about some people, of the round of that number. */
function sendRound({ ways, ledger, now }: Ground, round: number, which: number): Promise<void> {
  const firstPerson = FIRST_OTHER + which * PEOPLE;
  const name = `round-${round}`;
  const records = madeUpRecords({ name, records: 40, people: PEOPLE, firstPerson, now: now() });
  return sendAll(ways, ledger, batchesOf(records, 5));
}

function added(one: Looked['own'], other: Looked['own']): Looked['own'] {
  return {
    code: one.code + other.code,
    'code without a pass': one['code without a pass'] + other['code without a pass'],
    'come again': one['come again'] + other['come again'],
    'no reply': one['no reply'] + other['no reply'],
  };
}
