/** Laws about time: what changes when, and what was known when. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Assessment } from '../../domain/codes/assessment.ts';
import { inOrder } from '../../domain/codes/order.ts';
import type { Fact } from '../../domain/evidence/fact.ts';
import type { ListedArea } from '../../domain/places/listed-area.ts';
import { DAY_MS, type Instant, NEVER } from '../../domain/time.ts';
import { anyWorld } from '../oracle/generate.ts';
import {
  changesOf,
  compiled,
  conclusions,
  contentOf,
  known,
  type Product,
  type Situation,
  situationOf,
  timesIn,
} from './situation.ts';

/** Colour, grounds, measures and advisories are constant between t and nextChangeAt, and something differs at it. */
export function constantUntilNextChange(product: Product) {
  return fc.property(anyWorld, fc.double({ min: 0, max: 1, noNaN: true }), (world, share) => {
    const { people, index } = known(product, situationOf(world));
    for (const facts of people) {
      const judge = (at: Instant) => product.assess(facts, compiled, index, at);
      for (const at of changesOf(product, facts, index)) {
        const now = judge(at);
        const next = now.nextChangeAt;
        for (const instant of between(at, next, share, timesIn(facts))) {
          const then = judge(instant);
          assert.deepEqual(contentOf(then), contentOf(now), `differs before nextChangeAt, at ${instant}`);
          assert.equal(then.nextChangeAt, next);
        }
        if (next !== NEVER) assert.notDeepEqual(contentOf(judge(next)), contentOf(now), 'nothing differs');
      }
    }
  });
}

/** Instants after one and before another: beside both, in the middle, anywhere, and where evidence names a time. */
function between(at: Instant, next: Instant, share: number, times: readonly Instant[]): Instant[] {
  const last = next === NEVER ? at + 400 * DAY_MS : next - 1;
  const some = [at + 1, Math.floor((at + last) / 2), at + Math.floor((last - at) * share), last];
  const named = times.flatMap((time) => [time - 1, time, time + 1]);
  return [...some, ...named].filter((instant) => instant > at && instant < next);
}

/** Nothing recorded after k changes (t, k): no evidence, no area, and no end of an area that was not planned. */
export function laterRecordsChangeNothing(product: Product) {
  return fc.property(anyWorld, (world) => {
    const situation = situationOf(world);
    const instants = situation.entries.map(({ reading }) => reading.record!.recordedAt);
    for (const knownAt of new Set([situation.knownAt, ...instants])) {
      const all = { ...situation, knownAt };
      assert.deepEqual(conclusions(product, all), conclusions(product, withoutLater(all)));
    }
  });
}

function withoutLater(situation: Situation): Situation {
  const { entries, areas, knownAt } = situation;
  return {
    ...situation,
    entries: entries.filter(({ reading }) => reading.record!.recordedAt <= knownAt),
    areas: areas.filter(({ recordedAt }) => recordedAt <= knownAt).map((area) => unended(area, knownAt)),
  };
}

/** The area as it stood at k: a `to` after k was not known yet, but for a severe area, whose end is planned. */
function unended(area: ListedArea, knownAt: Instant): ListedArea {
  if (area.to === undefined || area.to <= knownAt || area.level === 'severe') return area;
  const { to: _, ...open } = area;
  return open;
}

/** Shifting all times by whole days shifts the result. */
export function shiftsByWholeDays(product: Product) {
  return fc.property(anyWorld, fc.integer({ min: -800, max: 800 }), (world, days) => {
    const situation = situationOf(world);
    const { areas, matching, at, knownAt } = situation;
    const { people, index } = known(product, situation);
    const by = days * DAY_MS;
    const shifted = product.indexAreas(
      areas.map((area) => shift(area, by)),
      knownAt + by,
      matching,
    );
    for (const facts of people) {
      const then = product.assess(
        facts.map((fact) => shiftFact(fact, by)),
        compiled,
        shifted,
        at + by,
      );
      const now: Assessment = shift(product.assess(facts, compiled, index, at), by);
      assert.deepEqual(then, now);
    }
  });
}

function shiftFact(fact: Fact, by: number): Fact {
  // The kind stays what it was, and the data with it.
  // Whole days: an open end is so far away that it stays so.
  return { ...fact, lastDay: fact.lastDay + by / DAY_MS, data: shift(fact.data, by) } as Fact;
}

/** Every number in a value is an instant here. */
function shift<T>(value: T, by: number): T {
  // The shape stays what it was.
  return shiftAny(value, by) as T;
}

function shiftAny(value: unknown, by: number): unknown {
  if (typeof value === 'number') return value + by;
  if (Array.isArray(value)) return value.map((item) => shiftAny(item, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shiftAny(item, by)]));
}

/** The colour alone, worked out by a shorter way, is always the colour of the whole assessment. */
export function colourAloneIsTheSame(product: Product) {
  return fc.property(anyWorld, (world) => {
    const { people, index } = known(product, situationOf(world));
    for (const facts of people) {
      for (const at of changesOf(product, facts, index)) {
        const whole = product.assess(facts, compiled, index, at).colour;
        assert.equal(product.colourAt(facts, compiled, index, at), whole);
      }
    }
  });
}

/** Grounds and advisories are in order, one a record and clause; the colour is the first ground's, or green. */
export function groundsAreSorted(product: Product) {
  return fc.property(anyWorld, (world) => {
    const { people, index } = known(product, situationOf(world));
    for (const facts of people) {
      for (const at of changesOf(product, facts, index)) {
        const { colour, grounds, advisories } = product.assess(facts, compiled, index, at);
        assert.equal(colour, grounds[0]?.colour ?? 'green');
        for (const list of [grounds, advisories]) {
          for (let i = 1; i < list.length; i++) assert.ok(inOrder(list[i - 1]!, list[i]!) < 0);
        }
        for (const { since, until } of [...grounds, ...advisories]) assert.ok(since <= at && at < until);
      }
    }
  });
}
