import { groupOf } from '../../server/platform/db/citus/placement.ts';
import { type Core, isQuery, type Join, type Query, queryOf, type Source } from './query.ts';
import type { PlacedTable } from './tables.ts';
import { isSign, isWord, type Node } from './tokens.ts';

type Nodes = readonly Node[];

/** What a statement reads and breaks. */
export interface Account {
  /** Why it asks more shards than those of the values that it names. */
  readonly across: string[];
  readonly faults: string[];
  /** The tables that it names. */
  readonly named: Set<string>;
}

/** A column is known to have one value that is given, or one of several. */
type Bound = 'one' | 'many';

interface Output {
  /** Of each column that it gives whether its values are given, and the group by whose column its rows are spread. */
  readonly columns: ReadonlyMap<
    string,
    { readonly bound: Bound | undefined; readonly group: string | undefined }
  >;
  readonly isDistributed: boolean;
}

interface Relation {
  readonly id: string;
  readonly alias: string;
  /** Undefined when nothing is known about them. */
  readonly columns: ReadonlySet<string>;
  /** The columns by which rows are spread, each with its group; undefined where rows are not spread. */
  readonly spread: ReadonlyMap<string, string> | undefined;
  /** Of a distributed table its name: it has to be asked by its column itself. */
  readonly table: string | undefined;
}

export interface Scope {
  readonly parent: Scope | undefined;
  readonly relations: Relation[];
  /** Columns that are the same wherever both rows are there. */
  readonly edges: (readonly [string, string])[];
  /** From a column to one that has its value in every row that comes. */
  readonly flows: (readonly [string, string])[];
  readonly bound: Map<string, Bound>;
  readonly ctes: ReadonlyMap<string, Output>;
}

let relationCount = 0;

/** What a walk knows of the tables, and where it writes down what it finds. */
export interface Walk {
  readonly tables: ReadonlyMap<string, PlacedTable>;
  readonly account: Account;
}

/** Walks a query inside another one, or by itself. */
export function walkQuery(walk: Walk, query: Query, parent: Scope | undefined): Output {
  const ctes = new Map(parent?.ctes);
  const scope: Scope = { parent, relations: [], edges: [], flows: [], bound: new Map(), ctes };
  for (const { name, query: inner } of query.ctes) ctes.set(name, walkQuery(walk, inner, scope));
  const outputs = query.cores.map((core) => walkCore(walk, core, scope).output);
  const isDistributed = outputs.some((output) => output.isDistributed);
  return outputs.length === 1 ? outputs[0]! : { columns: new Map(), isDistributed };
}

/** Walks one `select`, or what a change looks at. */
export function walkCore(
  walk: Walk,
  core: Core,
  parent: Scope | undefined,
): { readonly scope: Scope; readonly output: Output } {
  const scope: Scope = {
    parent,
    relations: [],
    edges: [],
    flows: [],
    bound: new Map(),
    ctes: parent?.ctes ?? new Map(),
  };
  for (const source of core.sources) scope.relations.push(relationOf(walk, source, scope));
  readConditions(core, scope);
  checkAsked(walk, core, scope);
  checkJoined(walk, scope);
  for (const nodes of core.expressions) walkExpression(walk, nodes, scope);
  const columns = core.items.map(({ nodes, name }) => {
    const key = columnAt(nodes, scope);
    return [
      name ?? '',
      {
        bound: key === undefined ? undefined : boundOf(key, scope),
        group: key === undefined ? undefined : groupAt(key, scope),
      },
    ] as const;
  });
  const isDistributed = scope.relations.some(({ spread }) => spread);
  return { scope, output: { columns: new Map(columns), isDistributed } };
}

/** Walks the queries that stand in an expression. */
export function walkExpression(walk: Walk, nodes: Nodes, scope: Scope | undefined): void {
  for (const node of nodes) {
    if (node.kind !== 'group') continue;
    if (isQuery(node.nodes)) walkQuery(walk, queryOf(node.nodes), scope);
    else walkExpression(walk, node.nodes, scope);
  }
}

