import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { indexAreas } from '../../../domain/places/area-index.ts';
import { readListedArea } from '../../../domain/places/read-listed-area.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { defaultRules } from '../../../test/default-rules.ts';
import { hour, importerOf, NONE } from '../../../test/imported-areas.ts';
import { NUMBERS, recordOf, testService } from '../../../test/service.ts';
import { areaReach } from '../../places/concern/area-reach.ts';
import { findConcerned } from '../../places/concern/find-concerned.ts';
import type { DecisionInForce } from '../decision.ts';
import { beginRun } from './begin-with-everyone.ts';
import { reassessShares } from './reassess-shares.ts';
import { rehearse } from './rehearse.ts';

const { rules } = defaultRules();
const NOON = hour(12);
const LISTED = { level: 'high', region: '330602001', from: '2022-03-20T00:00:00+08:00' };
const STAY = { region: '330602001', from: '2022-04-10T08:00:00+08:00', to: '2022-04-12T08:00:00+08:00' };
const AREAS = indexAreas([readListedArea(LISTED, rules.areaLevels).area!], NOON, rules.parameters);

describe('after everybody was looked at by the rules in force, a rehearsal counts who differs', () => {
  const service = testService('2022-04-15T12:00:00+08:00');
  const { app } = service.database;
  const withArea = (): DecisionInForce => ({ ...service.decision(), areasVersion: 'listed', areas: AREAS });
  const later = (): DecisionInForce => ({ ...withArea(), inForce: { from: NOON, number: 2 } });
  const lookAtEveryone = async (decision: DecisionInForce) => {
    await beginRun(app, { rules: decision.rules.id, ...decision.inForce }, service.now);
    const sharing = { database: app, keys: service.keys(), clock: () => service.now, onLooked: () => {} };
    while (await reassessShares({ ...sharing, decision: () => decision }));
    await service.turn(decision);
  };
  const changesOf = async (inForce: DecisionInForce, other: DecisionInForce, at = service.now) => {
    const rehearsing = { database: app, keys: service.keys(), inForce, other, at };
    const { colours } = await rehearse(rehearsing);
    return Object.entries(colours)
      .map(([change, people]) => `${change}: ${people}`)
      .join();
  };
  before(async () => {
    await service.deliver([recordOf('telecom', 'S-1', NUMBERS[0], 'stay', STAY)]);
    await service.turn();
    await lookAtEveryone(service.decision());
  });

  test('by the areas that are known, before anybody has looked whom they concern', async () => {
    await importerOf(service.database, { hour: 12 }).take([LISTED], NONE);
    assert.equal(await changesOf(withArea(), service.decision()), 'yellow → green: 1');
  });

  test('the same while whoever they concern is due', async () => {
    const reach = { ...areaReach([defaultRules().compiled]), inForce: service.decision().inForce };
    assert.equal(await findConcerned(app, reach, NOON), 1);
    assert.equal(await changesOf(withArea(), service.decision()), 'yellow → green: 1');
  });

  test('from the rules that were in force when it began, though others are by now', async () => {
    await lookAtEveryone(later());
    assert.equal(await changesOf(service.decision(), withArea()), 'green → yellow: 1');
  });

  test('at the instant at which it began, though time has turned people since', async () => {
    service.now += 60_000;
    await service.deliver([recordOf('telecom', 'S-2', NUMBERS[1], 'stay', STAY)]);
    await service.turn(later());
    const at = service.now;
    const rehearsed = () => changesOf(later(), service.decision(), at);
    assert.equal(await rehearsed(), 'yellow → green: 2');
    service.now += 30 * DAY_MS;
    // Of another package, so that nobody simply takes the next step of what was concluded before.
    const again = { ...later(), rules: { ...later().rules, id: 'again' } };
    assert.equal(await service.turn(again), 2);
    assert.equal(await rehearsed(), 'yellow → green: 2');
  });
});
