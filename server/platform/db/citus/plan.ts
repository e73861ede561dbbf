import type { Catalogue, Table } from '../catalogue.ts';
import { groupOf, type Placement, placementOf } from './placement.ts';

/** A table that is to be spread over the workers, beside another one or, as the first of its group, by itself. */
export interface Spread {
  readonly table: string;
  readonly column: string;
  readonly beside: string | undefined;
}

/** What is still to be done so that each table lies where its comment says. */
export interface Plan {
  /** Those to which others point come first. */
  readonly references: readonly string[];
  readonly spread: readonly Spread[];
  /** Tables that lie elsewhere than their comment says; nothing here moves them. */
  readonly misplaced: readonly string[];
}

/** Plans, by the comments of all tables and by where those lie that Citus knows already. */
export function planOf({ tables }: Catalogue, standing: ReadonlyMap<string, Placement>): Plan {
  const placed = tables.map((table) => ({ table, placement: placementOf(table.comment) }));
  const references = placed.filter(({ placement }) => placement === 'reference').map(({ table }) => table);
  return {
    references: inOrder(references).filter((name) => !standing.has(name)),
    spread: spreadOf(placed, standing),
    misplaced: placed
      .filter(({ table, placement }) => isMisplaced(placement, standing.get(table.name)))
      .map(({ table }) => table.name),
  };
}

interface Placed {
  readonly table: Table;
  readonly placement: Placement | undefined;
}

function isMisplaced(said: Placement | undefined, standing: Placement | undefined): boolean {
  if (said === undefined) return true;
  return standing !== undefined && JSON.stringify(said) !== JSON.stringify(standing);
}

function spreadOf(placed: readonly Placed[], standing: ReadonlyMap<string, Placement>): Spread[] {
  const firsts = new Map<string, string>();
  for (const [name, placement] of standing)
    if (typeof placement === 'object') firsts.set(groupOf(placement.column), name);
  return placed.flatMap(({ table: { name }, placement }) => {
    if (typeof placement !== 'object' || standing.has(name)) return [];
    const group = groupOf(placement.column);
    const beside = firsts.get(group);
    if (beside === undefined) firsts.set(group, name);
    return [{ table: name, column: placement.column, beside }];
  });
}

function inOrder(tables: readonly Table[]): string[] {
  const names = new Set(tables.map(({ name }) => name));
  const done = new Set<string>();
  const visit = (table: Table): void => {
    for (const { to } of table.constraints)
      if (to !== undefined && to !== table.name && names.has(to) && !done.has(to))
        visit(tables.find(({ name }) => name === to)!);
    done.add(table.name);
  };
  tables.forEach(visit);
  return [...done];
}
