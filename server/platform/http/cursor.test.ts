import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Type } from 'typebox';
import { Page, type Paged, PageQuery } from '../../../api/page.ts';
import type { ProblemReply } from '../../../api/problem.ts';
import { route } from '../../../api/route.ts';
import { closed } from '../../../api/shape.ts';
import { listeningApp, noDatabase } from '../../../test/http/http-app.ts';
import { pageOf, readCursor, rowsFor, writeCursor } from './cursor.ts';
import { open } from './rules.ts';
import { serve } from './serve.ts';

const SortKey = Type.Tuple([Type.Number(), Type.String()]);
const things = Array.from({ length: 120 }, (_, i) => ({ rank: Math.floor(i / 7), id: `t-${i}` }));

const listThings = route({
  method: 'GET',
  path: '/things',
  name: 'listThings',
  summary: 'For tests.',
  query: PageQuery,
  reply: Page(closed({ rank: Type.Integer(), id: Type.String() }, 'A thing.')),
});

describe('a list', () => {
  const served = listeningApp(noDatabase, {
    routes: [
      (app) =>
        serve(app, listThings, open, async ({ query: { cursor, limit } }) => {
          const after = readCursor(cursor, SortKey);
          const begin = after === undefined ? 0 : things.findIndex(({ id }) => id === after[1]) + 1;
          return pageOf(things.slice(begin, begin + rowsFor(limit)), limit, ({ rank, id }) => [rank, id]);
        }),
    ],
  });
  const get = (query: string) => fetch(`${served.url}/api/v1/things?${query}`);

  for (const limit of [undefined, 1, 7, 50, 119, 120, 121, 500]) {
    test(`gives everything once, in order, in pages of ${limit ?? 'the usual size'}`, async () => {
      const seen: unknown[] = [];
      let query = limit === undefined ? '' : `limit=${limit}`;
      for (;;) {
        const { items, next } = (await (await get(query)).json()) as Paged<unknown>;
        assert.ok(items.length <= (limit ?? 50));
        seen.push(...items);
        if (next === null) break;
        query = `cursor=${next}${limit === undefined ? '' : `&limit=${limit}`}`;
      }
      assert.deepEqual(seen, things);
    });
  }

  const bad = [
    'x',
    'e30',
    writeCursor([1]),
    writeCursor(['1', 'a']),
    writeCursor({ id: 'a' }),
    '%00',
    'a'.repeat(600),
  ];
  for (const cursor of bad) {
    test(`refuses the cursor ${cursor.slice(0, 20)}`, async () => {
      const response = await get(`cursor=${cursor}`);
      const { code, errors } = (await response.json()) as ProblemReply;
      assert.deepEqual([response.status, code, errors?.[0]?.path], [400, 'invalid', '/cursor']);
    });
  }

  for (const limit of ['0', '-1', '501', '1.5', 'all', '']) {
    test(`refuses pages of ${limit || 'nothing'}`, async () =>
      assert.equal((await get(`limit=${limit}`)).status, 400));
  }
});

describe('a cursor', () => {
  test('brings back what it was made of, and fits into an address', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), (rank, id) => {
        const cursor = writeCursor([rank, id]);
        assert.match(cursor, /^[A-Za-z0-9_-]+$/);
        assert.deepEqual(readCursor(cursor, SortKey), [rank, id]);
      }),
    );
  });
});
