import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NEVER, parseInstant } from '../../../../domain/time.ts';
import { emptyDatabase } from '../../../../test/database.ts';
import { sql } from '../sql.ts';
import { timeUuid } from '../uuid.ts';
import { bigints, booleans, byteStrings, smallints, texts, times, uuids } from './arrays.ts';

describe('lists in the binary form of PostgreSQL', () => {
  const { app } = emptyDatabase();

  test('arrive as they are, in their order', async () => {
    const ids = [timeUuid(0), timeUuid(Date.now()), 'ffffffff-ffff-ffff-ffff-ffffffffffff'];
    const instants = [
      ...[NEVER, -NEVER, 0, -1, 253_402_300_799_999],
      ...[parseInstant('2021-01-20T12:00:00.123+08:00'), parseInstant('0001-01-01T00:00:00Z')],
    ];
    const strings = ['', null, 'plain', '{"a": "\\n,NULL"}', 'null', '绿码 🟢', `${'é'.repeat(3_000)}end`];
    const bytes = [Buffer.alloc(0), null, Buffer.from([0, 1, 92, 255]), Buffer.alloc(5_000, 7)];
    const numbers = [0, 1, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    const [row] = await app.rows<Record<string, unknown>>(sql`
      select ${uuids(ids)}::uuid[] as ids, ${texts(strings)}::text[] as strings, ${smallints([0, -1, 32_767])}::smallint[] as small,
             ${booleans([true, false])}::boolean[] as booleans
    `);
    assert.deepEqual({ ...row }, { ids, strings, small: [0, -1, 32_767], booleans: [true, false] });
    const unnested = async (statement: Parameters<typeof app.rows>[0]) =>
      (await app.rows<{ value: unknown }>(statement)).map(({ value }) => value);
    assert.deepEqual(
      await unnested(sql`select value from unnest(${times(instants)}::timestamptz[]) as value`),
      instants,
    );
    assert.deepEqual(
      await unnested(sql`select value from unnest(${byteStrings(bytes)}::bytea[]) as value`),
      bytes,
    );
    assert.deepEqual(
      await unnested(sql`select value from unnest(${bigints(numbers)}::bigint[]) as value`),
      numbers,
    );
  });

  test('have no id that is none, instead of whatever lay in memory', () => {
    for (const id of ['', 'x', timeUuid(0).slice(0, -2), `${timeUuid(0)}00`, `g${timeUuid(0).slice(1)}`])
      assert.throws(() => uuids([timeUuid(0), id]), /no uuid/, id);
  });

  test('may be empty, and half a character is never another row', async () => {
    const [row] = await app.rows<{ all: number }>(sql`
      select cardinality(${uuids([])}::uuid[]) + cardinality(${texts([])}::text[]) + cardinality(${byteStrings([])}::bytea[])
             + cardinality(${times([])}::timestamptz[]) as all
    `);
    assert.equal(row!.all, 0);
    const [half] = await app.rows<{ texts: string[] }>(
      sql`select ${texts(['a\ud83d', 'b'])}::text[] as texts`,
    );
    assert.deepEqual(half!.texts, ['a\ufffd', 'b']);
  });
});
