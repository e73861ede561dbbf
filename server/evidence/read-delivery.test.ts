import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { KINDS, type Kind, SOURCES } from '../../domain/evidence/fact.ts';
import { readRecord, sameContent } from '../../domain/evidence/record.ts';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { parseInstant } from '../../domain/time.ts';
import { defaultRules } from '../../test/default-rules.ts';
import { NUMBERS, recordOf } from '../../test/service.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { createKeyRing, type KeyRing } from '../platform/keys/key-ring.ts';
import { canonicalJson, isDeeperThan } from './canonical-json.ts';
import { incomingOf } from './deliver-lines.ts';
import type { Delivery } from './intake.ts';
import { readDelivery, type Terms } from './read-delivery.ts';

const [ANNA, BO] = NUMBERS;
const NOW = parseInstant('2021-01-20T12:00:00+08:00');
const folder = temporaryFolder();
let ring: KeyRing | undefined;

const TERMS: Terms = {
  batchId: '018f0000-0000-7000-8000-000000000000',
  clientId: 'test',
  receivedAt: NOW,
  sources: ['health', 'public-security'],
  contracts: new Map([
    ['health', ['case', 'symptom']],
    ['public-security', ['identity']],
  ]),
  lists: listsOf(defaultRules().rules),
  keepsTimes: false,
};

/** Reads lines of JSON as they come over the wire. */
function read(line: string, terms: Partial<Terms> = {}): Delivery {
  ring ??= createKeyRing(join(folder, 'keys'));
  return readDelivery(ring, { ...TERMS, ...terms }, [incomingOf({ number: 1, text: line })]);
}

