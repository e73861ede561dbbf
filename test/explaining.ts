import type { Db } from '../server/platform/db/database.ts';
import type { Statement } from '../server/platform/db/sql.ts';

/** A database that does nothing, and gathers the plan, line by line, of each statement that begins so, behind its comments. */
export function explaining(db: Db, beginning: RegExp, plans: string[]): Db {
  const explain = async <T>(statement: Statement, instead: () => Promise<T>, nothing: T): Promise<T> => {
    if (!beginning.test(statement.text.replace(/^(?:\s*--.*\n)+/, ''))) return instead();
    const explained = { ...statement, text: `explain ${statement.text}`, name: '' };
    const lines = await db.rows<Record<'QUERY PLAN', string>>(explained);
    plans.push(...lines.map((line) => line['QUERY PLAN']));
    return nothing;
  };
  return {
    ...db,
    rows: <Row>(statement: Statement) => explain<Row[]>(statement, () => db.rows<Row>(statement), []),
    change: (statement) => explain(statement, () => db.change(statement), 0),
  };
}
