import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPhoneClock } from './phone-clock.ts';

const MINUTE_MS = 60_000;
const NOON = Date.UTC(2021, 0, 20, 4);

/** A phone whose clock is wrong by so much, and its clock of the service, compared once. */
function phone(wrongByMs: number) {
  let clocks = { wall: NOON + wrongByMs, steady: 1_000 };
  const clock = createPhoneClock(() => clocks);
  clock.compare({ signedAt: NOON, asOf: NOON }, clocks, clocks);
  const pass = (milliseconds: number) => {
    clocks = { wall: clocks.wall + milliseconds, steady: clocks.steady + milliseconds };
  };
  return {
    clock,
    pass,
    setBy: (milliseconds: number) => {
      clocks = { ...clocks, wall: clocks.wall + milliseconds };
    },
    sleep: (milliseconds: number) => {
      clocks = { ...clocks, wall: clocks.wall + milliseconds };
    },
  };
}

describe('the clock of a phone', () => {
  test('is corrected, and what is wrong with it is known', () => {
    const ahead = phone(10 * MINUTE_MS);
    assert.equal(ahead.clock.now(), NOON);
    assert.equal(ahead.clock.fault(), 600);
    ahead.pass(5_000);
    assert.equal(ahead.clock.now(), NOON + 5_000);
    assert.equal(phone(-2 * MINUTE_MS).clock.fault(), -120);
    assert.equal(phone(3_000).clock.fault(), undefined);
  });

  test('that is set while somebody looks changes nothing', () => {
    for (const setBy of [10 * MINUTE_MS, -10 * MINUTE_MS]) {
      const { clock, ...hand } = phone(0);
      hand.pass(1_000);
      hand.setBy(setBy);
      assert.equal(clock.now(), NOON + 1_000);
      hand.pass(1_000);
      assert.equal(clock.now(), NOON + 2_000);
      assert.equal(clock.fault(), setBy / 1_000);
    }
  });

  test('goes on while the phone sleeps, though its steady clock stands still', () => {
    const { clock, ...hand } = phone(10 * MINUTE_MS);
    clock.putAway();
    hand.sleep(30 * MINUTE_MS);
    assert.equal(clock.now(), NOON + 30 * MINUTE_MS);
    clock.putAway();
    hand.setBy(-5 * MINUTE_MS);
    assert.equal(clock.now(), NOON + 30 * MINUTE_MS, 'no sleep goes back');
  });

  test('is known again after the page was opened anew, from what was kept', () => {
    const kept = phone(10 * MINUTE_MS).clock.offset();
    const clocks = { wall: NOON + 12 * MINUTE_MS, steady: 5 };
    const clock = createPhoneClock(() => clocks);
    clock.start(kept);
    assert.equal(clock.now(), NOON + 2 * MINUTE_MS);
    clock.start({ offsetMs: 0, uncertaintyMs: 0 });
    assert.equal(clock.now(), NOON + 2 * MINUTE_MS, 'what is known now is better than what was kept');
  });

  test('is known as well as the reply was quick', () => {
    const received = { wall: NOON + 400, steady: 400 };
    const clock = createPhoneClock(() => received);
    const offset = clock.compare({ signedAt: NOON, asOf: NOON }, { wall: NOON, steady: 0 }, received);
    assert.deepEqual(offset, { offsetMs: -200, uncertaintyMs: 700 });
  });

  test('is that of what is signed: what stands beside it counts within that second only', () => {
    const clocks = { wall: NOON + 400, steady: 0 };
    const offsetFor = (asOf: number) =>
      createPhoneClock(() => clocks).compare({ signedAt: NOON, asOf }, clocks, clocks).offsetMs;
    assert.equal(offsetFor(NOON + 400), 0);
    assert.equal(offsetFor(NOON + 999), 599);
    for (const asOf of [NOON + 1_000, NOON - 1, NOON + 10 * MINUTE_MS, NOON - 10 * MINUTE_MS, Number.NaN])
      assert.equal(offsetFor(asOf), 100, 'the middle of the second that is signed');
  });

  test('before anything signed has come is not said to be wrong', () => {
    const clock = createPhoneClock(() => ({ wall: NOON, steady: 0 }));
    clock.start(clock.offset());
    assert.equal(clock.fault(), undefined);
    clock.compare(
      { signedAt: NOON - 600_000, asOf: NOON - 600_000 },
      { wall: NOON, steady: 0 },
      { wall: NOON, steady: 0 },
    );
    assert.equal(clock.fault(), 600);
  });
});
