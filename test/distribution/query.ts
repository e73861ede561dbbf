import { isComma, isSign, isWord, type Node, splitAt } from './tokens.ts';

type Nodes = readonly Node[];

/** What rows are taken from: a table, a query, or a function. */
export interface Source {
  readonly alias: string;
  /** The name of a table, or of a query of `with`. */
  readonly table?: string;
  readonly query?: Query;
  /** The columns of a function, as they are named behind it. */
  readonly columns?: readonly string[];
}

/** One `select`, or what an `update` or a `delete` looks at. */
export interface Core {
  readonly sources: readonly Source[];
  /** The columns that it gives; of each its expression, and its name. */
  readonly items: readonly { readonly nodes: Nodes; readonly name: string | undefined }[];
  /** Conditions that all hold. */
  readonly conditions: readonly Condition[];
  /** The columns by which sources were joined with `using`, each with the sources that have it. */
  readonly using: readonly UsedColumn[];
  /** Whatever may hold further queries, besides the sources. */
  readonly expressions: readonly Nodes[];
  readonly locks: boolean;
}

/** How a source is joined with those before it: whose rows come even where nothing fits. */
export type Join = 'inner' | 'left' | 'right' | 'full';

/** A condition; one of a join that is not inner says nothing about the rows that come anyway. */
export interface Condition {
  readonly nodes: Nodes;
  readonly join: Join;
  /** Which source was joined by it. */
  readonly source: number;
}

interface UsedColumn {
  readonly column: string;
  readonly left: number;
  readonly right: number;
  readonly join: Join;
}

export interface Query {
  readonly ctes: readonly { readonly name: string; readonly query: Query }[];
  /** More than one with `union` and the like. */
  readonly cores: readonly Core[];
}

export function isQuery(nodes: Nodes): boolean {
  return isWord(nodes[0], 'select', 'with') || (nodes.length === 1 && isQueryGroup(nodes[0]!));
}

function isQueryGroup(node: Node): boolean {
  return node.kind === 'group' && isQuery(node.nodes);
}

/** Reads a query. Throws when it is none that can be told. */
export function queryOf(nodes: Nodes): Query {
  if (nodes.length === 1 && nodes[0]!.kind === 'group') return queryOf(nodes[0]!.nodes);
  if (!isWord(nodes[0], 'with')) {
    const parts = splitAt(nodes, (node) => isWord(node, 'union', 'intersect', 'except'));
    return {
      ctes: [],
      cores: parts.flatMap((part) => coresOf(isWord(part[0], 'all') ? part.slice(1) : part)),
    };
  }
  const start = nodes.findIndex((node) => isWord(node, 'select'));
  if (start < 0) throw new Error('changes rows behind `with`, which cannot be told');
  const ctes = splitAt(nodes.slice(1, start), isComma).map(([name, as, group]) => {
    if (name?.kind !== 'word' || !isWord(as, 'as') || group?.kind !== 'group' || !isQuery(group.nodes))
      throw new Error('has a `with` that cannot be told');
    return { name: name.text, query: queryOf(group.nodes) };
  });
  return { ctes, cores: queryOf(nodes.slice(start)).cores };
}

function coresOf(nodes: Nodes): readonly Core[] {
  if (nodes[0]?.kind === 'group') return queryOf([nodes[0]]).cores;
  if (!isWord(nodes[0], 'select')) throw new Error('is no query that can be told');
  return [coreOf(nodes)];
}

const CLAUSES = [
  'select',
  'from',
  'using',
  'where',
  'group',
  'having',
  'order',
  'limit',
  'offset',
  'for',
  'returning',
];

/** The clauses of a statement, each without its keyword. */
export function clausesOf(nodes: Nodes, names: readonly string[] = CLAUSES): ReadonlyMap<string, Nodes> {
  const clauses = new Map<string, Node[]>();
  let current: Node[] = [];
  for (const [i, node] of nodes.entries()) {
    const isDistinctFrom =
      isWord(node, 'from') && isWord(nodes[i - 1], 'distinct') && isWord(nodes[i - 2], 'is', 'not');
    const isName = isSign(nodes[i - 1], '.') || isWord(nodes[i - 1], 'as');
    if (!isWord(node, ...names) || isDistinctFrom || isName) {
      current.push(node);
      continue;
    }
    const { text } = node as { readonly text: string };
    if (clauses.has(text)) throw new Error(`has ${text} twice`);
    current = [];
    clauses.set(text, current);
  }
  return clauses;
}

const OF_SELECT = CLAUSES.filter((name) => name !== 'using');
const OTHERS = ['select', 'group', 'having', 'order', 'limit', 'offset'];