const CASE = { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' };
const NAT = {
  sampledAt: '2021-01-18T08:00:00+08:00',
  reportedAt: '2021-01-18T20:00:00+08:00',
  result: 'positive',
};
const GOOD = recordOf('health', 'C-1', ANNA, 'case', CASE);

/** A good line in which a field is another; a text goes in as it stands. */
function lineWith(fields: object): string {
  return JSON.stringify({ ...GOOD, ...fields });
}

describe('a record that is delivered', () => {
  const joining = {
    source: 'public-security',
    kind: 'identity',
    data: {
      document: { type: 'resident-id', number: ANNA },
      sameAs: { type: 'passport', issuer: 'USA', number: 'E12345678' },
    },
  };
  const REFUSED: readonly (readonly [why: string, line: string, ...faults: string[]])[] = [
    ['is no JSON', '{"source":', ' is not JSON'],
    ['is a list', '[]', ' must be a JSON object'],
    ['is null', 'null', ' must be a JSON object'],
    ['brings its time', lineWith({ recordedAt: '2021-01-19T08:00:00+08:00' }), 'recordedAt is set'],
    [
      'brings no time',
      lineWith({ recordedAt: null }),
      'recordedAt is set by the service and cannot be given',
    ],
    ['is of another source', lineWith({ source: 'customs' }), 'source is no source for which'],
    ['is of no source', lineWith({ source: 'zhang-san' }), 'source must be one of'],
    [
      'is of a kind outside the contract',
      lineWith({ kind: 'nat', data: NAT }),
      'kind is not in the contract',
    ],
    ['is of no kind', lineWith({ kind: 'colour' }), 'kind must be one of'],
    ['has no id', lineWith({ id: '' }), 'id must not be empty'],
    ['has an id that is too long', lineWith({ id: 'x'.repeat(201) }), 'id must have at most 200'],
    ['has an id with a zero', lineWith({ id: 'C\u00001' }), 'id must not hold control'],
    ['has an id with a line break', lineWith({ id: 'C\n1' }), 'id must not hold control'],
    ['has an id with half a character', lineWith({ id: 'C\ud800' }), 'id must not hold control'],
    ['has the number of its person for id', lineWith({ id: ANNA }), 'id must not hold the number'],
    ['has a number within its id', lineWith({ id: `case-${ANNA}-1` }), 'id must not hold the number'],
    ['has a number of somebody else', lineWith({ id: `for ${BO}` }), 'id must not hold the number'],
    ['has a number in small letters', lineWith({ id: BO.toLowerCase() }), 'id must not hold the number'],
    ['has a number in wide digits', lineWith({ id: wide(ANNA) }), 'id must not hold the number'],
    [
      'has the number of what it joins',
      lineWith({ ...joining, id: 'S-e12345678' }),
      'id must not hold the number',
    ],
    ['has a version that is none', lineWith({ version: 1.5 }), 'version must be a whole number'],
    ['has a version that no number holds', lineWith({ version: 2 ** 53 }), 'version must be a whole number'],
    ['has a version that is too large', lineWith({ version: 1e308 }), 'version must be a whole number'],
    ['has a version below zero', lineWith({ version: -1 }), 'version must be a whole number'],
    [
      'has a wrong check digit',
      lineWith({ person: { document: { type: 'resident-id', number: '339900199001010012' } } }),
      'person.document.number has a wrong check digit',
    ],
    ['has no data', lineWith({ data: undefined }), 'data is missing'],
    ['has several faults', lineWith({ id: '', kind: 'x' }), 'id must not be empty', 'kind must be one of'],
    ['is nested too deeply', lineWith({ data: nested(20) }), ' is nested too deeply'],
    ['is nested beyond measure', `${'[['.repeat(10_000)}${']]'.repeat(10_000)}`, ' is nested too deeply'],
    [
      'has its fields in a prototype',
      `{"__proto__":${JSON.stringify(GOOD)}}`,
      'source is missing',
      'id is missing',
      'version',
      'person is missing',
      'kind is missing',
    ],
  ];
  for (const [why, line, ...faults] of REFUSED) {
    test(`is refused when it ${why}`, () => {
      const { candidates, refused } = read(line);
      assert.equal(candidates.length, 0);
      const told = refused[0]!.faults.map(({ field, message }) => `${field} ${message}`);
      assert.equal(told.length, faults.length, told.join('; '));
      for (const [i, fault] of faults.entries()) assert.ok(told[i]!.startsWith(fault), told[i]);
      const text = JSON.stringify(refused[0]!.faults);
      for (const number of [ANNA, BO, '33990019900101', 'zhang']) assert.ok(!text.includes(number), text);
    });
  }

  const ACCEPTED: readonly (readonly [why: string, line: string])[] = [
    ['has an id as long as may be', lineWith({ id: '𠮷'.repeat(100) })],
    ['has an id with digits that are no number', lineWith({ id: '20210118080000123456789012345' })],
    [
      'has an id in which a short number stands by chance',
      lineWith({ id: 'A1-77', person: { document: { type: 'passport', issuer: 'D', number: 'A1' } } }),
    ],
    ['has a version as large as may be', lineWith({ version: Number.MAX_SAFE_INTEGER })],
    ['has more fields than are known', lineWith({ note: 'x', data: { ...CASE, more: [1] } })],
    [
      'has a field of an awkward name',
      JSON.stringify(GOOD).replace('"data":{', '"data":{"__proto__":{"from":1},"constructor":2,'),
    ],
    ['holds zeros and half characters in its data', lineWith({ data: { ...CASE, note: 'a\u0000b\ud800' } })],
    ['is retracted without data', lineWith({ retracted: true, data: undefined })],
  ];
  for (const [why, line] of ACCEPTED)
    test(`may be stored when it ${why}`, () => {
      const { candidates, refused } = read(line);
      assert.deepEqual(refused, []);
      const [{ data, raw }] = candidates as [Delivery['candidates'][number]];
      assert.deepEqual(JSON.parse(raw()), JSON.parse(line));
      assert.deepEqual(data && JSON.parse(data), JSON.parse(line).data);
    });

  test('is refused when it is nested beyond measure, also as one of a JSON array', () => {
    const deep = JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`);
    const { refused } = readDelivery(ring!, TERMS, [{ position: 1, value: deep }]);
    assert.equal(refused[0]!.faults[0]!.message, 'is nested too deeply');
  });

  test('of an older system may bring its time, and none that lies ahead', () => {
    const at = (recordedAt: string) => read(lineWith({ recordedAt }), { keepsTimes: true });
    assert.equal(at('2021-01-19T08:00:00+08:00').candidates[0]!.record.recordedAt, NOW - 28 * 3_600_000);
    for (const ahead of ['2021-01-20T12:00:01+08:00', '2199-01-01t00:00:00z', '2021-06-30T23:59:60Z'])
      assert.match(at(ahead).refused[0]!.faults[0]!.message, /future|RFC 3339/, ahead);
    assert.equal(read(lineWith({}), { keepsTimes: true }).refused[0]!.faults[0]!.field, 'recordedAt');
  });
});

function wide(text: string): string {
  return [...text].map((char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)).join('');
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : { a: nested(depth - 1) };
}

describe('a contract', () => {
  const document = { type: 'resident-id', number: ANNA };
  const DATA: Readonly<Record<Kind, object>> = {
    case: CASE,
    contact: { level: 'close', lastExposure: '2021-01-18T08:00:00+08:00' },
    overseas: { country: 'SG', enteredAt: '2021-01-18T08:00:00+08:00' },
    stay: { region: '330683', from: '2021-01-18T08:00:00+08:00' },
    symptom: { fever: true, from: '2021-01-18T08:00:00+08:00' },
    nat: NAT,
    isolation: { form: 'home', from: '2021-01-18T08:00:00+08:00', until: '2021-02-01T00:00:00+08:00' },
    designation: {
      ...{ colour: 'red', reason: 'manifest-contact', approval: 'A-1' },
      ...{ from: '2021-01-18T08:00:00+08:00', until: '2021-02-01T00:00:00+08:00' },
    },
    identity: { document, sameAs: { type: 'tw-permit', number: '12345678' } },
  };

  test('lets a source state the kinds that it names, and no other', () => {
    for (const source of SOURCES)
      for (const stated of KINDS)
        for (const kind of KINDS) {
          const line = JSON.stringify(recordOf(source, 'X-1', ANNA, kind, DATA[kind]));
          const terms = { sources: SOURCES, contracts: new Map([[source, [stated]]]) };
          assert.equal(read(line, terms).candidates.length, kind === stated ? 1 : 0, `${source} ${kind}`);
        }
  });
});

describe('canonical JSON', () => {
  test('is equal for equal contents, and for no others', () => {
    const content = (line: string) => {
      const { statement } = readRecord(JSON.parse(line), TERMS.lists);
      return statement!;
    };
    const holds = fc.property(fc.jsonValue(), fc.jsonValue(), fc.boolean(), (one, other, same) => {
      const [a, b] = [one, same ? reversed(one) : other].map((data) =>
        content(lineWith({ recordedAt: '2021-01-19T08:00:00+08:00', data })),
      ) as [ReturnType<typeof content>, ReturnType<typeof content>];
      assert.equal(canonicalJson(a.content) === canonicalJson(b.content), sameContent(a, b));
    });
    fc.assert(holds, { seed: 2021, numRuns: 1_000 });
  });

  test('is deep where it is', () => {
    assert.equal(isDeeperThan(nested(6), 5), false);
    assert.equal(isDeeperThan(nested(7), 5), true);
    assert.equal(isDeeperThan('x', 0), false);
  });
});

/** The same value with its names in another order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, each]) => [name, reversed(each)]),
  );
}
