import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Instant, printInstant } from '../../../domain/time.ts';
import { midnightSuite } from '../../../test/midnight-suite.ts';
import { recordOf } from '../../../test/service.ts';
import type { Somebody } from '../../../test/status-suite.ts';
import { endSlot } from '../slots/add-slot.ts';
import type { Publisher } from './publisher.ts';
import { readStatuses } from './read-statuses.ts';

const RUNS = { numRuns: 3, seed: 2021, endOnFailure: true, includeErrorInReport: true };
const PERIOD_MS = 10_000;
const BEFORE_MS = 8 * 60_000;
const PEOPLE = 5;
/** What was told in advance lets later deltas hold no sooner. */
const CALL_MS = 2_000;

/** Nobody turns twice in what one call tells in advance: nobody could have concluded in between. */
const APART_MS = 15_000;

/** Instants by which people turn, near midnight or at it, some of them the same. */
const anyInstant = fc
  .oneof(fc.constantFrom(0, 0, 1), fc.integer({ min: -BEFORE_MS / APART_MS, max: 16 }))
  .map((count) => count * APART_MS);

const anyEvent = fc.record({
  who: fc.nat(PEOPLE - 1),
  what: fc.oneof(
    { weight: 12, arbitrary: fc.tuple(fc.constant('isolate' as const), anyInstant, anyInstant) },
    { weight: 2, arbitrary: fc.tuple(fc.constant('turn' as const)) },
    fc.tuple(fc.constant('join' as const)),
    fc.tuple(fc.constant('phone' as const)),
    fc.tuple(fc.constant('end' as const)),
    fc.tuple(fc.constant('restart' as const)),
  ),
});

const anyPeriod = fc.record({
  waitsMs: fc.constantFrom(0, 0, 0, 1_300, 20_000),
  events: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(anyEvent, { maxLength: 2 })),
});

describe('whatever happens around a midnight that was worked out before,', () => {
  const suite = midnightSuite();
  const { record, lists, midnight, somebody } = suite;
  let foreseen = 0;

  test('gates say of everybody what their evidence says', async () => {
    const periods = fc.array(anyPeriod, { minLength: 25, maxLength: 40, size: 'max' });
    const begins = fc.tuple(...Array.from({ length: PEOPLE }, () => fc.tuple(anyInstant, anyInstant)));
    const holds = fc.asyncProperty(begins, periods, async (isolations, all) => {
      await suite.goOn();
      record.now = midnight(-BEFORE_MS);
      const people = await Promise.all(isolations.map(() => somebody()));
      const play = playing(people);
      for (const [who, [from, until]] of isolations.entries()) await play.isolate(who, from, until);
      await record.turn();
      for (const { waitsMs, events } of all) {
        record.now += waitsMs;
        for (const event of events) {
          record.now += 200;
          await play.happen(event);
        }
        await record.turn();
        foreseen += (await play.publisher().tick()).foreseen;
        await itIsSaid(people, record.now);
      }
      await play.publisher().leave();
    });
    await fc.assert(holds, RUNS);
    assert.ok(foreseen > 0);
  });

  /** As of a moment after the call, and until the next one. */
  async function itIsSaid(people: readonly Somebody[], calledAt: Instant): Promise<void> {
    const gate = lists.gate();
    const sources = suite.sourcesOn(record.database.app);
    for (const afterMs of [CALL_MS, 6_000, PERIOD_MS - 200]) {
      record.now = calledAt + afterMs;
      const second = Math.floor(record.now / 1_000) * 1_000;
      const expected = await readStatuses(
        sources,
        people.map(({ personId }) => personId),
        second,
      );
      for (const [slot, status] of expected)
        assert.equal(await lists.statusOf(slot, gate), status, `slot ${slot} at ${printInstant(second)}`);
    }
    record.now = calledAt + PERIOD_MS;
  }

  function playing(people: readonly Somebody[]) {
    const versions = people.map(() => 0);
    const phones: { readonly who: number; readonly slot: number }[] = [];
    let publisher: Publisher = lists.publisher;
    const isolate = async (who: number, one: number, other: number) => {
      const { number } = people[who]!;
      const [from, until] = [Math.min(one, other), Math.max(one, other) + APART_MS];
      const data = {
        form: 'central',
        from: printInstant(midnight(from)),
        until: printInstant(midnight(until)),
      };
      const version = ++versions[who]!;
      const { accepted, outcomes } = await record.deliver([
        recordOf('health', suite.recordIdOf(people[who]!), number, 'isolation', data, { version }),
      ]);
      assert.equal(accepted, 1, JSON.stringify(outcomes));
    };
    return {
      isolate,
      publisher: () => publisher,
      happen: async ({ who, what }: typeof anyEvent extends fc.Arbitrary<infer Event> ? Event : never) => {
        if (what[0] === 'isolate') await isolate(who, what[1], what[2]);
        if (what[0] === 'turn') await record.turn();
        if (what[0] === 'join')
          await record.deliver([suite.samePerson(people[who]!, people[(who + 1) % people.length]!)]);
        if (what[0] === 'phone')
          phones.push({ who, slot: await lists.bearer(people[who]!.personId, 'phone') });
        if (what[0] === 'end') {
          const phone = phones.pop();
          if (phone) await endSlot(record.database.app, people[phone.who]!.personId, phone.slot, record.now);
        }
        if (what[0] === 'restart') {
          await publisher.leave();
          publisher = await lists.anotherPublisher();
        }
      },
    };
  }
});
