import { describe, test } from 'node:test';
import { ours } from '../../test/oracle/ours.ts';
import { checkRow, optionsOf, TABLE } from '../../test/oracle/table.ts';

describe('the table of colour.md, one row or more a sentence', () => {
  for (const row of TABLE) {
    test(`${row.clause}: ${row.name}`, () => checkRow(row, ours(row.lines, optionsOf(row))));
  }
});
