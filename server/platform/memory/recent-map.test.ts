import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { busyMs } from '../../../test/durations.ts';
import { createRecentMap } from './recent-map.ts';

describe('a map of what was used last', () => {
  test('keeps what a list does in which the one used last is put at the end', () => {
    const step = fc.record({
      what: fc.constantFrom('get', 'set', 'delete'),
      key: fc.nat(6),
      value: fc.nat(),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 100 }), (most, steps) => {
        const map = createRecentMap<number, number>(most);
        let list: [number, number][] = [];
        for (const { what, key, value } of steps) {
          const found = list.find(([one]) => one === key);
          const others = list.filter(([one]) => one !== key);
          if (what === 'get') assert.equal(map.get(key), found?.[1]);
          if (what === 'set') map.set(key, value);
          if (what === 'delete') map.delete(key);
          if (what === 'set') list = [...others, [key, value] as [number, number]].slice(-most);
          else list = what === 'get' && found ? [...others, found] : what === 'get' ? list : others;
        }
        for (const [key, value] of list) assert.equal(map.get(key), value);
        const kept = [0, 1, 2, 3, 4, 5, 6].filter((key) => map.get(key) !== undefined);
        assert.equal(kept.length, list.length);
      }),
    );
  });

  test('costs the same when it is full: a hundred thousand comings and goings take no second', () => {
    const map = createRecentMap<number, number>(100_000);
    for (let i = 0; i < 200_000; i++) map.set(i, i);
    const come = () => {
      for (let i = 0; i < 100_000; i++) map.set(200_000 + i, i);
    };
    assert.ok(busyMs(come) < 1_000);
    assert.equal(map.get(199_999), undefined);
    assert.equal(map.get(200_000), 0);
  });
});
