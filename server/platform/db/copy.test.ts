import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { emptyDatabase } from '../../../test/database.ts';
import { cutConnections } from '../../../test/database-server.ts';
import type { CopyRow } from './copy.ts';
import { script, sql } from './sql.ts';

const INTO = script('copy thing (id, word, bytes, words, at) from stdin');
const OUT_OF = script('copy (select id, word, bytes, words, at from thing order by id) to stdout');

const ROWS: readonly CopyRow[] = [
  [1, 'plain', Buffer.from([0, 9, 10, 13, 92, 255]), ['a', 'b'], '2021-01-20T12:00:00Z'],
  [
    2,
    'tab\t line\n return\r back\\slash \\N \\. 码',
    null,
    ['"', '\\', 'a,b', '{}', '', 'NULL', '\t\n'],
    'infinity',
  ],
  [3n, null, Buffer.alloc(0), [], null],
  [4, '', null, null, null],
];

describe('copying', () => {
  const db = emptyDatabase();
  before(() =>
    db.owner.change(
      script(`create table thing (id bigint primary key, word text, bytes bytea, words text[], at timestamptz);
              grant select, insert, delete on thing to healthcode_app`),
    ),
  );
  const count = async () =>
    (await db.app.rows<{ count: number }>(sql`select count(*) as count from thing`))[0]!.count;
  const empty = () => db.app.change(sql`delete from thing`);

  test('brings every value to its column, and back', async () => {
    assert.equal(await db.app.copyIn(INTO, ROWS), 4);
    assert.deepEqual(await db.app.rows(sql`select id, word, bytes, words from thing order by id`), [
      { id: 1, word: 'plain', bytes: ROWS[0]![2], words: ['a', 'b'] },
      { id: 2, word: ROWS[1]![1], bytes: null, words: ROWS[1]![3] },
      { id: 3, word: null, bytes: Buffer.alloc(0), words: [] },
      { id: 4, word: '', bytes: null, words: null },
    ]);
    const out: (readonly (string | null)[])[] = [];
    for await (const row of db.app.copyOut(OUT_OF)) out.push(row);
    assert.deepEqual(out[0], ['1', 'plain', '\\x00090a0d5cff', '{a,b}', '2021-01-20 12:00:00+00']);
    assert.equal(out[1]?.[1], ROWS[1]![1]);
    assert.deepEqual(out[2], ['3', null, '\\x', '{}', null]);
    await empty();
  });

  test('belongs to its transaction', async () => {
    const undo = new Error('undo');
    const work = db.app.transaction(async (app) => {
      assert.equal(await app.copyIn(INTO, ROWS), 4);
      assert.equal((await app.rows(sql`select from thing`)).length, 4);
      throw undo;
    });
    await assert.rejects(work, undo);
    assert.equal(await count(), 0);
  });

  test('takes rows that come bit by bit, and more than fit into memory at once', async () => {
    async function* many() {
      for (let id = 1; id <= 50_000; id++) {
        if (id % 10_000 === 0) await new Promise(setImmediate);
        yield [id, 'x'.repeat(100), null, null, null];
      }
    }
    assert.equal(await db.app.copyIn(INTO, many()), 50_000);
    let read = 0;
    for await (const row of db.app.copyOut(OUT_OF)) assert.equal(row[0], String(++read));
    assert.equal(read, 50_000);
    for await (const row of db.app.copyOut(OUT_OF)) {
      if (row[0] === '3') break;
    }
    assert.equal(await count(), 50_000);
    await empty();
  });

  test('writes nothing when the rows end with an error, and the connection goes on', async () => {
    const broken = new Error('the file ends early');
    function* rows() {
      yield* ROWS;
      throw broken;
    }
    await assert.rejects(db.app.copyIn(INTO, rows()), broken);
    assert.equal(await count(), 0);
  });

  test('writes nothing when a row is refused, and quotes none of it', async () => {
    const twice = [...ROWS, [1, 'again', null, null, null]];
    await assert.rejects(db.app.copyIn(INTO, twice), { kind: 'duplicate', code: '23505' });
    const misread = [...ROWS, ['S3CRET', 'again', null, null, null]];
    await assert.rejects(db.app.copyIn(INTO, misread), (error: Error) => !error.message.includes('S3CRET'));
    await assert.rejects(db.reader.copyIn(INTO, ROWS), { kind: 'forbidden' });
    assert.equal(await count(), 0);
  });

  test('tells when the connection is lost on the way', async () => {
    async function* rows() {
      yield* ROWS;
      await cutConnections(db, 'copy thing%');
      for (let id = 10; id < 100_000; id++) yield [id, 'x'.repeat(100), null, null, null];
    }
    await assert.rejects(db.app.copyIn(INTO, rows()), { kind: 'unavailable' });
    assert.equal(await count(), 0);
  });
});
