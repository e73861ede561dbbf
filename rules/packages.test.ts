import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { assess, colourAt } from '../domain/codes/assess.ts';
import { readRecord } from '../domain/evidence/record.ts';
import { describeFault } from '../domain/fault.ts';
import { personsOf } from '../domain/people/persons.ts';
import { indexAreas } from '../domain/places/area-index.ts';
import { readListedArea } from '../domain/places/read-listed-area.ts';
import { type Checked, checkPackage } from '../domain/rules/check.ts';
import { compileRules } from '../domain/rules/compile.ts';
import { listsOf, runOwnTests } from '../domain/rules/own-tests.ts';
import type { AssessmentCase, RulePackage } from '../domain/rules/schema.ts';
import { DAY_MS, parseInstant } from '../domain/time.ts';
import { type Group, type Mutant, mutantsOf } from '../test/rule-mutants.ts';

const PACKAGES = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json'))
  .map((name) => name.replace(/\.json$/, ''));

const GROUPS: readonly Group[] = [
  ...(['ground', 'number', 'parameter', 'list', 'early end', 'history', 'colour'] as const),
  ...(['measure', 'clause', 'area level', 'admission cell', 'venue'] as const),
];

/** Changes that change nothing, each with its reason: no test can notice them. */
const CHANGES_NOTHING: Readonly<Record<string, readonly string[]>> = {
  // Where one negative test is enough (M11), how far apart two lie says nothing.
  'zj-2021-01': ['grounds.13.when.liftedBy.hoursApart = 1'],
};

interface Fates {
  readonly refused: Mutant[];
  readonly failing: Mutant[];
  readonly unnoticed: Mutant[];
}

