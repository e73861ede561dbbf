import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Status } from '../status-view.ts';
import { type Changes, changesFromGreen, changesOf, joinChanges } from './changes.ts';
import { createPacked, setStatus, statusAt } from './packed.ts';
import { decodeStatus, encodeStatus, type StatusPayload } from './payloads.ts';
import { createStatusState } from './state.ts';

const AT = Date.UTC(2021, 0, 20, 4);
const [EPOCH, CAPACITY, CARDS] = [70_000, 3_000, 500];
const SIZE = { epoch: EPOCH, capacity: CAPACITY, cardCapacity: CARDS };
const NONE = changesOf(new Map());

function changes(statuses: Readonly<Record<number, Status>>): Changes {
  return changesOf(new Map(Object.entries(statuses).map(([index, status]) => [Number(index), status])));
}

function base(green: Changes = NONE, rest: object = {}): Uint8Array {
  return encodeStatus({ kind: 'base', ...SIZE, at: AT, changes: green, ...rest } as StatusPayload);
}

function delta(number: number, holdsFrom: number, these: Changes, epoch = EPOCH): Uint8Array {
  return encodeStatus({ kind: 'delta', epoch, number, holdsFrom, changes: these });
}

function sum(number: number, holdsFrom: number, these: Changes): Uint8Array {
  return encodeStatus({ kind: 'sum', epoch: EPOCH, number, holdsFrom, changes: these });
}

function head(at: number, deltaNumber: number, sumNumber = 0, rest: object = {}): Uint8Array {
  const epoch = { ...SIZE, baseAt: AT, delta: deltaNumber, sum: sumNumber, ...rest };
  return encodeStatus({ kind: 'head', at, epochs: [epoch] });
}

describe('what a reader knows of the lists', () => {
  test('is the base, and what the deltas say, each from its instant on', () => {
    const state = createStatusState();
    assert.equal(state.view(EPOCH, AT), undefined);
    assert.equal(state.take(base(changes({ 7: 3, 8: 2 })), 'status'), 'taken');
    assert.equal(state.take(delta(1, AT + 10_000, changes({ 7: 0, 9: 1 })), 'delta'), 'taken');
    assert.equal(state.take(delta(2, AT + 20_000, changes({ 9: 3, [CAPACITY + 4]: 1 })), 'delta'), 'taken');
    const seen = (now: number) => {
      const view = state.view(EPOCH, now)!;
      return [7, 8, 9].map(view.statusOf).join('') + view.statusOfCard(4);
    };
    assert.equal(seen(AT), '3200');
    assert.equal(seen(AT + 10_000), '0210');
    assert.equal(seen(AT + 20_000), '0231');
    assert.equal(seen(AT + 15_000), '0231', 'what was in force stays so when a clock goes back');
  });

  test('is nothing of an index that is none', () => {
    const state = createStatusState();
    state.take(base(changes({ [CAPACITY]: 3 })), 'status');
    const view = state.view(EPOCH, AT)!;
    assert.equal(view.statusOf(CAPACITY), 1, 'the first of the cards is no index of a phone');
    assert.equal(view.statusOfCard(0), 3);
    assert.equal(view.statusOfCard(CARDS), 1);
    assert.equal(view.statusOf(2 ** 40), 1);
  });

  test('tells what to fetch next: the base, the sum, the deltas after it', () => {
    const state = createStatusState();
    assert.deepEqual(state.wanted(), []);
    assert.equal(state.take(head(AT + 1_000, 63, 60), 'delta', 'head'), 'taken');
    assert.deepEqual(state.wanted(), ['70000', '70000-s60', '70000-d61', '70000-d62', '70000-d63']);
    state.take(base(), 'status', '70000');
    assert.equal(state.take(sum(60, AT, changes({ 1: 3 })), 'delta', '70000-s60'), 'taken');
    assert.equal(state.view(EPOCH, AT)!.at, AT, 'deltas are missing still');
    for (const number of [61, 62, 63])
      state.take(delta(number, AT, changes({ [number]: 2 })), 'delta', `70000-d${number}`);
    assert.deepEqual(state.wanted(), []);
    assert.equal(state.view(EPOCH, AT)!.at, AT + 1_000, 'what the head says is known');
    assert.equal(state.view(EPOCH, AT)!.statusOf(63), 2);
  });

  test('does not wait for a slow clock when the head is younger than a delta', () => {
    const state = createStatusState();
    state.take(base(), 'status');
    state.take(delta(1, AT + 10_000, changes({ 5: 3 })), 'delta');
    assert.equal(state.view(EPOCH, AT)!.statusOf(5), 0);
    state.take(head(AT + 10_000, 1), 'delta');
    assert.equal(state.view(EPOCH, AT)!.statusOf(5), 3);
  });
});

