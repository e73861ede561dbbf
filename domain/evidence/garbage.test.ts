import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { defaultPackage } from '../../test/default-rules.ts';
import { compiled, rules } from '../../test/laws/situation.ts';
import { anyWorld, faultyWorld } from '../../test/oracle/generate.ts';
import { assess } from '../codes/assess.ts';
import { COLOURS } from '../colour.ts';
import { describeFault, type Fault } from '../fault.ts';
import { documentKey, readDocument } from '../people/document.ts';
import { personsOf } from '../people/persons.ts';
import { readListedArea } from '../places/read-listed-area.ts';
import { checkPackage } from '../rules/check.ts';
import { compileRules } from '../rules/compile.ts';
import { listsOf, runOwnTests } from '../rules/own-tests.ts';
import { EARLIEST, LATEST, NEVER } from '../time.ts';
import { isObject } from './fields.ts';
import { type Reading, readRecord } from './record.ts';

const RUNS = { seed: 2021, numRuns: 2_000 };
const AREA = { level: 'high', region: '330683', place: '越都社区', from: '2021-01-01T00:00:00+08:00' };
const NO_AREAS = () => ({ inside: [], possible: [] });
const lists = listsOf(rules);

/** Any JSON, and names and texts that look like something here. */
const anyJson = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom('', '__proto__', 'constructor', '2021-01-10T00:00:00+08:00', 'CN', '330683', 'x'),
  fc.constantFrom<unknown>(null, 0, -1, 1e300, [], {}, { toString: 1 }, [[[[[[]]]]]]),
);

/** Where in a value something else is put: nowhere stands for leaving it out. */
const spoiling = fc.record({ path: fc.array(fc.nat(), { maxLength: 6 }), value: fc.option(anyJson) });

/** The value with something else at one place in it; the place is found by turning at each level. */
function spoilt(value: unknown, path: readonly number[], instead: unknown): unknown {
  const [turn, ...rest] = path;
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (turn === undefined || names.length === 0) return instead;
  const name = names[turn % names.length]!;
  if (Array.isArray(value))
    return value.map((item, i) => (String(i) === name ? spoilt(item, rest, instead) : item));
  assert.ok(isObject(value));
  return { ...value, [name]: spoilt(value[name], rest, instead) };
}

function assertFaults(faults: readonly Fault[] | undefined): void {
  assert.ok(faults && faults.length > 0);
  for (const found of faults) assert.ok(describeFault(found).length > 0 && !found.message.endsWith('.'));
}

/** A reading is a whole record, of which everything else is safe, or faults; never both and never half. */
function assertWholeOrFaults(reading: Reading): void {
  const { record, faults } = reading;
  if (!record) {
    assertFaults(faults);
    return;
  }
  assert.equal(faults, undefined);
  assert.equal(reading.names[0], documentKey(record.person));
  assert.ok(record.fact || record.retracted);
  for (const value of [record.recordedAt, ...Object.values(record.fact?.data ?? {})]) {
    if (typeof value === 'number') assert.ok(value === NEVER || (value >= EARLIEST && value < LATEST));
  }
  const facts = record.fact && !record.retracted ? [record.fact] : [];
  const { colour, grounds } = assess(facts, compiled, NO_AREAS, record.recordedAt);
  assert.ok(COLOURS.includes(colour) && (colour === 'green') === (grounds.length === 0));
}

describe('an error is never a colour', () => {
  test('any JSON is a whole record or gives faults, as evidence, area and document', () => {
    const holds = fc.property(anyJson, (value) => {
      assertWholeOrFaults(readRecord(value, lists));
      const { area, faults } = readListedArea(value, rules.areaLevels);
      if (!area) assertFaults(faults);
      const found: Fault[] = [];
      if (!readDocument(value, 'document', found)) assertFaults(found);
    });
    fc.assert(holds, RUNS);
  });

  test('so does a good record in which anything was replaced', () => {
    let whole = 0;
    let faulty = 0;
    const holds = fc.property(anyWorld, fc.nat(), spoiling, ({ lines }, which, { path, value }) => {
      const record: unknown = JSON.parse(lines[which % lines.length]!);
      const reading = readRecord(JSON.parse(JSON.stringify(spoilt(record, path, value)) ?? 'null'), lists);
      assertWholeOrFaults(reading);
      if (reading.record) whole++;
      else faulty++;
    });
    fc.assert(holds, RUNS);
    assert.ok(whole > 50 && faulty > 50, `${whole} whole, ${faulty} faulty`);
  });

  test('so does a good area in which anything was replaced', () => {
    const holds = fc.property(spoiling, ({ path, value }) => {
      const { area, faults } = readListedArea(spoilt(AREA, path, value), rules.areaLevels);
      if (!area) assertFaults(faults);
    });
    fc.assert(holds, RUNS);
  });

  test('no fault shows what stood in the record', () => {
    let faulty = 0;
    const secret = 'X-PRIVATE-7';
    const holds = fc.property(anyWorld, fc.nat(), spoiling, ({ lines }, which, { path }) => {
      const record = JSON.parse(lines[which % lines.length]!);
      const { faults = [] } = readRecord(spoilt(record, path, secret), lists);
      if (faults.length > 0) faulty++;
      for (const text of faults.map(describeFault))
        assert.ok(!text.includes(secret) && !text.includes(record.person.document.number), text);
    });
    fc.assert(holds, RUNS);
    assert.ok(faulty > 500, `${faulty} faulty`);
  });

  test('nobody is given a colour whom a line with a fault names', () => {
    const holds = fc.property(faultyWorld, ({ lines }) => {
      const entries = lines.flatMap((text, line) => {
        try {
          return [{ line, reading: readRecord(JSON.parse(text), lists) }];
        } catch {
          return [];
        }
      });
      const named = new Set(entries.flatMap(({ reading }) => (reading.faults ? reading.names : [])));
      for (const { document } of personsOf(entries, LATEST).persons)
        assert.ok(!named.has(documentKey(document)));
    });
    fc.assert(holds, RUNS);
  });

  test('a rule package in which anything was replaced is refused with faults, or works', () => {
    const original = defaultPackage();
    let sound = 0;
    const holds = fc.property(spoiling, ({ path, value }) => {
      const { rules: changed, faults } = checkPackage(spoilt(original, path, value));
      if (!changed) return assertFaults(faults);
      sound++;
      compileRules(changed);
      runOwnTests(changed);
    });
    fc.assert(holds, { seed: 2021, numRuns: 250 });
    assert.ok(sound > 10, `${sound} sound`);
  });
});
