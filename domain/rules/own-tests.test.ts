import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultPackage } from '../../test/default-rules.ts';
import { type Loose, nested } from '../../test/spoilt-rules.ts';
import { describeFault } from '../fault.ts';
import { checkPackage } from './check.ts';
import { runOwnTests } from './own-tests.ts';

/** What fails of a package's own tests after a change that leaves the package sound. */
function failuresAfter(change: (rules: Loose) => void): string[] {
  const value: Loose = defaultPackage();
  change(value);
  const { rules, faults } = checkPackage(value);
  assert.ok(rules, JSON.stringify(faults));
  return runOwnTests(rules).map(describeFault);
}

/** A package whose only test is this one. */
function only(changed: object): (rules: Loose) => void {
  return (rules) => {
    rules.tests = [{ ...rules.tests.find((own: Loose) => !('admit' in own)), ...changed }];
  };
}

function onlyAdmission(admit: object, expect: object): (rules: Loose) => void {
  const name = { zh: '测试', en: 'A test' };
  return (rules) => {
    rules.tests = [{ name, clause: 'M8', admit, expect }];
  };
}

const CONFIRMED = {
  source: 'health',
  id: 'C-1',
  version: 1,
  recordedAt: '2021-01-01T00:00:00+08:00',
  person: { document: { type: 'resident-id', number: '339900199001010011' } },
  kind: 'case',
  data: { classification: 'confirmed', from: '2021-01-02T00:00:00+08:00' },
};
const AT = { at: '2021-01-05T00:00:00+08:00', evidence: [CONFIRMED] };

describe("a package's own tests", () => {
  test('pass', () =>
    assert.deepEqual(
      failuresAfter(() => {}),
      [],
    ));

  test('cover every clause that gives a colour', () => {
    const { grounds, tests }: Loose = defaultPackage();
    const tested = new Set(tests.map(({ clause }: Loose) => clause));
    for (const { clause } of grounds) assert.ok(tested.has(clause), clause);
  });

  const CHANGES: readonly (readonly [what: string, change: (rules: Loose) => void])[] = [
    ['the days of a contact', (r) => (r.parameters.contactDays = 13)],
    ['the days after an entry', (r) => (r.parameters.entryDays = 21)],
    ['the days at home', (r) => (r.parameters.homeDaysAfterEntry = 8)],
    ['the days after a stay', (r) => (r.parameters.areaDays = 15)],
    ['the days of a fever', (r) => (r.parameters.feverMaxDays = 7)],
    ['the form of convalescence', (r) => (r.parameters.convalescenceForm = 'central')],
    ['the way to match stays', (r) => (r.parameters.stayMatch = 'possible')],
    ['who is exempt', (r) => (r.parameters.exemptCountries = ['US', 'HK', 'GB', 'JP'])],
    ['the clause of transport', (r) => (r.transport.clause = 'M7')],
    ['a door', (r) => Object.assign(r.admission.groups[0].yellow, { outcome: 'allow' })],
  ];
  for (const [what, change] of CHANGES)
    test(`notice a change of ${what}`, () => assert.notDeepEqual(failuresAfter(change), []));
});

describe('a test that fails', () => {
  const FAILS: readonly (readonly [why: string, change: (rules: Loose) => void, told: RegExp])[] = [
    ['by its colour', only({ ...AT, expect: { colour: 'green' } }), /colour is "red", not "green"$/],
    [
      'by a field within',
      only({ ...AT, expect: { grounds: [{ clause: 'R2b' }] } }),
      /grounds\[0\]\.clause is "R2a", not "R2b"$/,
    ],
    [
      'by a name that is not there',
      only({ ...AT, expect: { color: 'red' } }),
      /color is undefined, not "red"$/,
    ],
    ['by how many', only({ ...AT, expect: { grounds: [] } }), /grounds has 1 items, not 0$/],
    [
      'by a list that is none',
      only({ ...AT, expect: { colour: ['red'] } }),
      /colour is "red", not \["red"\]$/,
    ],
    [
      'by null',
      only({ ...AT, expect: { nextChangeAt: '2021-01-06T00:00:00+08:00' } }),
      /nextChangeAt is null, not "2021/,
    ],
    [
      'by evidence with a fault',
      only({ ...AT, evidence: [{ ...CONFIRMED, kind: 'x' }], expect: {} }),
      /evidence\[0\]: kind: must be one of/,
    ],
    [
      'by evidence that is none',
      only({ ...AT, evidence: [5], expect: {} }),
      /evidence\[0\]: must be a JSON object$/,
    ],
    [
      'by an area with a fault',
      only({ ...AT, areas: [{ level: 'low' }], expect: {} }),
      /areas\[0\]: level: must be one of/,
    ],
    ['by nobody', only({ ...AT, evidence: [], expect: {} }), /must be about one person$/],
    [
      'by two people',
      only({
        ...AT,
        evidence: [
          CONFIRMED,
          { ...CONFIRMED, id: 'C-2', person: { document: { type: 'tw-permit', number: '12345678' } } },
        ],
        expect: {},
      }),
      /must be about one person$/,
    ],
    [
      'by what was known',
      only({ ...AT, knownAt: '2020-12-31T00:00:00+08:00', expect: { colour: 'red' } }),
      /colour is "green", not "red"$/,
    ],
    [
      'by its door',
      onlyAdmission({ colour: 'red', venue: 'school' }, { outcome: 'allow' }),
      /outcome is "deny", not "allow"$/,
    ],
    [
      'by a mask',
      onlyAdmission({ colour: 'yellow', venue: 'bus', masked: true }, { outcome: 'allow-if-masked' }),
      /outcome is "allow", not/,
    ],
    ['by an unknown door', onlyAdmission({ colour: 'red', venue: 'moon' }, {}), /moon is no venue category$/],
  ];
  for (const [why, change, told] of FAILS) {
    test(`${why} is told with its name and clause`, () => {
      const failures = failuresAfter(change);
      assert.equal(failures.length, 1);
      assert.match(failures[0]!, /^tests\[0\]: ".+" \([A-Z]\d+[a-z]?\): /);
      assert.match(failures[0]!, told);
    });
  }

  test('by an expectation that no stack can follow is told as any other', () => {
    assert.match(
      failuresAfter(only({ ...AT, expect: { colour: nested(100_000) } }))[0]!,
      /nested too deeply$/,
    );
  });

  test('passes when only what is expected is compared', () => {
    assert.deepEqual(
      failuresAfter(only({ ...AT, expect: { colour: 'red', grounds: [{ clause: 'R2a' }] } })),
      [],
    );
    assert.deepEqual(
      failuresAfter(
        onlyAdmission({ colour: 'none', venue: 'bus', identityVerified: true }, { clause: 'S10' }),
      ),
      [],
    );
  });
});
