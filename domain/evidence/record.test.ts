import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AREA_LEVELS } from '../places/listed-area.ts';
import { readListedArea } from '../places/read-listed-area.ts';
import { NEVER, parseInstant } from '../time.ts';
import { KINDS, type Kind, SOURCES } from './fact.ts';
import { type Reading, readRecord, sameJson } from './record.ts';

const LISTS = { designationReasons: ['community-screening'] };
const T1 = '2021-01-01T00:00:00+08:00';
const T2 = '2021-01-02T00:00:00+08:00';
const DOCUMENT = { type: 'tw-permit', number: '12345678' };

/** Good data of each kind, with every field that it may have. */
const DATA: Readonly<Record<Kind, Readonly<Record<string, unknown>>>> = {
  case: { classification: 'confirmed', from: T1, to: T2, outcome: 'recovered' },
  contact: {
    level: 'close',
    lastExposure: T1,
    caseRef: { source: 'health', id: 'C-1' },
    area: { region: '330683', place: '越都社区' },
  },
  overseas: { country: 'US', enteredAt: T1 },
  stay: { region: '330683001', place: '越都社区', from: T1, to: T2 },
  symptom: { fever: true, from: T1, to: T2 },
  nat: { sampledAt: T1, reportedAt: T2, result: 'negative', laboratory: 'L-1' },
  isolation: { form: 'home', from: T1, until: T2, endedAt: T2, release: 'D-1', basis: 'R2f' },
  designation: { colour: 'red', reason: 'community-screening', from: T1, until: T2, approval: 'A-1' },
  identity: { document: DOCUMENT, sameAs: { type: 'tw-permit', number: '87654321' } },
};

/** The fields that each kind cannot do without. */
const REQUIRED: Readonly<Record<Kind, readonly string[]>> = {
  case: ['classification', 'from', 'to'],
  contact: ['level', 'lastExposure'],
  overseas: ['country', 'enteredAt'],
  stay: ['region', 'from'],
  symptom: ['fever', 'from'],
  nat: ['sampledAt', 'reportedAt', 'result'],
  isolation: ['form', 'from', 'until', 'endedAt'],
  designation: ['colour', 'reason', 'from', 'until', 'approval'],
  identity: ['document', 'sameAs'],
};

function record(kind: Kind, data: object = {}, more: object = {}): object {
  const rest = { source: 'health', id: 'x', version: 1, recordedAt: T1, person: { document: DOCUMENT } };
  return { ...rest, kind, data: { ...DATA[kind], ...data }, ...more };
}

/** Reads it as it would stand in a file, where a field that is undefined is not there. */
function read(value: object): Reading {
  return readRecord(JSON.parse(JSON.stringify(value)), LISTS);
}

function fieldsAtFault(value: object): string[] {
  const { record: whole, faults = [] } = read(value);
  assert.equal(whole === undefined, faults.length > 0);
  return faults.map(({ field }) => field);
}

describe('a record is whole', () => {
  for (const kind of KINDS) test(`of kind ${kind}`, () => assert.deepEqual(fieldsAtFault(record(kind)), []));
  for (const source of SOURCES)
    test(`of source ${source}`, () => assert.deepEqual(fieldsAtFault(record('nat', {}, { source })), []));

  const WHOLE: readonly (readonly [why: string, value: object])[] = [
    ['an open case', record('case', { to: undefined, outcome: undefined })],
    ['a case without outcome', record('case', { outcome: undefined })],
    ['a case that ends as it begins', record('case', { to: T1 })],
    ['a stay that goes on, at no place', record('stay', { to: undefined, place: undefined })],
    ['a stay of no length', record('stay', { to: T1 })],
    ['a fever that has not gone', record('symptom', { to: undefined })],
    ['a contact with nothing else', record('contact', { caseRef: undefined, area: undefined })],
    ['a test reported as it was sampled', record('nat', { reportedAt: T1, laboratory: undefined })],
    ['an order that nobody ended', record('isolation', { endedAt: undefined, release: undefined })],
    ['an order ended as it began', record('isolation', { endedAt: T1 })],
    ['an order ended after it was planned', record('isolation', { endedAt: '2021-02-01T00:00:00Z' })],
    ['an order ended without a decision', record('isolation', { release: undefined, basis: undefined })],
    [
      'a decision in parts',
      record('isolation', { release: { clause: 'M7', reference: 'D-1' }, basis: ['R2f', 'B-1'] }),
    ],
    ['an approval in parts', record('designation', { approval: { by: ['a', 'b'] } })],
    ['Hong Kong', record('overseas', { country: 'HK' })],
    ['a document joined to itself', record('identity', { sameAs: DOCUMENT })],
    ['fields that nobody knows', record('nat', { ct: 35, to: 5, from: null }, { note: '', extra: null })],
    ['retracted: false', record('nat', {}, { retracted: false })],
    ['a retraction with its data', record('nat', {}, { retracted: true })],
    ['a retraction without data', record('nat', {}, { retracted: true, data: undefined })],
    ['version 0', record('nat', {}, { version: 0 })],
    ['version 2⁵³−1', record('nat', {}, { version: Number.MAX_SAFE_INTEGER })],
    ['the first instant of 1900', record('overseas', { enteredAt: '1900-01-01T00:00:00+08:00' })],
    ['the last of 2200', record('overseas', { enteredAt: '2200-12-31T23:59:59.999+08:00' })],
  ];
  for (const [why, value] of WHOLE) test(why, () => assert.deepEqual(fieldsAtFault(value), []));

  test('and says what it was told', () => {
    const { record: found, names } = read(record('stay', { to: undefined, place: undefined }));
    assert.deepEqual(names, ['tw-permit 12345678']);
    assert.deepEqual(found?.fact?.data, {
      region: '330683001',
      place: undefined,
      from: parseInstant(T1),
      to: NEVER,
    });
    assert.equal(found?.recordedAt, parseInstant(T1));
    assert.equal(found?.retracted, false);
  });
});

