import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rules } from '../../test/laws/situation.ts';
import { ours } from '../../test/oracle/ours.ts';
import { checkRow, TABLE } from '../../test/oracle/table.ts';
import { readListedArea } from '../places/read-listed-area.ts';

describe('the table of colour.md, one row or more a sentence', () => {
  for (const row of TABLE) {
    const { clause, name, lines, areas = [], expect, ...options } = row;
    test(`${clause}: ${name}`, () => {
      const faulty = areas.flatMap((line, i) =>
        readListedArea(JSON.parse(line), rules.areaLevels).faults ? [i + 1] : [],
      );
      assert.deepEqual(faulty, expect.areaFaults ?? []);
      // A faulty area concerns everyone, and a command then assesses nobody (docs/decisions/0009).
      if (faulty.length === 0) checkRow(row, ours(lines, { ...options, areas }));
    });
  }
});
