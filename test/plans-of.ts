import type { Database, Db } from '../server/platform/db/database.ts';
import { type Statement, script } from '../server/platform/db/sql.ts';

/** The plans of the statements that are asked, as the service has them made once for all values. They give no rows. */
export async function plansOf(database: Database, ask: (db: Db) => Promise<unknown>): Promise<string[]> {
  const plans: string[] = [];
  await database.transaction(async (db) => {
    const rows = async <Row>({ text, values }: Statement): Promise<Row[]> => {
      const name = `plan_${plans.length}`;
      await db.change(script(`prepare ${name} as ${text}`));
      const execute = values.length > 0 ? `${name}(${values.map(() => 'null').join()})` : name;
      const lines = await db.rows<object>(script(`explain (costs off) execute ${execute}`));
      plans.push(lines.flatMap((line) => Object.values(line)).join('\n'));
      await db.change(script(`deallocate ${name}`));
      return [];
    };
    await ask({ ...db, rows });
  });
  return plans;
}