describe('a record is a fault', () => {
  for (const kind of KINDS) {
    for (const name of REQUIRED[kind]) {
      test(`without ${name} of ${kind}`, () => {
        assert.deepEqual(fieldsAtFault(record(kind, { [name]: undefined })), [`data.${name}`]);
      });
    }
    for (const name of Object.keys(DATA[kind])) {
      for (const value of [null, 5, '']) {
        test(`with ${JSON.stringify(value)} as ${name} of ${kind}`, () => {
          const fields = fieldsAtFault(record(kind, { [name]: value }));
          assert.deepEqual(new Set(fields), new Set([`data.${name}`]));
        });
      }
    }
  }
  for (const name of ['source', 'id', 'version', 'recordedAt', 'person', 'kind', 'data']) {
    test(`without ${name}`, () =>
      assert.deepEqual(fieldsAtFault(record('nat', {}, { [name]: undefined })), [name]));
    test(`with null as ${name}`, () =>
      assert.deepEqual(fieldsAtFault(record('nat', {}, { [name]: null })), [name]));
  }

  const FAULTS: readonly (readonly [why: string, value: object, field: string])[] = [
    ['a time without offset', record('overseas', { enteredAt: '2021-01-01T00:00:00' }), 'data.enteredAt'],
    ['a time before 1900', record('overseas', { enteredAt: '1899-12-31T23:59:59+08:00' }), 'data.enteredAt'],
    ['a time after 2200', record('overseas', { enteredAt: '2201-01-01T00:00:00+08:00' }), 'data.enteredAt'],
    ['recordedAt before 1900', record('nat', {}, { recordedAt: '1800-01-01T00:00:00Z' }), 'recordedAt'],
    ['a case with to < from', record('case', { from: T2, to: T1 }), 'data.to'],
    ['a stay with to < from', record('stay', { from: T2, to: T1 }), 'data.to'],
    ['a fever with to < from', record('symptom', { from: T2, to: T1 }), 'data.to'],
    ['an order with until < from', record('isolation', { from: T2, until: T1 }), 'data.until'],
    ['an order with until = from', record('isolation', { until: T1, endedAt: T1 }), 'data.until'],
    ['a designation with until = from', record('designation', { until: T1 }), 'data.until'],
    ['endedAt < from', record('isolation', { endedAt: '2020-12-31T00:00:00Z' }), 'data.endedAt'],
    ['reportedAt < sampledAt', record('nat', { sampledAt: T2, reportedAt: T1 }), 'data.reportedAt'],
    ['outcome without to', record('case', { to: undefined }), 'data.to'],
    ['release without endedAt', record('isolation', { endedAt: undefined }), 'data.endedAt'],
    ['country CN', record('overseas', { country: 'CN' }), 'data.country'],
    ['an unknown country', record('overseas', { country: 'ZZ' }), 'data.country'],
    ['a region of 8 digits', record('stay', { region: '33068300' }), 'data.region'],
    ['a region of province 00', record('stay', { region: '000683' }), 'data.region'],
    ['a region of a contact', record('contact', { area: { region: '3306' } }), 'data.area.region'],
    [
      'an empty place of a contact',
      record('contact', { area: { region: '330683', place: '' } }),
      'data.area.place',
    ],
    ['a contact area that is no object', record('contact', { area: '330683' }), 'data.area'],
    ['a caseRef without id', record('contact', { caseRef: { source: 'health' } }), 'data.caseRef.id'],
    [
      'a caseRef of an unknown source',
      record('contact', { caseRef: { source: 'x', id: '1' } }),
      'data.caseRef.source',
    ],
    ['an unknown source', record('nat', {}, { source: 'hearsay' }), 'source'],
    ['an unknown kind', record('nat', {}, { kind: 'vaccination' }), 'kind'],
    ['a kind that every object has', record('nat', {}, { kind: 'constructor' }), 'kind'],
    ['an unknown classification', record('case', { classification: 'mild' }), 'data.classification'],
    ['an unknown outcome', record('case', { outcome: 'cured' }), 'data.outcome'],
    ['an unknown level', record('contact', { level: 'tertiary' }), 'data.level'],
    ['an unknown result', record('nat', { result: 'weakly positive' }), 'data.result'],
    ['an unknown form', record('isolation', { form: 'hotel' }), 'data.form'],
    ['a designation to green', record('designation', { colour: 'green' }), 'data.colour'],
    ['a reason that is not in the list', record('designation', { reason: 'petition' }), 'data.reason'],
    ['fever: false', record('symptom', { fever: false }), 'data.fever'],
    ['an empty id', record('nat', {}, { id: '' }), 'id'],
    ['an empty laboratory', record('nat', { laboratory: '' }), 'data.laboratory'],
    ['an empty place', record('stay', { place: '' }), 'data.place'],
    ['a version below 0', record('nat', {}, { version: -1 }), 'version'],
    ['a version and a half', record('nat', {}, { version: 1.5 }), 'version'],
    ['a version in words', record('nat', {}, { version: '1' }), 'version'],
    ['a version beyond 2⁵³', record('nat', {}, { version: 2 ** 53 }), 'version'],
    ['retracted in words', record('nat', {}, { retracted: 'true' }), 'retracted'],
    ['retracted: null', record('nat', {}, { retracted: null }), 'retracted'],
    ['a retraction whose data is wrong', record('nat', { result: 'x' }, { retracted: true }), 'data.result'],
    [
      'a check digit',
      record('nat', {}, { person: { document: { type: 'resident-id', number: '339900199001010012' } } }),
      'person.document.number',
    ],
    [
      'a check digit within identity',
      record('identity', { sameAs: { type: 'resident-id', number: '339900199001010012' } }),
      'data.sameAs.number',
    ],
    ['person without document', record('nat', {}, { person: {} }), 'person.document'],
    ['data that is a list', record('identity', {}, { data: [] }), 'data'],
  ];
  for (const [why, value, field] of FAULTS) {
    test(why, () => assert.ok(fieldsAtFault(value).includes(field), fieldsAtFault(value).join()));
  }
  for (const value of [null, 5, 'x', [], [record('nat')]])
    test(`when it is ${JSON.stringify(value).slice(0, 12)}`, () =>
      assert.deepEqual(fieldsAtFault(value as object), ['']));

  test('and each thing that is wrong is told once', () => {
    const fields = fieldsAtFault(
      record('nat', { sampledAt: 'x', reportedAt: undefined }, { id: '', version: -1 }),
    );
    assert.deepEqual(fields, ['id', 'version', 'data.sampledAt', 'data.reportedAt']);
  });
});