function coreOf(nodes: Nodes): Core {
  const clauses = clausesOf(nodes, OF_SELECT);
  const lock = clauses.get('for') ?? [];
  if (lock.length > 0 && !isWord(lock[0], 'update', 'share'))
    throw new Error('has a `for` that cannot be told');
  const select = clauses.get('select')!;
  const [first, , list] = select;
  const isOn = isWord(first, 'distinct') && isWord(select[1], 'on');
  const items =
    isOn && list?.kind === 'group' ? select.slice(3) : select.slice(isWord(first, 'distinct') ? 1 : 0);
  const looked = lookedAt(clauses.get('from') ?? [], clauses.get('where') ?? []);
  return {
    ...looked,
    items: splitAt(items, isComma)
      .filter((item) => item.length > 0)
      .map((item) => ({ nodes: withoutName(item), name: nameOf(item) })),
    expressions: [...looked.expressions, ...OTHERS.map((name) => clauses.get(name) ?? [])],
    locks: lock.length > 0,
  };
}

function withoutName(item: Nodes): Nodes {
  const as = item.findLastIndex((node) => isWord(node, 'as'));
  return as < 0 ? item : item.slice(0, as);
}

function nameOf(item: Nodes): string | undefined {
  const last = item.at(-1);
  return last?.kind === 'word' || last?.kind === 'name' ? last.text : undefined;
}

/** What a statement looks at, by its `from` (or `using`) and its `where`. */
export function lookedAt(
  from: Nodes,
  where: Nodes,
): Pick<Core, 'sources' | 'conditions' | 'using' | 'expressions'> {
  const sources: Source[] = [];
  const expressions: Nodes[] = [where];
  const conditions = conjunctsOf(where).map((nodes): Condition => ({ nodes, join: 'inner', source: 0 }));
  const using: UsedColumn[] = [];
  let join: Join = 'inner';
  const parts = splitAt(from, (node) => isComma(node) || isWord(node, 'join'));
  for (const part of parts.filter(({ length }) => length > 0)) {
    const on = part.findIndex((node) => isWord(node, 'on', 'using'));
    const end = part.findIndex(
      (node, i) => i > 0 && isWord(node, 'left', 'right', 'full', 'inner', 'cross', 'natural'),
    );
    const source = part.slice(isWord(part[0], 'lateral') ? 1 : 0, on >= 0 ? on : end >= 0 ? end : undefined);
    sources.push(sourceOf(source));
    const joined = on >= 0 ? part.slice(on + 1, end >= 0 ? end : undefined) : [];
    const [how, at] = [join, sources.length - 1];
    if (isWord(part[on], 'on'))
      conditions.push(...conjunctsOf(joined).map((nodes) => ({ nodes, join: how, source: at })));
    expressions.push(joined);
    const [group] = joined;
    if (isWord(part[on], 'using') && group?.kind === 'group')
      for (const column of group.nodes)
        if (column.kind === 'word') using.push({ column: column.text, left: 0, right: at, join });
    if (isWord(part[end], 'natural')) throw new Error('joins by whatever has the same name');
    // It stands before the word that parts them.
    join = joinOf(part[end]);
  }
  return { sources, conditions, using, expressions };
}

function joinOf(node: Node | undefined): Join {
  return isWord(node, 'left')
    ? 'left'
    : isWord(node, 'right')
      ? 'right'
      : isWord(node, 'full')
        ? 'full'
        : 'inner';
}

function sourceOf(nodes: Nodes): Source {
  const plain = nodes.filter((node) => !isWord(node, 'as', 'with', 'ordinality'));
  const [first, second, third] = plain;
  if (first?.kind === 'group' && second?.kind === 'word')
    return { alias: second.text, query: queryOf(first.nodes) };
  if (first?.kind !== 'word') throw new Error('takes rows from something that cannot be told');
  if (second?.kind === 'group') {
    if (second.nodes.some(isQueryGroup)) throw new Error(`asks within ${first.text}, which cannot be told`);
    const columns = plain[3]?.kind === 'group' ? plain[3].nodes : third ? [third] : [];
    const named = columns.flatMap((node) => (node.kind === 'word' ? [node.text] : []));
    return { alias: third?.kind === 'word' ? third.text : first.text, columns: named };
  }
  if (plain.length > 2) throw new Error(`takes rows from ${first.text} in a way that cannot be told`);
  return { table: first.text, alias: second?.kind === 'word' ? second.text : first.text };
}

/** The conditions of which each has to hold; none when there is an `or` among them, or an `and` that is of something else. */
export function conjunctsOf(nodes: Nodes): readonly Nodes[] {
  if (nodes.some((node) => isWord(node, 'or', 'case', 'between'))) return [];
  return splitAt(nodes, (node) => isWord(node, 'and')).flatMap((part) => {
    const [only] = part;
    const isNested = part.length === 1 && only?.kind === 'group' && !isQuery(only.nodes);
    return isNested ? conjunctsOf(only.nodes) : [part];
  });
}
