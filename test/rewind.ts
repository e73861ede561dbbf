import { script } from '../server/platform/db/sql.ts';
import type { FreshDatabase } from './database.ts';

/** Everything in a database but what others refer to, which no test of this changes. */
const TABLES = `
  select coalesce(string_agg(quote_ident(tablename), ' '), '') as tables
    from pg_tables
   where schemaname = 'public' and tablename not like 'remembered%'
     and to_regclass('public.' || quote_ident(tablename)) not in
         (select confrelid from pg_constraint where contype = 'f'
           union
          select conrelid from pg_constraint where contype = 'f')
`;

/** Remembers a database as it is; the returned function makes it so again, sequences too, as a restore does. */
export async function rememberDatabase({ owner }: FreshDatabase): Promise<() => Promise<void>> {
  const [row] = await owner.rows<{ tables: string }>(script(TABLES));
  const tables = row!.tables.split(' ');
  const sequences = await owner.rows<{ name: string; last: number | null; start: number }>(
    script(`select sequencename as name, last_value as last, start_value as start
              from pg_sequences where schemaname = 'public'`),
  );
  for (const table of tables)
    await owner.change(
      script(`drop table if exists remembered_${table}; create table remembered_${table} as table ${table}`),
    );
  return async () => {
    await owner.transaction(async (db) => {
      await db.change(script(`truncate ${tables.join(', ')}`));
      for (const table of tables) await db.change(script(`insert into ${table} table remembered_${table}`));
      for (const { name, last, start } of sequences)
        await db.rows(script(`select setval('${name}', ${last ?? start}, ${last !== null})`));
    });
  };
}
