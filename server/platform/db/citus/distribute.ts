import { OperatorError } from '../../operator-error.ts';
import { readCatalogue, type Table } from '../catalogue.ts';
import type { Database, Db } from '../database.ts';
import { sql } from '../sql.ts';
import type { Placement } from './placement.ts';
import { type Plan, planOf, type Spread } from './plan.ts';
import { type Answer, checkCluster, prepareWorkers } from './workers.ts';

/**
 * Spreads a schema over the workers of Citus: each table as its comment says, beside those whose rows belong to the same
 * person, account or thing. What lies in its place already is left there, so it goes on after it was broken off, and a
 * later release adds what it has added. The service must not run meanwhile: rows are moved under a lock.
 *
 * @param login who may make roles on the workers
 * @returns the tables that were spread now
 * @throws {OperatorError} when the database is not that of a coordinator with workers, a table lies elsewhere than its
 *   comment says, or Citus refuses
 */
export async function distribute(owner: Database, login: Db): Promise<string[]> {
  await checkCluster(owner);
  await prepareWorkers(login);
  const catalogue = await readCatalogue(owner);
  const plan = planOf(catalogue, await placementsOn(owner));
  if (plan.misplaced.length > 0)
    throw new OperatorError(`these tables lie elsewhere than they say: ${plan.misplaced.join(', ')}`);
  await carryOut(owner, plan);
  const placed = await placementsOn(owner);
  await dropLeftBehind(owner, placed);
  const tables = catalogue.tables.filter(({ name }) => placed.has(name));
  await grantOnShards(owner, tables);
  return [...plan.references, ...plan.spread.map(({ table }) => table)];
}

/** Where the tables lie that Citus has placed. Those that it only knows, to let them refer to others, are on the coordinator. */
async function placementsOn(db: Db): Promise<ReadonlyMap<string, Placement>> {
  const rows = await db.rows<{ name: string; column: string | null }>(sql`
    select c.relname as name, column_to_column_name(p.logicalrelid, p.partkey) as column
      from pg_dist_partition p
      join pg_class c on c.oid = p.logicalrelid
     where c.relnamespace = 'public'::regnamespace and not c.relispartition
       and (p.partmethod = 'h' or p.repmodel = 't')
  `);
  return new Map(rows.map(({ name, column }) => [name, column === null ? 'reference' : { column }]));
}

async function carryOut(owner: Database, { references, spread }: Plan): Promise<void> {
  for (const table of references)
    await telling(table, owner.rows(sql`select create_reference_table(${table}::text::regclass)`));
  for (const each of spread) await telling(each.table, spreadTable(owner, each));
}

async function spreadTable(owner: Database, { table, column, beside = 'none' }: Spread): Promise<void> {
  await owner.rows(sql`
    select create_distributed_table(${table}::text::regclass, ${column}::text, colocate_with => ${beside}::text)
  `);
}

/** What was moved would stay on the coordinator, out of sight and never erased. */
async function dropLeftBehind(owner: Database, placed: ReadonlyMap<string, Placement>): Promise<void> {
  for (const [table, placement] of placed)
    if (typeof placement === 'object')
      await owner.rows(sql`select truncate_local_data_after_distributing_table(${table}::text::regclass)`);
}

async function telling(table: string, work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw new OperatorError(`Citus did not take ${table}: ${(error as Error).message}`, { cause: error });
  }
}

/** Citus grants on shards what is granted on a whole table; what is granted on columns is granted here. */
async function grantOnShards(owner: Database, tables: readonly Table[]): Promise<void> {
  for (const table of tables)
    for (const command of columnGrantsOf(table)) {
      const answers = await owner.rows<Answer>(sql`
        select nodename || ':' || nodeport as node, success as "isDone", result
          from run_command_on_placements(${table.name}::text::regclass, ${command}::text)
      `);
      const failed = answers.find(({ isDone }) => !isDone);
      if (failed) throw new OperatorError(`${failed.node} did not take ${command}: ${failed.result}`);
    }
}

/** What grants the columns of a table, with `%s` for the name of a shard. */
export function columnGrantsOf({ grants }: Pick<Table, 'grants'>): string[] {
  const columns = new Map<string, string[]>();
  for (const { role, privilege, column } of grants) {
    if (!column) continue;
    const key = `${role} ${privilege}`;
    columns.set(key, [...(columns.get(key) ?? []), column]);
  }
  return [...columns].map(([key, names]) => {
    const [role, privilege] = key.split(' ');
    return `grant ${privilege} (${names.sort().join(', ')}) on %s to ${role}`;
  });
}
