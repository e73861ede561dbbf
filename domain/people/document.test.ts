import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { describePublic } from '../../test/public-data.ts';
import type { Fault } from '../fault.ts';
import { checkDigit, type Document, documentKey, readDocument, registrationOf } from './document.ts';

function read(value: unknown): { document: Document | undefined; faults: Fault[] } {
  const faults: Fault[] = [];
  return { document: readDocument(value, 'document', faults), faults };
}

/** The number with its check digit. */
function checked(number17: string): string {
  return number17 + checkDigit(number17);
}

describe('a document that is read', () => {
  const GOOD: readonly (readonly [why: string, type: string, number: string, issuer?: string])[] = [
    ['a resident', 'resident-id', '339900199001010011'],
    ['a resident with the check digit X', 'resident-id', '33990019900101002X'],
    ['a county that was never assigned', 'resident-id', checked('99999919900101001')],
    ['a birth on a leap day', 'resident-id', checked('33990020000229001')],
    ['a resident of Hong Kong', 'residence-permit-hmt', '810000199408230021'],
    ['a resident of Macau', 'residence-permit-hmt', checked('82000019940823002')],
    ['a resident of Taiwan', 'residence-permit-hmt', '830000199201300022'],
    ['a permit of Hong Kong', 'hm-permit', 'H12345678'],
    ['a permit of Macau', 'hm-permit', 'M12345678'],
    ['a permit with the number of issue', 'hm-permit', 'H1234567801'],
    ['a permit of Taiwan', 'tw-permit', '12345678'],
    ['an older one', 'tw-permit', '1234567890'],
    ['an older one with a letter', 'tw-permit', '1234567890A'],
    ['a passport', 'passport', 'E12345678', 'USA'],
    ['a passport of one character', 'passport', '1', 'D'],
    ['a passport of twenty', 'passport', 'A'.repeat(20), 'GBR'],
    ['a permanent resident of the old card', 'foreign-permanent-resident', 'USA123456789012'],
    ['a permanent resident of the new card', 'foreign-permanent-resident', checked('91133019900101001')],
    ['a child whom a counter registered', 'provincial-registration', 'ZJ00000000028'],
    ['a number with the check character X', 'provincial-registration', registrationOf('0000000001').number],
  ];
  for (const [why, type, number, issuer] of GOOD) {
    test(`${type}: ${why}`, () => {
      const stated = issuer === undefined ? { type, number } : { type, number, issuer };
      assert.deepEqual(read(stated), { document: stated, faults: [] });
    });
  }

  test('has a trailing x for X', () => {
    assert.equal(
      read({ type: 'resident-id', number: '33990019900101002x' }).document?.number,
      '33990019900101002X',
    );
    const passport = read({ type: 'passport', number: '1x', issuer: 'USA' }).document;
    assert.equal(passport?.number, '1X');
  });

  test('has an issuer only when it is a passport', () => {
    const { document } = read({ type: 'tw-permit', number: '12345678', issuer: 'USA', note: 1 });
    assert.deepEqual(document, { type: 'tw-permit', number: '12345678' });
  });

  test('is equal to another by type, number and issuer', () => {
    const documents: readonly Document[] = [
      { type: 'passport', number: 'E1', issuer: 'USA' },
      { type: 'passport', number: 'E1', issuer: 'GBR' },
      { type: 'passport', number: 'E2', issuer: 'USA' },
      { type: 'tw-permit', number: '12345678' },
      { type: 'hm-permit', number: '12345678' },
    ];
    assert.equal(new Set(documents.map(documentKey)).size, documents.length);
  });
});

