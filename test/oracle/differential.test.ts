import { describe, test } from 'node:test';
import { compare } from './compare.ts';
import { ours } from './ours.ts';
import { checkRow, optionsOf, TABLE } from './table.ts';

describe('the product gives what was worked out by hand', () => {
  for (const row of TABLE)
    test(`${row.clause}: ${row.name}`, () => checkRow(row, ours(row.lines, optionsOf(row))));
});

test('two independent readings of colour.md agree on made-up worlds, with faults and without', () =>
  compare(ours, 1_500, 2021));
