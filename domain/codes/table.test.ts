import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rules } from '../../test/laws/situation.ts';
import { ours } from '../../test/oracle/ours.ts';
import { checkRow, TABLE } from '../../test/oracle/table.ts';
import { readListedArea } from '../places/read-listed-area.ts';

/** Rows that the product reads otherwise, each with the reason; nobody has decided between the two. */
const OPEN: Readonly<Record<string, string>> = {
  'x and X are other content, compared as JSON values':
    'the product takes a delivery with x for a person for the same as one with X, for "a trailing x is X"',
};

describe('the table of colour.md, one row or more a sentence', () => {
  for (const row of TABLE) {
    const { clause, name, lines, areas = [], expect, ...options } = row;
    test(`${clause}: ${name}`, { todo: OPEN[name] ?? false }, () => {
      const faulty = areas.flatMap((line, i) =>
        readListedArea(JSON.parse(line), rules.areaLevels).faults ? [i + 1] : [],
      );
      assert.deepEqual(faulty, expect.areaFaults ?? []);
      // A faulty area concerns everyone, and a command then assesses nobody (docs/decisions/0009).
      if (faulty.length === 0) checkRow(row, ours(lines, { ...options, areas }));
    });
  }
});