function relationOf(walk: Walk, { alias, table, query, columns }: Source, scope: Scope): Relation {
  const { tables, account } = walk;
  const id = `${++relationCount}`;
  const given = table === undefined ? undefined : scope.ctes.get(table);
  const output = query ? walkQuery(walk, query, scope.parent) : given;
  if (output) return derived(id, alias, output, scope);
  if (table === undefined)
    return { id, alias, columns: new Set(columns), spread: undefined, table: undefined };
  const known = tables.get(table);
  if (!known && !/^pg_/.test(table)) account.faults.push(`names ${table}, which is no table`);
  if (known) account.named.add(table);
  const column = typeof known?.placement === 'object' ? known.placement.column : undefined;
  const spread = column === undefined ? undefined : new Map([[column, groupOf(column)]]);
  return { id, alias, columns: new Set(known?.columns.keys()), spread, table: spread && table };
}

/** Each table has to be asked by its column. */
function checkAsked({ account }: Walk, { locks }: Core, scope: Scope): void {
  const spread = scope.relations.filter((relation) => relation.spread);
  if (locks && spread.length > 1) account.faults.push('locks rows of more than one table');
  for (const { id, table, spread: columns } of spread) {
    if (table === undefined) continue;
    const [column] = columns!.keys();
    const bound = boundOf(`${id}.${column}`, scope);
    if (!bound) account.across.push(`${table} is not asked by ${column}`);
    if (locks && bound !== 'one') account.faults.push(`locks rows of ${table} without one ${column}`);
  }
}

/** What is spread has to be joined with each other, and with the query around, by where rows lie. */
function checkJoined({ account }: Walk, scope: Scope): void {
  const spread = scope.relations.filter((relation) => relation.spread);
  const around = scopesAround(scope.parent).find(({ relations }) => relations.length > 0)?.relations ?? [];
  const spreadAround = around.filter((relation) => relation.spread);
  const others = spreadAround.length > 0 ? spreadAround : spread.slice(0, 1);
  for (const relation of spread) {
    if (others.some((other) => other === relation || isJoined(relation, other, scope))) continue;
    const what = `${relation.alias} is not joined with ${others.map(({ alias }) => alias).join(', ')} by where rows lie`;
    // Between queries Citus carries what one of them gives to the workers; between tables it does not.
    const areTables = relation.table !== undefined && others.every(({ table }) => table !== undefined);
    (areTables ? account.faults : account.across).push(what);
  }
}

function derived(id: string, alias: string, output: Output, scope: Scope): Relation {
  const spread = new Map<string, string>();
  for (const [name, { bound, group }] of output.columns) {
    if (bound) scope.bound.set(`${id}.${name}`, bound);
    if (group !== undefined) spread.set(name, group);
  }
  const columns = new Set(output.columns.keys());
  return { id, alias, columns, spread: output.isDistributed ? spread : undefined, table: undefined };
}

function readConditions({ conditions, using }: Core, scope: Scope): void {
  for (const { column, left, right, join } of using) {
    const [one, other] = [left, right].map((at) => `${scope.relations[at]!.id}.${column}`);
    connect(one!, other!, { join, source: right }, scope);
  }
  for (const { nodes: condition, ...joined } of conditions) {
    const at = condition.findIndex((node) => isSign(node, '=') || isWord(node, 'in'));
    if (at < 0) continue;
    const [left, right] = [condition.slice(0, at), condition.slice(at + 1)];
    const [a, b] = [columnAt(left, scope), columnAt(right, scope)];
    if (a && b) connect(a, b, joined, scope);
    else if (a && binds(a, joined, scope))
      bind(a, isWord(condition[at], 'in') ? givenByList(right) : givenBy(right), scope);
    else if (b && binds(b, joined, scope)) bind(b, givenBy(left), scope);
  }
}

interface Joined {
  readonly join: Join;
  readonly source: number;
}

function connect(a: string, b: string, joined: Joined, scope: Scope): void {
  scope.edges.push([a, b]);
  if (binds(b, joined, scope)) scope.flows.push([a, b]);
  if (binds(a, joined, scope)) scope.flows.push([b, a]);
}

