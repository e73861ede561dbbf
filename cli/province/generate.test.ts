import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SOURCES } from '../../domain/evidence/fact.ts';
import { type EvidenceRecord, readRecord } from '../../domain/evidence/record.ts';
import { documentKey } from '../../domain/people/document.ts';
import { personsOf } from '../../domain/people/persons.ts';
import { dayOf, parseInstant } from '../../domain/time.ts';
import { createCalendar } from './calendar.ts';
import { CENSUS_2020, readDivisions } from './divisions.ts';
import { generateProvince } from './generate.ts';
import { DESIGNATION_REASONS } from './single-stories.ts';

const PEOPLE = 20_000;
const divisions = readDivisions();
const calendar = createCalendar(dayOf(parseInstant('2021-01-20T00:00:00+08:00')));

function textOf(people: number, seed: number): string {
  const parts = [...generateProvince(people, seed, divisions, calendar)];
  return Buffer.concat(parts.map(({ bytes }) => bytes)).toString('utf8');
}

/** Which sources may state a kind (colour.md, evidence). */
const MAY_STATE: Readonly<Record<string, readonly string[]>> = {
  case: ['health'],
  contact: ['health'],
  overseas: ['customs', 'border'],
  stay: ['telecom', 'transport', 'self'],
  symptom: ['health', 'self'],
  nat: ['laboratory', 'verified-report'],
  isolation: ['isolation-site', 'community'],
  designation: ['province-office'],
  identity: ['border', 'public-security'],
};

describe('a province', () => {
  const text = textOf(PEOPLE, 3);
  const readings = text
    .trimEnd()
    .split('\n')
    .map((line) => readRecord(JSON.parse(line), { designationReasons: DESIGNATION_REASONS }));
  const records = readings.flatMap(({ record }): EvidenceRecord[] => (record ? [record] : []));
  const entries = readings.map((reading, i) => ({ line: i + 1, reading }));
  const { persons, faults } = personsOf(entries, calendar.now);

  test('has no record with a fault', () => {
    assert.deepEqual(
      readings.flatMap((reading) => reading.faults ?? []),
      [],
    );
    assert.deepEqual(faults, []);
  });

  test('has as many people as were asked for, with about three records each', () => {
    assert.equal(persons.length, PEOPLE);
    const each = records.length / PEOPLE;
    assert.ok(each > 2.5 && each < 3.5, `${each} records a person`);
  });

  test('has the shares of the census in its cities', () => {
    const homes = persons.map(({ facts }) => facts.find((fact) => fact.kind === 'stay'));
    for (const [code, population] of Object.entries(CENSUS_2020)) {
      const share = homes.filter((stay) => stay?.data.region.startsWith(code)).length / PEOPLE;
      assert.ok(Math.abs(share - population / 64_567_588) < 0.01, `${code}: ${share}`);
    }
  });

  test('keeps each person’s lines together, under at most two documents that the first line joins', () => {
    const seen = new Set<string>();
    let together = new Set<string>();
    for (const { person, fact } of records) {
      const key = documentKey(person);
      if (together.has(key)) continue;
      assert.ok(!seen.has(key), 'a person who comes back');
      const other = fact?.kind === 'identity' ? fact.data.sameAs : person;
      if (fact?.kind === 'identity') assert.equal(documentKey(fact.data.document), key);
      together = new Set([key, documentKey(other)]);
      for (const each of together) seen.add(each);
    }
  });

  test('gives nobody a resident number that could have been issued', () => {
    for (const { person } of records) if (person.type === 'resident-id') assert.match(person.number, /^3399/);
  });

  test('has every kind of evidence and of document, and says nothing by a source that may not', () => {
    assert.deepEqual(
      new Set(records.map(({ fact }) => fact?.kind ?? 'identity')),
      new Set(Object.keys(MAY_STATE)),
    );
    assert.equal(new Set(records.map(({ person }) => person.type)).size, 6);
    for (const { source, fact } of records) {
      assert.ok(SOURCES.includes(source));
      if (fact) assert.ok(MAY_STATE[fact.kind]!.includes(source), `${source}: ${fact.kind}`);
    }
  });

  test('has corrections, retractions, redeliveries and facts that are not known yet', () => {
    assert.ok(records.some(({ version, retracted }) => version === 2 && !retracted));
    assert.ok(records.some(({ retracted }) => retracted));
    const versions = records.map(({ source, id, version }) => `${source} ${id} ${version}`);
    assert.ok(new Set(versions).size < versions.length);
    assert.ok(records.some(({ recordedAt }) => recordedAt > calendar.now));
  });

  test('has stays in county, street and community, in and out of the province, and in words', () => {
    const stays = records.flatMap(({ fact }) => (fact?.kind === 'stay' ? [fact.data] : []));
    assert.deepEqual(new Set(stays.map(({ region }) => region.length)), new Set([6, 9, 12]));
    assert.ok(stays.some(({ region }) => !region.startsWith('33')));
    assert.ok(stays.some(({ place }) => place !== undefined));
  });

  test('is the same twice, another with another seed, and the beginning of a larger one', () => {
    const small = textOf(500, 3);
    assert.equal(textOf(500, 3), small);
    assert.notEqual(textOf(500, 4), small);
    const beginning = small.slice(0, small.length / 2);
    assert.ok(text.startsWith(beginning));
  });
});
