import { type Core, clausesOf, isQuery, lookedAt, queryOf } from './query.ts';
import {
  type Account,
  columnAt,
  groupAt,
  type Walk,
  walkCore,
  walkExpression,
  walkQuery,
} from './routing.ts';
import type { PlacedTable } from './tables.ts';
import { isComma, isSign, isWord, type Node, nodesOf, splitAt } from './tokens.ts';

type Nodes = readonly Node[];

const MARK = /^\s*-- across shards: (\S.*)\n/;
/** What makes and grants things, or sets how a transaction plans: it reads and changes no rows. */
const NO_ROWS = ['create', 'alter', 'drop', 'grant', 'revoke', 'comment'];
const HOW_TO_PLAN = /^\s*set\s+local\s+enable_\w+\s*=\s*\w+\s*$/i;
const VOLATILE =
  /\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|gen_random_uuid|nextval|setval|current_timestamp|current_time|current_date|localtimestamp|localtime|pg_notify|pg_(?:try_)?advisory\w*)\b/i;
/** The functions that may stand where Citus wants immutable ones, and words that look like functions. */
const IMMUTABLE = [
  'coalesce',
  'greatest',
  'least',
  'array_position',
  'get_byte',
  'uuid_send',
  'any',
  'all',
  'in',
  'values',
  'and',
  'or',
  'not',
  'where',
  'conflict',
  'set',
  'when',
  'then',
  'else',
];

/**
 * What a statement breaks of the rules for tables that are spread over machines, one line a finding. A statement that asks all
 * shards says why in its first line: `-- across shards: why`.
 */
export function checkStatement(text: string, tables: ReadonlyMap<string, PlacedTable>): string[] {
  if (HOW_TO_PLAN.test(text)) return [];
  const account: Account = { across: [], faults: [], named: new Set() };
  try {
    const nodes = nodesOf(text);
    if (readsNoRows(nodes)) return [];
    walkStatement(nodes, tables, account);
  } catch (error) {
    return [(error as Error).message];
  }
  const placements = [...account.named].map((name) => tables.get(name)!.placement);
  const isDistributed = placements.some((placement) => typeof placement === 'object');
  const faults = [...account.faults];
  if (isDistributed && placements.includes('coordinator'))
    faults.push('names tables of the coordinator and of the workers');
  const volatile = VOLATILE.exec(text);
  if (isDistributed && volatile)
    faults.push(`calls ${volatile[0]}, which gives something else on each machine`);
  const isMarked = MARK.test(text);
  if (isMarked && account.across.length === 0)
    faults.push('is marked and goes to the shards of its values only');
  return [...new Set(isMarked ? faults : [...faults, ...account.across])];
}

/** Whether each of the statements of a text only makes or grants things; none that makes them out of rows. */
function readsNoRows(nodes: Nodes): boolean {
  const statements = splitAt(nodes, (node) => isSign(node, ';')).filter(({ length }) => length > 0);
  return statements.every(
    (statement) =>
      isWord(statement[0], ...NO_ROWS) &&
      !statement.some((node, i) => isWord(node, 'as') && isQuery(statement.slice(i + 1))),
  );
}

function walkStatement(nodes: Nodes, tables: ReadonlyMap<string, PlacedTable>, account: Account): void {
  const walk = { tables, account };
  if (isQuery(nodes)) walkQuery(walk, queryOf(nodes), undefined);
  else if (isWord(nodes[0], 'insert')) walkInsert(nodes, walk);
  else if (isWord(nodes[0], 'update')) walkUpdate(nodes, walk);
  else if (isWord(nodes[0], 'delete')) walkDelete(nodes, walk);
  else if (isWord(nodes[0], 'copy')) walkCopy(nodes, walk);
  else throw new Error('is of no kind that can be told');
}

function columnOf(table: Node | undefined, { tables, account }: Walk): string | undefined {
  const name = table?.kind === 'word' ? table.text : '';
  const known = tables.get(name);
  if (!known) throw new Error(`changes ${name}, which is no table`);
  account.named.add(name);
  return typeof known.placement === 'object' ? known.placement.column : undefined;
}

function walkInsert(nodes: Nodes, walk: Walk): void {
  const { account } = walk;
  const column = columnOf(nodes[2], walk);
  const at = isWord(nodes[3], 'as') ? 5 : 3;
  const list = nodes[at];
  if (!isWord(nodes[1], 'into') || list?.kind !== 'group')
    throw new Error('inserts in a way that cannot be told');
  const place = splitAt(list.nodes, isComma).findIndex(
    ([name]) => column !== undefined && isWord(name, column),
  );
  if (column !== undefined && place < 0) account.faults.push(`gives no ${column}`);
  const conflict = nodes.findIndex((node, i) => isWord(node, 'on') && isWord(nodes[i + 1], 'conflict'));
  const returning = nodes.findIndex((node) => isWord(node, 'returning'));
  const end = Math.min(...[conflict, returning, nodes.length].filter((index) => index > 0));
  // Whatever is asked for beside the rows is a question of its own.
  walkExpression(walk, nodes.slice(end), undefined);
  const source = nodes.slice(at + 1, end);
  if (conflict > 0)
    checkConflict(nodes.slice(conflict, returning > 0 ? returning : undefined), column, account);
  if (isWord(source[0], 'values')) walkExpression(walk, source.slice(1), undefined);
  else if (isWord(source[0], 'select')) walkInserted(source, { column, place }, walk);
  else throw new Error('inserts what cannot be told');
}

