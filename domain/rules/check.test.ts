import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultPackage } from '../../test/default-rules.ts';
import { faultsAfter, ground, type Loose, nested, type Row, refuses } from '../../test/spoilt-rules.ts';
import { describeFault } from '../fault.ts';
import { checkPackage } from './check.ts';
import { compileRules } from './compile.ts';

const PARAMETERS: readonly Row[] = [
  [
    'an unknown parameter',
    (r) => (ground(r, 'R2d', 'contact').when.days = { parameter: 'days' }),
    /^grounds\[\d+\]\.when\.days: names no parameter$/,
  ],
  [
    'a parameter that every object has',
    (r) => (ground(r, 'R2d', 'contact').when.days = { parameter: 'toString' }),
    /when\.days: names no parameter$/,
  ],
  [
    'a parameter that no ground uses',
    (r) => (r.parameters.days = 3),
    'parameters.days: is used by no ground',
  ],
  [
    'a parameter that a ground no longer uses',
    (r) => (ground(r, 'R2d', 'contact').when.days = 14),
    'parameters.contactDays: is used by no ground',
  ],
  [
    'a parameter with something beside it',
    (r) => (ground(r, 'R2d', 'contact').when.days = { parameter: 'contactDays', plus: 1 }),
    /when\.days: must be integer/,
  ],
  ['a parameter outside the grounds', (r) => (r.id = { parameter: 'stayMatch' }), /^id: must be string/],
  [
    'deep nesting within the grounds',
    (r) => (r.grounds[0].when.classifications = nested(50_000)),
    /is nested too deeply$/,
  ],
  ['no parameters', (r) => delete r.parameters, 'parameters: is missing'],
];

const MEANING: readonly Row[] = [
  [
    'a clause with two colours',
    (r) => (ground(r, 'R2g', 'designation').colour = 'yellow'),
    /colour: must be the same for every ground of clause R2g$/,
  ],
  [
    'history on a fever',
    (r) => (ground(r, 'R3a', 'fever').history = true),
    /history: can be set only for contact, entry, stay, contact-area$/,
  ],
  ['history on a case', (r) => (r.grounds[0].history = true), /^grounds\[0\]\.history: can be set only for/],
  [
    'a level that the package does not know',
    (r) => (r.areaLevels = ['medium', 'high']),
    /when\.levels: not among areaLevels: severe$/,
  ],
  [
    'an order of isolation elsewhere',
    (r) => (r.grounds[0].measures[0].order = 'home'),
    'grounds[0].measures[0].order: can be set only for isolation',
  ],
  [
    'announcedDuring that names nothing',
    (r) => (ground(r, 'R2f', 'entry').measures[0].announcedDuring = 'R9'),
    /announcedDuring: names no ground of the same kind of condition$/,
  ],
  [
    'announcedDuring of another kind',
    (r) => (ground(r, 'R2f', 'entry').measures[0].announcedDuring = 'R2d'),
    /announcedDuring: names no ground/,
  ],
  [
    'a venue in two groups',
    (r) => (r.admission.groups[1].venues.school = { zh: 'x', en: 'x' }),
    'admission.groups[1].venues.school: stands in two groups',
  ],
  [
    'a reason that is missing',
    (r) => (r.admission.groups[0].red.reason = 'because'),
    'admission.groups[0].red.reason: names no reason of admission.reasons',
  ],
  [
    'a reason of the unidentified that is missing',
    (r) => (r.admission.unidentified.reason = 'because'),
    /^admission\.unidentified\.reason: names no reason/,
  ],
  [
    'a reason that every object has',
    (r) => (r.admission.groups[0].red.reason = 'constructor'),
    /red\.reason: names no reason/,
  ],
  [
    'a beginning that is no time',
    (r) => (r.validity.from = 'the first of January'),
    'validity.from: must be an RFC 3339 time with an offset',
  ],
  [
    'an end before the beginning',
    (r) => (r.validity.to = '2020-01-01T00:00:00+08:00'),
    'validity.to: must lie after from',
  ],
  ['an end at the beginning', (r) => (r.validity.to = r.validity.from), 'validity.to: must lie after from'],
  [
    'a test at no time',
    (r) => (r.tests[0].at = '2021-01-01T00:00:00+0800'),
    'tests[0].at: must be an RFC 3339 time with an offset',
  ],
  [
    'a test known at no time',
    (r) => (r.tests[0].knownAt = '2021-02-30T00:00:00+08:00'),
    /^tests\[0\]\.knownAt: must be/,
  ],
];

describe('the default package', () => {
  test('is sound', () =>
    assert.deepEqual(
      faultsAfter(() => {}),
      [],
    ));

  test('may change a parameter without a release', () => {
    assert.deepEqual(
      faultsAfter((r) => (r.parameters.contactDays = 7)),
      [],
    );
    const rules: Loose = defaultPackage();
    rules.parameters.contactDays = 7;
    const checked = checkPackage(rules).rules!;
    assert.ok(JSON.stringify(compileRules(checked)).includes('"days":7'));
  });

  test('may change the form of a measure, a list and a date', () => {
    const change = (r: Loose) => {
      r.parameters.convalescenceForm = 'central';
      r.parameters.exemptCountries = ['HK', 'MO'];
      r.parameters.stayMatch = 'possible';
      r.validity.to = '2022-01-01T00:00:00+08:00';
    };
    assert.deepEqual(faultsAfter(change), []);
  });
});

refuses('the parameters of a package', PARAMETERS);
refuses('the meaning of a package', MEANING);

describe('a package that is none', () => {
  for (const value of [null, true, 5, 'zj-2021-01', [], [{}]]) {
    test(JSON.stringify(value), () => {
      const { rules, faults } = checkPackage(value);
      assert.equal(rules, undefined);
      assert.deepEqual(faults?.map(describeFault), ['must be object']);
    });
  }

  test('an empty object lacks everything', () => {
    const faults = (checkPackage({}).faults ?? []).map(describeFault);
    for (const name of ['id', 'title', 'validity', 'parameters', 'grounds', 'admission', 'tests'])
      assert.ok(faults.includes(`${name}: is missing`), name);
  });

  test('nesting that would exhaust the stack is refused everywhere', () => {
    const deep = nested(100_000);
    const names = Object.keys(defaultPackage()).filter((name) => name !== '$schema');
    for (const name of names)
      assert.notDeepEqual(
        faultsAfter((r) => (r[name] = deep)),
        [],
        name,
      );
  });
});
