import type { Db } from './database.ts';
import { sql } from './sql.ts';

const PATIENCE_MS = 1_000;

/** Why the database does not answer; undefined when it does, within a second. */
export async function isAnswering(db: Db): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('the database does not answer in time'), PATIENCE_MS);
  });
  const asked = db.rows(sql`select 1`).then(
    () => undefined,
    () => 'the database is away',
  );
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
