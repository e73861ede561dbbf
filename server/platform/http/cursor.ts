import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { type Paged, USUAL_PAGE } from '../../../api/page.ts';
import { Problem } from './problem.ts';

/** Writes where a page ended: the values that its list is sorted by. They name no person. */
export function writeCursor(sortKey: unknown): string {
  return Buffer.from(JSON.stringify(sortKey)).toString('base64url');
}

/**
 * Reads where the page before ended; undefined for the first page.
 *
 * @throws {Problem} `invalid` when it is no cursor of a list that is sorted by `shape`
 */
export function readCursor<Shape extends TSchema>(
  cursor: string | undefined,
  shape: Shape,
): Static<Shape> | undefined {
  if (cursor === undefined) return undefined;
  const sortKey = parse(cursor);
  if (Value.Check(shape, sortKey)) return sortKey as Static<Shape>;
  throw new Problem('invalid', 'The query breaks a rule.', {
    errors: [{ in: 'query', path: '/cursor', message: 'must be the cursor of a page of this list' }],
  });
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** How many rows to read for a page: one more than it shows, which tells whether there is another. */
export function rowsFor(limit: number | undefined): number {
  return (limit ?? USUAL_PAGE) + 1;
}

/** Makes a page of what `rowsFor(limit)` rows there were. */
export function pageOf<Item>(
  rows: readonly Item[],
  limit: number | undefined,
  sortKeyOf: (item: Item) => unknown,
): { items: Item[]; next: string | null } {
  const items = rows.slice(0, limit ?? USUAL_PAGE);
  const last = items.at(-1);
  const isMore = rows.length > items.length && last !== undefined;
  return { items, next: isMore ? writeCursor(sortKeyOf(last)) : null } satisfies Paged<Item>;
}
