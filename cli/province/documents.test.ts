import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fault } from '../../domain/fault.ts';
import { type Document, readDocument } from '../../domain/people/document.ts';
import {
  passport,
  permanentResidentCard,
  residencePermit,
  residentNumber,
  travelPermit,
} from './documents.ts';

function faultsOf(document: Document): Fault[] {
  const faults: Fault[] = [];
  readDocument(document, 'document', faults);
  return faults;
}

describe('the documents of the demo', () => {
  test('are without fault, check digits included', () => {
    const documents = [0, 1, 364, 365, 99_999, 900_000].flatMap((number) => [
      { type: 'resident-id', number: residentNumber(number, 1984) } as const,
      residencePermit('HK', number),
      residencePermit('TW', number),
      travelPermit('MO', number),
      travelPermit('TW', number),
      passport('DE', number),
      permanentResidentCard('FRA', number),
    ]);
    assert.deepEqual(documents.flatMap(faultsOf), []);
  });

  test('a permanent-resident card of 2021 ends with the check digit of ICAO 9303', () => {
    const { number } = permanentResidentCard('FRA', 0);
    assert.match(number, /^FRA33994001010\d$/);
    const weights = [7, 3, 1];
    const sum = [...number.slice(0, 14)].reduce(
      (all, c, i) => all + Number.parseInt(c, 36) * weights[i % 3]!,
      0,
    );
    assert.equal(Number(number[14]), sum % 10);
  });

  test('resident numbers lie in county codes that were never assigned', () => {
    for (let person = 0; person < 5_000; person++) assert.match(residentNumber(person, 2001), /^3399\d{2}/);
  });

  test('two people have two numbers, also when every day, code and order has been used', () => {
    const slots = 365 * 100 * 999;
    const people = Array.from({ length: 3_000 }, (_, i) => [i, i + slots, i + 2 * slots]).flat();
    const numbers = people.flatMap((person) => [residentNumber(person, 1970)]);
    assert.equal(new Set(numbers).size, people.length);
    const years = [1970, 1971, 1972].map((year) =>
      [7, 7 + slots, 7 + 2 * slots].map((who) => residentNumber(who, year)),
    );
    for (const who of [0, 1, 2]) {
      const others = years.flatMap((row) => row.filter((_, i) => i !== who));
      for (const row of years) assert.ok(!others.includes(row[who]!));
    }
  });
});