/** Rows that are taken from tables stay where they are, or go where a value says; else they wander. */
function walkInserted(
  source: Nodes,
  { column, place }: { readonly column: string | undefined; readonly place: number },
  walk: Walk,
): void {
  for (const core of queryOf(source).cores) {
    const { scope } = walkCore(walk, core, undefined);
    const isFromShards = scope.relations.some(({ spread }) => spread);
    const item = core.items[place]?.nodes ?? [];
    if (column === undefined || !isFromShards) continue;
    const key = columnAt(item, scope);
    const stays = key !== undefined && groupAt(key, scope) !== undefined;
    const isGiven = item.length === 1 && item[0]!.kind === 'value';
    if (!stays && !isGiven) walk.account.across.push(`${column} is another than where the rows lie`);
  }
}

function checkConflict(nodes: Nodes, column: string | undefined, account: Account): void {
  if (isWord(nodes.at(-1), 'nothing')) return;
  if (!nodes.some((node) => isWord(node, 'update'))) throw new Error('has a conflict that cannot be told');
  checkAssigned(nodes.slice(nodes.findIndex((node) => isWord(node, 'set')) + 1), column, account);
}

/** What is set, and by what. */
function checkAssigned(nodes: Nodes, column: string | undefined, account: Account): void {
  for (const [name, sign] of splitAt(nodes, isComma)) {
    const names = name?.kind === 'group' ? name.nodes : [name];
    if (column !== undefined && isSign(sign, '=') && names.some((one) => isWord(one, column)))
      account.faults.push(`sets ${column}`);
  }
  for (const called of functionsIn(nodes))
    if (!IMMUTABLE.includes(called))
      account.faults.push(`changes rows by ${called}, of which it is not known that it is immutable`);
}

function functionsIn(nodes: Nodes): string[] {
  return nodes.flatMap((node, i) => {
    if (node.kind !== 'group') return [];
    const before = nodes[i - 1];
    return [...(before?.kind === 'word' ? [before.text] : []), ...functionsIn(node.nodes)];
  });
}

function walkUpdate(nodes: Nodes, walk: Walk): void {
  const column = columnOf(nodes[1], walk);
  const clauses = clausesOf(nodes, ['set', 'from', 'where', 'returning']);
  const where = clauses.get('where') ?? [];
  checkAssigned([...(clauses.get('set') ?? []), ...where], column, walk.account);
  const set = nodes.findIndex((node) => isWord(node, 'set'));
  const more = [clauses.get('set') ?? [], clauses.get('returning') ?? []];
  walkTarget(nodes.slice(1, set), clauses.get('from') ?? [], where, more, walk);
}

function walkDelete(nodes: Nodes, walk: Walk): void {
  columnOf(nodes[2], walk);
  const clauses = clausesOf(nodes, ['using', 'where', 'returning']);
  const end = nodes.findIndex((node, i) => i > 2 && isWord(node, 'using', 'where', 'returning'));
  const target = nodes.slice(2, end < 0 ? undefined : end);
  const more = [clauses.get('returning') ?? []];
  walkTarget(target, clauses.get('using') ?? [], clauses.get('where') ?? [], more, walk);
}

function walkTarget(target: Nodes, others: Nodes, where: Nodes, more: readonly Nodes[], walk: Walk): void {
  const comma: Node = { kind: 'sign', text: ',' };
  const from = others.length > 0 ? [...target, comma, ...others] : target;
  const looked = lookedAt(from, where);
  const core: Core = { ...looked, items: [], expressions: [...looked.expressions, ...more], locks: false };
  walkCore(walk, core, undefined);
}

function walkCopy(nodes: Nodes, walk: Walk): void {
  const [, what, list] = nodes;
  if (what?.kind === 'group') return void walkQuery(walk, queryOf(what.nodes), undefined);
  const column = columnOf(what, walk);
  const isGiven =
    list?.kind === 'group' && list.nodes.some((node) => column !== undefined && isWord(node, column));
  const isTo = nodes.slice(2, 4).some((node) => isWord(node, 'to'));
  if (column !== undefined && !isTo && !isGiven) walk.account.faults.push(`gives no ${column}`);
  if (column !== undefined && isTo) walk.account.across.push('copies a whole table');
}