describe('a reader of the lists refuses', () => {
  const known = () => {
    const state = createStatusState();
    state.take(base(changes({ 1: 3 })), 'status');
    state.take(delta(1, AT, changes({ 2: 3 })), 'delta');
    state.take(delta(2, AT, changes({ 3: 3 })), 'delta');
    state.take(head(AT + 60_000, 2), 'delta');
    return state;
  };

  test('a head that goes back, in time or in numbers', () => {
    const state = known();
    assert.equal(state.take(head(AT + 50_000, 2), 'delta'), 'rolled-back');
    assert.equal(state.take(head(AT + 70_000, 1), 'delta'), 'rolled-back');
    assert.equal(state.take(head(AT + 70_000, 2, 0, { baseAt: AT - 1_000 }), 'delta'), 'rolled-back');
    assert.equal(state.take(head(AT + 60_000, 2), 'delta'), 'known');
    assert.equal(state.take(head(AT + 70_000, 2), 'delta'), 'taken');
  });

  test('another base of an epoch that it knows, and of one that is over', () => {
    const state = known();
    assert.equal(state.take(base(NONE, { at: AT - 1_000 }), 'status'), 'rolled-back');
    assert.equal(state.take(base(), 'status'), 'known');
    assert.equal(state.take(base(NONE, { epoch: EPOCH - 1 }), 'status'), 'rolled-back');
    assert.equal(state.view(EPOCH, AT)!.statusOf(1), 3);
  });

  test('a delta after a hole, and one of an epoch without a base', () => {
    const state = known();
    assert.equal(state.take(delta(4, AT, NONE), 'delta'), 'hole');
    assert.equal(state.take(delta(1, AT, NONE, EPOCH + 1), 'delta'), 'no-base');
    assert.equal(state.take(delta(2, AT, changes({ 2: 0 })), 'delta'), 'known');
    assert.equal(state.view(EPOCH, AT)!.statusOf(2), 3, 'what it says a second time does not count');
  });

  test('another list than the one that it asked for', () => {
    const state = known();
    assert.equal(state.take(delta(3, AT, NONE), 'delta', '70001-d3'), 'other-list');
    assert.equal(state.take(sum(3, AT, NONE), 'delta', '70000-d3'), 'other-list');
    assert.equal(state.take(head(AT + 80_000, 2), 'delta', '70000'), 'other-list');
  });

  test('what a key of another use has signed', () => {
    const state = known();
    assert.equal(state.take(delta(3, AT, NONE), 'status'), 'wrong-use');
    assert.equal(state.take(base(NONE, { epoch: EPOCH + 1 }), 'delta'), 'wrong-use');
    assert.equal(state.take(head(AT + 80_000, 2), 'pass'), 'wrong-use');
  });

  test('an index that is none, and bytes that are no list', () => {
    const state = known();
    assert.equal(state.take(delta(3, AT, changes({ [CAPACITY + CARDS]: 3 })), 'delta'), 'unreadable');
    assert.equal(state.take(new Uint8Array(0), 'delta'), 'unreadable');
    for (let bit = 0; bit < head(AT, 1).length * 8; bit++) {
      const bytes = head(AT + 80_000, 2);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      // Whatever it says, it is not taken for something of another kind.
      const kind = decodeStatus(bytes)?.kind ?? 'head';
      assert.equal(kind, 'head');
    }
  });
});

const STATUSES = fc.integer({ min: 0, max: 3 }) as fc.Arbitrary<Status>;
const HISTORY = fc.array(
  fc.array(fc.tuple(fc.integer({ min: 0, max: CAPACITY + CARDS - 1 }), STATUSES), { maxLength: 30 }),
  { minLength: 1, maxLength: 12 },
);

describe('laws of the lists', () => {
  test('a base and its deltas, or its sum and the deltas after it, say what was written', () => {
    fc.assert(
      fc.property(HISTORY, fc.nat(), (history, at) => {
        const truth = createPacked(CAPACITY + CARDS);
        const all = history.map((these) => {
          for (const [index, status] of these) setStatus(truth, index, status);
          return changesOf(new Map(these));
        });
        const [one, other] = [createStatusState(), createStatusState()];
        const summed = at % all.length;
        for (const state of [one, other]) state.take(base(all[0]), 'status');
        const deltas = all.slice(1).map((these, i) => delta(i + 1, AT + i * 1_000, these));
        for (const bytes of deltas) assert.equal(one.take(bytes, 'delta'), 'taken');
        if (summed > 0) {
          const bytes = sum(summed, AT, joinChanges(all.slice(1, summed + 1)));
          assert.equal(other.take(bytes, 'delta'), 'taken');
        }
        for (const bytes of deltas.slice(summed)) assert.equal(other.take(bytes, 'delta'), 'taken');
        for (const state of [one, other]) {
          const view = state.view(EPOCH, AT + 3_600_000)!;
          for (let index = 0; index < CAPACITY; index++)
            assert.equal(view.statusOf(index), statusAt(truth, index));
          for (let card = 0; card < CARDS; card++)
            assert.equal(view.statusOfCard(card), statusAt(truth, CAPACITY + card));
        }
        const again = createStatusState();
        again.take(base(changesFromGreen(truth)), 'status');
        assert.equal(again.view(EPOCH, AT)!.statusOf(0), statusAt(truth, 0));
      }),
      { numRuns: 40 },
    );
  });

  test('a payload is read as it was written, and its bytes are the only ones', () => {
    fc.assert(
      fc.property(HISTORY, (history) => {
        const bytes = delta(1, AT, changesOf(new Map(history[0]!)));
        assert.deepEqual(encodeStatus(decodeStatus(bytes)!), bytes);
      }),
    );
  });
});