describe('a listed area', () => {
  const AREA = {
    level: 'severe',
    region: '330683',
    place: '',
    from: T1,
    to: T2,
    approval: 'A-1',
    recordedAt: T2,
  };
  const fields = (more: object) =>
    readListedArea(JSON.parse(JSON.stringify({ ...AREA, ...more })), AREA_LEVELS).faults?.map(
      ({ field }) => field,
    ) ?? [];
  const ROWS: readonly (readonly [why: string, more: object, fields: readonly string[]])[] = [
    ['is whole', {}, []],
    [
      'is whole without what it may leave out',
      { level: 'high', place: undefined, to: undefined, approval: undefined, recordedAt: undefined },
      [],
    ],
    ['may end as it begins', { to: T1 }, []],
    ['must not end before it begins', { from: T2, to: T1 }, ['to']],
    ['is severe only with approval', { approval: undefined }, ['approval']],
    ['is severe only with an end', { to: undefined }, ['to']],
    ['has a level of the rule package', { level: 'extreme' }, ['level']],
    ['has no region of 4 digits', { region: '3306' }, ['region']],
    ['has a place in words', { place: null }, ['place']],
    ['begins some time', { from: undefined }, ['from']],
    ['is recorded at a time', { recordedAt: 'yesterday' }, ['recordedAt']],
  ];
  for (const [why, more, expected] of ROWS) test(why, () => assert.deepEqual(fields(more), expected));
});

describe('equality of JSON values', () => {
  const ROWS: readonly (readonly [one: string, other: string, same: boolean])[] = [
    ['{"a":1,"b":[1,{"c":null}]}', '{"b":[1,{"c":null}],"a":1}', true],
    ['[1,2]', '[2,1]', false],
    ['[1]', '[1,1]', false],
    ['{}', '[]', false],
    ['{"a":null}', '{}', false],
    ['{"a":null}', '{"b":null}', false],
    ['1', '1.0', true],
    ['1', '"1"', false],
    ['0', '-0', true],
    ['"é"', '"e\u0301"', false],
    ['{"__proto__":1}', '{}', false],
    ['{"toString":1}', '{"valueOf":1}', false],
  ];
  for (const [one, other, same] of ROWS)
    test(`${one} is ${same ? '' : 'not '}${other}`, () =>
      assert.equal(sameJson(JSON.parse(one), JSON.parse(other)), same));
});
