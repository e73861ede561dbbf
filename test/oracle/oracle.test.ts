import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compare, differenceIn } from './compare.ts';
import { worldsOf } from './generate.ts';
import { oracle } from './oracle.ts';
import { checkRow, optionsOf, TABLE } from './table.ts';

describe('the oracle gives what was worked out by hand', () => {
  for (const row of TABLE)
    test(`${row.clause}: ${row.name}`, () => {
      checkRow(row, oracle(row.lines, optionsOf(row)));
    });
  test('no two rows have the same name', () => {
    const names = TABLE.map(({ clause, name }) => `${clause}: ${name}`);
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  });
});

describe('the worlds that are made up', () => {
  const worlds = worldsOf(2021, 600);
  test('have no faults unless they are wanted', () => {
    for (const { lines, options } of worlds) {
      const { faults, areaFaults } = oracle(lines, options);
      assert.deepEqual({ faults, areaFaults }, { faults: [], areaFaults: [] }, lines.join('\n'));
    }
  });
  test('reach every clause, every measure and every colour', () => {
    const output = JSON.stringify(worlds.map(({ lines, options }) => oracle(lines, options).output));
    for (const clause of ['R2a', 'R2b', 'R2c', 'R2d', 'R2e', 'R2f', 'R2g', 'R3a', 'R3b', 'R3c', 'R6'])
      assert.match(output, new RegExp(`"clause":"${clause}"`));
    for (const clause of ['M1', 'M2', 'M3', 'M4', 'M5', 'M6'])
      assert.match(output, new RegExp(`"clause":"${clause}"`));
    for (const word of ['"colour":"green"', '"advisories":[{"clause":"R3b"', '"advisories":[{"clause":"R6"'])
      assert.ok(output.includes(word), word);
  });
  test('are the same for the same seed', () => {
    assert.deepEqual(worldsOf(7, 5), worldsOf(7, 5));
    assert.deepEqual(worldsOf(7, 5, true), worldsOf(7, 5, true));
  });
});

describe('the laws hold of the oracle', () => {
  const worlds = worldsOf(42, 150);
  test('the order of lines means nothing, but for the order of persons', () => {
    for (const { lines, options } of worlds) {
      const forwards = oracle(lines, options).output;
      const backwards = oracle([...lines].reverse(), options).output;
      assert.deepEqual(withoutPerson(forwards), withoutPerson(backwards));
    }
  });
  test('a redelivery changes nothing', () => {
    for (const { lines, options } of worlds)
      assert.deepEqual(oracle([...lines, ...lines], options), oracle(lines, options));
  });
});

describe('the comparison', () => {
  test('finds nothing between the oracle and itself', async () => {
    await compare(oracle, 100, 1);
    assert.equal(
      await differenceIn({ lines: [], options: { at: '2021-01-01T00:00:00Z' } }, oracle),
      undefined,
    );
  });
  test('finds a mistake and shows the world that it needs', async () => {
    const mistaken: typeof oracle = (lines, options) => {
      const { output, faults } = oracle(lines, options);
      return { output: JSON.parse(JSON.stringify(output).replaceAll('"R3b"', '"R3a"')), faults };
    };
    await assert.rejects(compare(mistaken, 2_000, 1), /the oracle says.*R3b.*the implementation says.*R3a/s);
  });
  test('takes an implementation that throws for one that differs', async () => {
    const broken = () => Promise.reject(new Error('no such luck'));
    await assert.rejects(compare(broken, 10, 1), /it threw Error: no such luck/);
  });
});

/** The assessments without the document that they are printed under, in an order that does not depend on it. */
function withoutPerson(output: readonly object[]): string[] {
  return output.map((person) => JSON.stringify({ ...person, person: undefined })).sort();
}