function readPackage(name: string): RulePackage {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${name}.json`), 'utf8')) as RulePackage;
}

const EXAMPLE = readFileSync(join(import.meta.dirname, '../docs/rules.md'), 'utf8');

/** The text of a package after the changes of the worked example. */
function example(...changes: readonly (readonly [from: string, to: string])[]): unknown {
  const text = readFileSync(join(import.meta.dirname, 'zj-2021-01.json'), 'utf8');
  return JSON.parse(
    changes.reduce((before, [from, to]) => {
      assert.equal(before.split(from).length, 2, `${from} stands once`);
      for (const shown of [from, to]) assert.ok(EXAMPLE.includes(shown), `docs/rules.md shows ${shown}`);
      return before.replace(from, to);
    }, text),
  );
}

/** What becomes of each mutant: it is refused by the checks, fails an own test, or passes for the real one. */
function fatesOf(rules: RulePackage): Fates {
  const fates: Fates = { refused: [], failing: [], unnoticed: [] };
  for (const mutant of mutantsOf(rules)) {
    const { rules: checked } = checkMutant(mutant, rules);
    const passes = checked && runOwnTests({ ...checked, tests: rules.tests }).length === 0;
    fates[!checked ? 'refused' : passes ? 'unnoticed' : 'failing'].push(mutant);
  }
  return fates;
}

/** The evidence of an own test as the engine reads it. */
function worldOf({ evidence, areas: listed = [], at: text }: AssessmentCase, rules: RulePackage) {
  const at = parseInstant(text);
  const entries = evidence.map((record, line) => ({ line, reading: readRecord(record, listsOf(rules)) }));
  const { persons, faults } = personsOf(entries, at);
  assert.deepEqual(faults, []);
  const known = listed.map((area) => readListedArea(area, rules.areaLevels).area!);
  return { facts: persons[0]!.facts, areas: indexAreas(known, at, rules.parameters), at };
}

/** Checks a mutant. A parameter that it leaves without use goes too, for that alone would have it refused. */
function checkMutant({ value }: Mutant, { tests }: RulePackage): Checked {
  // The own tests are the same in every mutant; their form is checked once, for the real package.
  const mutant = { ...(value as RulePackage), tests: tests.slice(0, 1) };
  const unused = (checkPackage(mutant).faults ?? [])
    .filter(({ message }) => message === 'is used by no ground')
    .map(({ field }) => field.replace('parameters.', ''));
  const used = Object.entries(mutant.parameters).filter(([parameter]) => !unused.includes(parameter));
  return checkPackage({ ...mutant, parameters: Object.fromEntries(used) });
}

test('there are two rule packages, and the second needed no code', () => {
  assert.deepEqual(PACKAGES, ['national-2022-06', 'zj-2021-01']);
});

test('the worked example of docs/rules.md goes as it is told there', () => {
  const parameter = ['"preArrivalDays": 7,', '"preArrivalDays": 3,'] as const;
  const changed = checkPackage(example(parameter)).rules!;
  const [failed, ...others] = runOwnTests(changed);
  assert.equal(others.length, 0);
  assert.ok(EXAMPLE.includes(`zj-2021-02.json: ${describeFault(failed!)}\n`), describeFault(failed!));
  const total = changed.tests.length;
  assert.ok(EXAMPLE.includes(`"grounds":${changed.grounds.length},"tests":${total}}`));
  assert.ok(EXAMPLE.includes(`"passed":${total - 1},"failed":1}`));

  const put = example(
    parameter,
    ['离开前七日内的采样算在内', '离开前三日内的采样算在内'],
    ['A sample from the seventh day before', 'A sample from the third day before'],
    ['"sampledAt": "2021-01-08T00:00:00+08:00"', '"sampledAt": "2021-01-12T00:00:00+08:00"'],
    ['"reportedAt": "2021-01-08T12:00:00+08:00"', '"reportedAt": "2021-01-12T12:00:00+08:00"'],
  );
  assert.deepEqual(runOwnTests(checkPackage(put).rules!), []);
  assert.ok(EXAMPLE.includes(`"passed":${total},"failed":0}`));
});

for (const name of PACKAGES) {
  describe(`the rule package ${name}`, () => {
    const rules = readPackage(name);
    let fates: Fates;

    before(() => {
      fates = fatesOf(rules);
    });

    test('is named as its file', () => assert.equal(rules.id, name));

    test('passes the checks and its own tests', () => {
      const { rules: checked, faults } = checkPackage(rules);
      assert.deepEqual(faults ?? [], []);
      assert.deepEqual(runOwnTests(checked!), []);
      assert.ok(rules.tests.length >= 30, `${rules.tests.length} tests`);
    });

    test('names each of its tests once', () => {
      for (const language of ['zh', 'en'] as const) {
        const names = rules.tests.map((own) => own.name[language]);
        assert.deepEqual(
          names.filter((own, i) => names.indexOf(own) !== i),
          [],
        );
      }
    });

    test('gives the same colour alone and with its reasons, on every day around each own test', () => {
      const compiled = compileRules(checkPackage(rules).rules!);
      let asked = 0;
      for (const own of rules.tests) {
        if ('admit' in own) continue;
        const { facts, areas, at } = worldOf(own, rules);
        for (let day = -20; day <= 40; day++) {
          const then = at + day * DAY_MS;
          const { colour } = assess(facts, compiled, areas, then);
          assert.equal(colourAt(facts, compiled, areas, then), colour, `${own.name.en}, day ${day}`);
          asked++;
        }
      }
      assert.ok(asked > 2_000, `${asked}`);
    });

    for (const group of GROUPS) {
      test(`cannot change one ${group} without failing an own test`, (context) => {
        const of = (mutants: readonly Mutant[]) => mutants.filter((mutant) => mutant.group === group);
        const [refused, failing, unnoticed] = [fates.refused, fates.failing, fates.unnoticed].map(of);
        context.diagnostic(`${failing!.length} fail an own test, ${refused!.length} are refused before`);
        assert.ok(failing!.length + refused!.length > 0);
        assert.deepEqual(
          unnoticed!.map(({ what }) => what).filter((what) => !CHANGES_NOTHING[name]?.includes(what)),
          [],
        );
      });
    }

    test('has no change on the list of those that change nothing that an own test notices', () => {
      const unnoticed = fates.unnoticed.map(({ what }) => what);
      assert.deepEqual(
        (CHANGES_NOTHING[name] ?? []).filter((what) => !unnoticed.includes(what)),
        [],
      );
    });
  });
}