describe('a document that is refused', () => {
  const RESIDENT = { type: 'resident-id', number: '339900199001010011' };
  const BAD: readonly (readonly [why: string, value: unknown, field: string, message: RegExp])[] = [
    ['missing', undefined, '', /is missing/],
    ['null', null, '', /must be an object/],
    ['a text', '339900199001010011', '', /must be an object/],
    ['a list', [RESIDENT], '', /must be an object/],
    ['no type', { number: '1' }, '.type', /is missing/],
    ['an unknown type', { ...RESIDENT, type: 'driving-licence' }, '.type', /one of resident-id/],
    ['a type that is no text', { ...RESIDENT, type: ['resident-id'] }, '.type', /one of/],
    ['no number', { type: 'resident-id' }, '.number', /is missing/],
    ['a number that is no text', { ...RESIDENT, number: 339900 }, '.number', /a text/],
    ['an empty number', { ...RESIDENT, number: '' }, '.number', /17 digits/],
    ['an empty passport', { type: 'passport', number: '', issuer: 'USA' }, '.number', /1 to 20/],
    ['a wrong check digit', { ...RESIDENT, number: '339900199001010012' }, '.number', /check digit/],
    ['X for a digit', { ...RESIDENT, number: '33990019900101001X' }, '.number', /check digit/],
    ['first-generation numbers', { ...RESIDENT, number: '339900900101001' }, '.number', /17 digits/],
    ['19 digits', { ...RESIDENT, number: '3399001990010100111' }, '.number', /17 digits/],
    ['white space', { ...RESIDENT, number: ' 339900199001010011' }, '.number', /17 digits/],
    ['wide digits', { ...RESIDENT, number: '３３９９００１９９００１０１００１１' }, '.number', /17 digits/],
    ['30 February', { ...RESIDENT, number: checked('33990019900230001') }, '.number', /date of birth/],
    ['29 February 1900', { ...RESIDENT, number: checked('33990019000229001') }, '.number', /date of birth/],
    ['month 13', { ...RESIDENT, number: checked('33990019901301001') }, '.number', /date of birth/],
    ['month 0', { ...RESIDENT, number: checked('33990019900001001') }, '.number', /date of birth/],
    ['the year 0199', { ...RESIDENT, number: checked('33990001990101001') }, '.number', /date of birth/],
    ['a mainland number', { ...RESIDENT, type: 'residence-permit-hmt' }, '.number', /810000/],
    ['840000', { type: 'residence-permit-hmt', number: checked('84000019940823002') }, '.number', /810000/],
    ['810001', { type: 'residence-permit-hmt', number: checked('81000119940823002') }, '.number', /810000/],
    ['another letter', { type: 'hm-permit', number: 'K12345678' }, '.number', /H or M/],
    ['a small letter', { type: 'hm-permit', number: 'h12345678' }, '.number', /H or M/],
    ['9 digits', { type: 'hm-permit', number: 'H123456789' }, '.number', /8 or 10/],
    ['7 digits', { type: 'tw-permit', number: '1234567' }, '.number', /8 digits/],
    ['9 digits', { type: 'tw-permit', number: '123456789' }, '.number', /8 digits/],
    ['8 digits and a letter', { type: 'tw-permit', number: '12345678A' }, '.number', /8 digits/],
    ['21 characters', { type: 'passport', number: 'A'.repeat(21), issuer: 'USA' }, '.number', /1 to 20/],
    ['small letters', { type: 'passport', number: 'e1', issuer: 'USA' }, '.number', /capitals/],
    ['no issuer', { type: 'passport', number: 'E1' }, '.issuer', /is missing/],
    ['an empty issuer', { type: 'passport', number: 'E1', issuer: '' }, '.issuer', /capitals/],
    ['a small issuer', { type: 'passport', number: 'E1', issuer: 'usa' }, '.issuer', /capitals/],
    ['an issuer of four letters', { type: 'passport', number: 'E1', issuer: 'USAA' }, '.issuer', /capitals/],
    ['an issuer that is no text', { type: 'passport', number: 'E1', issuer: 1 }, '.issuer', /capitals/],
    ['two letters', { type: 'foreign-permanent-resident', number: 'US123456789012' }, '.number', /3 letters/],
    [
      'a wrong character',
      { type: 'provincial-registration', number: 'ZJ00000000018' },
      '.number',
      /ISO 7064/,
    ],
    ['another province', { type: 'provincial-registration', number: 'SH00000000028' }, '.number', /ZJ, 10/],
    [
      'another first digit',
      { type: 'foreign-permanent-resident', number: checked('81133019900101001') },
      '.number',
      /beginning with 9/,
    ],
    [
      'a wrong digit',
      { type: 'foreign-permanent-resident', number: '911330199001010019' },
      '.number',
      /check digit/,
    ],
  ];
  for (const [why, value, field, message] of BAD) {
    test(`${(value as { type?: unknown })?.type ?? 'any'}: ${why}`, () => {
      const { document, faults } = read(value);
      assert.equal(document, undefined);
      assert.equal(faults.length, 1);
      assert.equal(faults[0]!.field, `document${field}`);
      assert.match(faults[0]!.message, message);
    });
  }

  test('is told without its number', () => {
    const { faults } = read({ type: 'resident-id', number: '339900199001010012' });
    assert.ok(!JSON.stringify(faults).includes('33990019'));
  });

  test('is told with both, when number and issuer are wrong', () => {
    const { faults } = read({ type: 'passport', number: 'e1', issuer: 'usa' });
    assert.deepEqual(
      faults.map(({ field }) => field),
      ['document.number', 'document.issuer'],
    );
  });
});

describe('the check digit (GB 11643)', () => {
  test('is X for ten', () => assert.equal(checkDigit('33990019900101002'), 'X'));

  test('finds every single wrong digit and every swap of neighbours', () => {
    const holds = fc.property(
      fc.stringMatching(/^\d{17}$/),
      fc.nat(15),
      fc.integer({ min: 1, max: 9 }),
      (text, at, by) => {
        const other = `${text.slice(0, at)}${(Number(text[at]) + by) % 10}${text.slice(at + 1)}`;
        const swapped = `${text.slice(0, at)}${text[at + 1]}${text[at]}${text.slice(at + 2)}`;
        assert.notEqual(checkDigit(other), checkDigit(text));
        if (swapped !== text) assert.notEqual(checkDigit(swapped), checkDigit(text));
      },
    );
    fc.assert(holds, { seed: 2021 });
  });
});

describePublic('resident numbers of other projects', 'resident-id', (path) => {
  interface Vector {
    readonly id: string;
    readonly valid: boolean;
    readonly note: string;
    readonly check_digit_ok?: boolean;
  }
  const { vectors }: { vectors: readonly Vector[] } = JSON.parse(
    readFileSync(`${path}/id-vectors.json`, 'utf8'),
  );
  const judged = vectors.filter(({ check_digit_ok }) => check_digit_ok !== undefined);

  test('have the check digit that is worked out here, or have not', () => {
    assert.ok(judged.length > 10);
    for (const { id, check_digit_ok, note } of judged)
      assert.equal(checkDigit(id) === id[17], check_digit_ok, `${id} ${note}`);
  });

  test('are read when the check digit is right, whatever the county code', () => {
    for (const { id, check_digit_ok } of judged)
      assert.equal(read({ type: 'resident-id', number: id }).document !== undefined, check_digit_ok, id);
  });

  test('of 14 and 15 digits are refused', () => {
    for (const { id } of vectors.filter((vector) => vector.id.length !== 18))
      assert.equal(read({ type: 'resident-id', number: id }).document, undefined, id);
  });
});
