import { type Static, type TSchema, Type } from 'typebox';
import { closed, orNull } from './shape.ts';

export const LONGEST_PAGE = 500;
export const USUAL_PAGE = 50;

const Cursor = Type.String({ minLength: 1, maxLength: 512, pattern: '^[A-Za-z0-9_-]+$' });

/** Which part of a list is wanted. */
export const PageQuery = closed(
  {
    cursor: Type.Optional({
      ...Cursor,
      description: 'The `next` of the page before; missing for the first.',
    }),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: LONGEST_PAGE,
        description: `At most so many items; ${USUAL_PAGE} when missing.`,
      }),
    ),
  },
  'Which part of a list.',
);
export type PageQuery = Static<typeof PageQuery>;

/** One page of a list, in a stable order. */
export function Page<Item extends TSchema>(item: Item) {
  return closed(
    {
      items: Type.Array(item, { description: 'The items of this page.' }),
      next: orNull({ ...Cursor, description: 'The cursor of the next page; null on the last.' }),
    },
    'A page of a list.',
  );
}

/** What a page of items looks like. */
export interface Paged<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}
