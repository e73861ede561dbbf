import { type Placement, placementOf } from '../../server/platform/db/citus/placement.ts';

/** A table, as far as it matters where its rows lie. */
export interface PlacedTable {
  readonly placement: Placement;
  /** Each with its type. */
  readonly columns: ReadonlyMap<string, string>;
}

/** The tables of a schema as `npm run schema` wrote it down. Throws when one does not say where it lies. */
export function tablesIn(snapshot: string): ReadonlyMap<string, PlacedTable> {
  return new Map(
    [...snapshot.matchAll(/^table (\w+) -- (.*)\n((?: {2}.*\n?)*)/gm)].map(([, name, comment, lines]) => {
      const placement = placementOf(comment!);
      if (!placement) throw new Error(`${name} does not say, once, where it lies`);
      const columns = [...lines!.matchAll(/^ {2}(\w+) (.+?)(?: not null\b.*| default .*| --.*)$/gm)].filter(
        ([line]) => / -- sensitive: /.test(line),
      );
      return [name!, { placement, columns: new Map(columns.map(([, column, type]) => [column!, type!])) }];
    }),
  );
}