/** Whether a condition of a join keeps away rows of the table of a column: not of one whose rows come anyway. */
function binds(key: string, { join, source }: Joined, scope: Scope): boolean {
  if (join === 'inner') return true;
  const isOfJoined = key.startsWith(`${scope.relations[source]!.id}.`);
  return join === 'left' ? isOfJoined : join === 'right' && !isOfJoined;
}

/** What is said inside a query says nothing about the rows of the query around it. */
function bind(key: string, bound: Bound | undefined, scope: Scope): void {
  const isOwn = scope.relations.some(({ id }) => key.startsWith(`${id}.`));
  if (bound && isOwn && scope.bound.get(key) !== 'one') scope.bound.set(key, bound);
}

function givenBy(nodes: Nodes): Bound | undefined {
  const [first, group] = nodes;
  if (nodes.length === 1 && first?.kind === 'value') return 'one';
  const isAny = nodes.length === 2 && isWord(first, 'any') && group?.kind === 'group';
  return isAny && group.nodes.length === 1 && group.nodes[0]!.kind === 'value' ? 'many' : undefined;
}

function givenByList([group, ...rest]: Nodes): Bound | undefined {
  const isList = rest.length === 0 && group?.kind === 'group';
  return isList && group.nodes.every((node) => node.kind === 'value' || isSign(node, ','))
    ? 'many'
    : undefined;
}

/** The column that an expression is, when it is nothing else. */
export function columnAt(nodes: Nodes, scope: Scope): string | undefined {
  const [first, dot, column] = nodes;
  if (first?.kind !== 'word') return undefined;
  if (nodes.length === 1) return findColumn(undefined, first.text, scope);
  return nodes.length === 3 && isSign(dot, '.') && column?.kind === 'word'
    ? findColumn(first.text, column.text, scope)
    : undefined;
}

function findColumn(alias: string | undefined, column: string, scope: Scope): string | undefined {
  const [found, ...more] = scope.relations.filter((relation) =>
    alias === undefined ? relation.columns.has(column) : relation.alias === alias,
  );
  if (!found) return scope.parent && findColumn(alias, column, scope.parent);
  const keys = [found, ...more].map(({ id }) => `${id}.${column}`);
  const same = sameAs(keys[0]!, scope);
  return keys.every((key) => same.has(key)) ? keys[0] : undefined;
}

function scopesAround(scope: Scope | undefined): Scope[] {
  return scope ? [scope, ...scopesAround(scope.parent)] : [];
}

/** All columns that have the value of a column, by what this query and those around it say. */
function sameAs(key: string, scope: Scope): ReadonlySet<string> {
  const edges = scopesAround(scope).flatMap((each) => each.edges);
  return reached(key, [...edges, ...edges.map(([a, b]) => [b, a] as const)]);
}

function reached(key: string, ways: readonly (readonly [from: string, to: string])[]): ReadonlySet<string> {
  const all = new Set([key]);
  for (const known of all) for (const [from, to] of ways) if (from === known) all.add(to);
  return all;
}

function boundOf(key: string, scope: Scope): Bound | undefined {
  const flows = scopesAround(scope).flatMap((each) => each.flows);
  const same = [
    ...reached(
      key,
      flows.map(([from, to]) => [to, from]),
    ),
  ];
  const bounds = scopesAround(scope).flatMap((each) =>
    same.flatMap((column) => each.bound.get(column) ?? []),
  );
  return bounds.includes('one') ? 'one' : bounds[0];
}

/** By the column of which group the rows of a column are spread, when it is the column by which they are. */
export function groupAt(key: string, scope: Scope): string | undefined {
  const same = sameAs(key, scope);
  return scopesAround(scope)
    .flatMap(({ relations }) => relations)
    .flatMap(({ id, spread }) => [...(spread ?? [])].filter(([column]) => same.has(`${id}.${column}`)))
    .map(([, group]) => group)[0];
}

function isJoined(one: Relation, other: Relation, scope: Scope): boolean {
  return [...one.spread!].some(([column, group]) => {
    const same = sameAs(`${one.id}.${column}`, scope);
    return [...other.spread!].some(([to, toGroup]) => group === toGroup && same.has(`${other.id}.${to}`));
  });
}
