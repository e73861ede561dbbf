import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createCalendar } from '../../cli/province/calendar.ts';
import { readDivisions } from '../../cli/province/divisions.ts';
import { generateProvince } from '../../cli/province/generate.ts';
import { listedAreas } from '../../cli/province/risk-areas.ts';
import { assess } from '../../domain/codes/assess.ts';
import { readRecord } from '../../domain/evidence/record.ts';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { personsOf } from '../../domain/people/persons.ts';
import { indexAreas } from '../../domain/places/area-index.ts';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { dayOf, parseInstant } from '../../domain/time.ts';
import { printResult } from '../../server/codes/conclude.ts';
import { readAssessments } from '../../server/codes/read-assessments.ts';
import { contractsInForce } from '../../server/evidence/store.ts';
import { findPeople } from '../../server/people/find-or-add-people.ts';
import { defaultRules } from '../default-rules.ts';
import { testService } from '../service.ts';

const NOON = '2021-01-20T12:00:00+08:00';
const PEOPLE = 3_000;
const TOGETHER = 1_000;

describe('a province that goes through the service', () => {
  const service = testService(NOON);
  const { rules, compiled } = defaultRules();
  const calendar = createCalendar(dayOf(parseInstant(NOON)));
  const records = [...generateProvince(PEOPLE, 1, readDivisions(), calendar)]
    .flatMap(({ bytes }) => bytes.toString('utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))
    .filter(({ recordedAt }) => parseInstant(recordedAt) <= parseInstant(NOON));
  // Nobody's contract holds a designation: it comes by the workflow of two keys alone (R2g, R3c).
  const stated = records.filter(({ kind }) => kind !== 'designation');

  test('is accepted but for its designations', async () => {
    service.areas = indexAreas(listedAreas(calendar), service.now, rules.parameters);
    const contracts = await contractsInForce(service.database.app);
    let quarantined = 0;
    let accepted = 0;
    for (let start = 0; start < records.length; start += TOGETHER) {
      const part = records.slice(start, start + TOGETHER);
      const receipt = await service.deliver(part, { keepsTimes: true, contracts });
      accepted += receipt.accepted;
      quarantined += receipt.quarantined;
    }
    assert.equal(quarantined, records.length - stated.length);
    assert.ok(quarantined > 0);
    assert.ok(accepted > PEOPLE);
  });

  test('gives each person what assessing its file gives, now and from the next change on', async () => {
    await service.turn();
    const entries = stated.map((value, line) => ({ line, reading: readRecord(value, listsOf(rules)) }));
    const { persons, faults } = personsOf(entries, service.now);
    assert.deepEqual(faults, []);
    const { app } = service.database;
    const found = await findPeople(
      app,
      service.keys(),
      persons.map(({ document }) => document),
    );
    const ids = persons.map(({ document }) => found.get(documentKey(document as Document))!);
    const { current } = await readAssessments(app, service.keys(), service.decision(), ids, service.now);
    const colours = new Set<string>();
    for (const [i, { facts }] of persons.entries()) {
      const expected = assess(facts, compiled, service.areas, service.now);
      const { colour, result } = current.get(ids[i]!)!;
      assert.deepEqual([colour, result], [expected.colour, printResult(expected)]);
      colours.add(colour);
    }
    assert.deepEqual([...colours].sort(), ['green', 'red', 'yellow']);
  });
});
