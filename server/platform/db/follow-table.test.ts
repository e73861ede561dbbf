import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../../../test/until.ts';
import { createLog } from '../log/log.ts';
import { followTable } from './follow-table.ts';

const LOG = createLog({ clock: Date.now, write: () => {}, onPersonalData: 'throw' });

describe('a table that is followed', () => {
  test('gives a row that was added while an answer of a slow database was under way', async (t) => {
    const rows: string[] = [];
    let counting = 0;
    let answer = () => {};
    let answered = Promise.resolve();
    const followed = await followTable({
      what: 'words',
      count: async () => {
        const count = rows.length;
        counting++;
        await answered;
        return count;
      },
      load: async () => [...rows],
      keyOf: (row) => row,
      ...{ log: LOG, clock: Date.now },
    });
    t.after(followed.close);
    answered = new Promise((resolve) => {
      answer = resolve;
    });
    const counted = counting;
    const first = followed.findFresh('late');
    await until(() => counting > counted);
    rows.push('late');
    const second = followed.findFresh('late');
    answer();
    await first;
    assert.equal(await second, 'late');
  });
});
