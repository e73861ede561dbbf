import { hash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setImmediate as breathe } from 'node:timers/promises';
import { SUITES } from '../credential/suites.ts';
import type { Instant } from '../domain/time.ts';
import type { Raise } from './alarms.ts';
import type { Spend } from './budget.ts';
import { checkRequest, useOf } from './checks/check-request.ts';
import { KINDS } from './checks/kinds.ts';
import type { Envelope } from './envelope.ts';
import type { Journal } from './journal/journal.ts';
import type { Entry } from './journal/record.ts';
import type { Shelf, SigningKey } from './keys/shelf.ts';
import type { Item } from './socket/frames.ts';
import { OUTCOMES, type Outcome } from './socket/outcomes.ts';

/** Answers the requests of a frame: each gets one reply, in whatever order, in one frame or several. */
export type SignItems = (items: readonly Item[], reply: (items: Item[]) => void) => Promise<void>;

export interface SigningParts {
  readonly shelf: Shelf;
  readonly journal: Journal;
  readonly clock: () => Instant;
  readonly spend: Spend;
  readonly raise: Raise;
}

/** So many are signed before others get a turn. */
const AT_ONCE = 256;

/** Checks each request, writes down what will be signed, and only then signs. */
export function createSigning(parts: SigningParts): SignItems {
  return async (items, reply) => {
    const prepared: Prepared[] = [];
    const refused: Item[] = [];
    for (const item of items) {
      const one = prepare(item, parts);
      if ('entry' in one) prepared.push(one);
      else refused.push(one);
    }
    reply(refused);
    if (prepared.length === 0) return;
    try {
      await parts.journal.append(prepared.map(({ entry }) => entry));
    } catch {
      parts.raise({ what: 'journal', use: '', why: 'it cannot be written' });
      reply(prepared.map(({ id }) => replyOf(id, 'away', 'the journal cannot be written')));
      return;
    }
    for (let from = 0; from < prepared.length; from += AT_ONCE) {
      if (from > 0) await breathe();
      reply(prepared.slice(from, from + AT_ONCE).map(sign));
    }
  };
}

/** What may be signed, and what will be written down of it. */
interface Prepared {
  readonly id: number;
  readonly key: SigningKey;
  readonly envelope: Envelope;
  readonly payload: Uint8Array;
  readonly message: Uint8Array;
  readonly entry: Entry;
}

function prepare(item: Item, { shelf, journal, clock, spend, raise }: SigningParts): Prepared | Item {
  const use = useOf(item.kind);
  const suite = SUITES[item.detail];
  if (use === undefined || suite === undefined) return replyOf(item.id, 'refused', 'unknown use or suite');
  const now = clock();
  const refuse = (why: string) => {
    raise({ what: 'refused', use, why });
    return replyOf(item.id, 'refused', why);
  };
  const checked = checkRequest(use, item.bytes, { now, parameters: shelf.parameters() });
  if ('refused' in checked) return refuse(checked.refused);
  const key = shelf.find(use, suite, now);
  if (!key) return replyOf(item.id, 'away', 'no key of this use and suite is in force');
  if (!spend(use, performance.now())) {
    raise({ what: 'over-budget', use, why: 'more than may be signed' });
    return replyOf(item.id, 'over-budget', 'more than may be signed');
  }
  const envelope = key.envelope(checked.type);
  const message = envelope.message(item.bytes);
  const digest = hash('sha256', message, 'buffer');
  const { kind, epoch, number } = checked;
  if (number > 0 && !journal.follow(epoch, number, digest)) return refuse('of a number that was signed');
  const entry = { kind: KINDS[kind], kid: key.kid, digest, epoch, number };
  return { id: item.id, key, envelope, payload: item.bytes, message, entry };
}

function sign({ id, key, envelope, payload, message }: Prepared): Item {
  const bytes = envelope.whole(payload, key.sign(message));
  return { id, kind: OUTCOMES.indexOf('signed'), detail: 0, bytes };
}

function replyOf(id: number, outcome: Outcome, why: string): Item {
  return { id, kind: OUTCOMES.indexOf(outcome), detail: 0, bytes: Buffer.from(why) };
}
