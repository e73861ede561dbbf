import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { Form, Pass } from '../../credential/pass.ts';
import { encodePass } from '../../credential/passes.ts';
import { passText, showing } from '../../credential/show.ts';
import { epochAt } from '../../credential/trust/epochs.ts';
import { DAY_MS, type Instant, wholeSecond } from '../../domain/time.ts';
import { createPasses, type Passes } from '../../server/passes/create-passes.ts';
import { connectSigning, type Signing } from '../../server/passes/signing.ts';
import { createFindSlots } from '../../server/passes/slots/find-slots.ts';
import { type Indexes, openIndexes } from '../../server/passes/slots/indexes.ts';
import {
  addSlots,
  addSlotsOf,
  type SlotKind,
  type SlotRow,
  takeSlotNumbers,
} from '../../server/passes/slots/store.ts';
import type { Trial } from '../trial.ts';
import type { Someone } from './people.ts';

/** What people show: each has a phone, a card, and companions. */
export interface Shows {
  /** A text of a form of each of them, as it is shown now or at another instant. */
  readonly texts: (form: Form, at?: Instant) => Promise<readonly string[]>;
  readonly close: () => void;
}

/** How many are shown together. */
export const GROUP = 3;
const TOGETHER = 500;

/** A pass, and the key of the phone that shows it. */
interface Issued {
  readonly key: KeyObject;
  readonly pass: Uint8Array;
}

/** Gives each of some people what they show. Whatever lives long enough is made once. */
export async function makeShows(trial: Trial, socket: string, people: readonly Someone[]): Promise<Shows> {
  const { store, keys, rules, trust } = trial.installation;
  const indexes = await openIndexes(store.app, keys, () => trust.keys().parameters, Date.now());
  const signing = connectSigning({ socket });
  const slots = createFindSlots(store.app, Date.now);
  const passes = createPasses({ installation: { rules, trust }, signing, slots, indexes });
  const making: Making = { trial, people, passes, indexes, signing };
  const phones = await addSlotsFor(trial, people, 'phone');
  const cards = await addSlotsFor(trial, people, 'card');
  const holders = await inTurn(people, (_, i) => bound(making, phones, i, 0));
  const groups = await inTurn(people, (_, i) => bound(making, phones, i, GROUP - 1));
  const papers = await inTurn(people, (_, i) => paper(making, cards[i]!));
  const shown = async (issued: readonly Issued[], at: Instant) =>
    issued.map(({ key, pass }) => {
      const { message, finish } = showing(pass, at);
      return finish(sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' }));
    });
  const texts: Readonly<Record<Form, (at: Instant) => Promise<readonly string[]>>> = {
    online: () => inTurn(people, (someone) => online(making, someone)),
    holder: (at) => shown(holders, at),
    group: (at) => shown(groups, at),
    paper: async () => papers,
  };
  return { texts: (form, at = Date.now()) => texts[form](at), close: signing.close };
}

interface Making {
  readonly trial: Trial;
  readonly people: readonly Someone[];
  readonly passes: Passes;
  readonly indexes: Indexes;
  readonly signing: Signing;
}

async function online({ passes }: Making, person: Someone): Promise<string> {
  return (await passes.issuing.online(person, 'green', Date.now())).text;
}

async function bound(
  { passes, people, trial }: Making,
  slots: readonly number[],
  at: number,
  companions: number,
): Promise<Issued> {
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const others = Array.from({ length: companions }, (_, i) => people[(at + i + 1) % people.length]!);
  const shown = others.map(async (other) => {
    return { slot: await passes.slots.personSlot(other.personId), document: other.document };
  });
  const bearers = [
    { slot: slots[at]!, document: people[at]!.document },
    ...(await Promise.all(shown)),
  ] as const;
  const now = Date.now();
  const epoch = epochAt(now, trial.installation.trust.keys().parameters);
  const { x, y } = publicKey.export({ format: 'jwk' });
  const isOdd = Buffer.from(y!, 'base64url').at(-1)! & 1;
  const holderKey = Buffer.concat([Buffer.of(2 + isOdd), Buffer.from(x!, 'base64url')]);
  return { key, pass: await passes.issuing.bound(bearers, { holderKey, epoch }, now) };
}

async function paper({ indexes, signing }: Making, slot: number): Promise<string> {
  const issuedAt = wholeSecond(Date.now());
  const pass: Pass = {
    ...{ form: 'paper', index: indexes.cardIndexOf(slot), hint: 1, rules: 1 },
    ...{ name: '王*明', birthYear: 1950, issuedAt, expiresAt: issuedAt + 30 * DAY_MS },
  };
  return passText(await signing.sign('pass', encodePass(pass)));
}

/** Gives people slots, as those have who were shown a code, bound a phone or had a card printed. */
export async function addSlotsFor(
  { installation: { store } }: Trial,
  people: readonly Someone[],
  kind: SlotKind,
): Promise<readonly number[]> {
  const numbers = await takeSlotNumbers(store.app, kind, people.length);
  const rows = people.map(({ personId }, i): SlotRow => {
    return { slot: numbers[i]!, personId, kind, bearerId: kind === 'person' ? null : randomUUID() };
  });
  const now = Date.now();
  await addSlotsOf(store.app, rows, now, now + DAY_MS);
  await addSlots(store.app, rows, now, now + DAY_MS);
  return numbers;
}

/** Does something for each, so many at the same time. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item, at: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += TOGETHER) {
    const some = items.slice(from, from + TOGETHER);
    results.push(...(await Promise.all(some.map((item, i) => work(item, from + i)))));
  }
  return results;
}
