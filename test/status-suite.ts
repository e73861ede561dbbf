import assert from 'node:assert/strict';
import { before, beforeEach } from 'node:test';
import { epochAt } from '../credential/trust/epochs.ts';
import { type TrustParameters, USUAL_PARAMETERS } from '../credential/trust/parameters.ts';
import { type Instant, printInstant } from '../domain/time.ts';
import { numbersApart } from './resident-numbers.ts';
import { recordOf, type TestService, testService } from './service.ts';
import { type StatusService, statusService } from './status-service.ts';

/** Somebody with a code. */
export interface Somebody {
  readonly number: string;
  readonly personId: string;
  /** The slot of what they show online. */
  readonly slot: number;
}

/** A record and its lists, for the tests of a suite: each begins ten seconds after the one before. */
export interface StatusSuite {
  readonly record: TestService;
  readonly lists: StatusService;
  /** Opens the lists once more, as a process does that holds nothing in memory yet. */
  readonly open: () => Promise<StatusService>;
  /** Somebody about whom nothing was stated yet. */
  readonly somebody: () => Promise<Somebody>;
  /** The records by which they turn red, as the health department knows them. */
  readonly recordIdOf: (one: Pick<Somebody, 'number'>) => string;
  /** Lets somebody be a confirmed case. */
  readonly redden: (one: Pick<Somebody, 'number'>, rest?: Rest) => Promise<void>;
  /** Lets somebody be isolated, and red, until an instant. */
  readonly isolate: (one: Pick<Somebody, 'number'>, until: Instant, rest?: Rest) => Promise<void>;
  /** A record by which two are one person: the second is a document of the first. */
  readonly samePerson: (one: Pick<Somebody, 'number'>, other: Pick<Somebody, 'number'>) => object;
  readonly epochNow: () => number;
  readonly parameters: () => TrustParameters;
}

type Rest = Parameters<typeof recordOf>[5];

const PERIOD_MS = 10_000;
const MOST = 200;

export function statusSuite(): StatusSuite {
  const record = testService();
  const numbers = numbersApart(MOST);
  let given = 0;
  // Filled before the first test.
  const lists = {} as StatusService;
  before(async () => {
    Object.assign(lists, await statusService(record));
  });
  beforeEach(() => {
    record.now += PERIOD_MS;
  });
  const keyOf = (prefix: string, number: string) => `${prefix}-${numbers.indexOf(number)}`;
  const state = async (...what: Parameters<typeof recordOf>) => {
    const { accepted, outcomes } = await record.deliver([recordOf(...what)]);
    assert.equal(accepted, 1, JSON.stringify(outcomes));
  };
  return {
    ...{ record, lists },
    open: () => statusService(record),
    somebody: async () => {
      const number = numbers[given++]!;
      const personId = await lists.personOf(number);
      return { number, personId, slot: await lists.slots.personSlot(personId) };
    },
    recordIdOf: ({ number }) => keyOf('R', number),
    redden: ({ number }, rest) => {
      const data = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
      return state('health', keyOf('R', number), number, 'case', data, rest);
    },
    isolate: ({ number }, until, rest) => {
      const data = { form: 'central', from: '2021-01-10T08:00:00+08:00', until: printInstant(until) };
      return state('health', keyOf('I', number), number, 'isolation', data, rest);
    },
    samePerson: (one, other) => {
      const [document, sameAs] = [one, other].map(({ number }) => ({ type: 'resident-id', number }));
      const id = keyOf('P', other.number);
      return recordOf('public-security', id, one.number, 'identity', { document, sameAs });
    },
    epochNow: () => epochAt(record.now, USUAL_PARAMETERS),
    parameters: () => USUAL_PARAMETERS,
  };
}
