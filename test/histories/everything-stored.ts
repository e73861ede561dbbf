import type { Db } from '../../server/platform/db/database.ts';
import { script, sql } from '../../server/platform/db/sql.ts';

/** All rows of all tables as text, by table; bytes once more as the characters that they may be. */
export async function everythingStored(owner: Db): Promise<ReadonlyMap<string, string>> {
  const tables = await owner.rows<{ name: string }>(
    sql`select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  );
  const stored = new Map<string, string>();
  for (const { name } of tables) {
    const rows = await owner.rows<{ text: string }>(script(`select t::text as text from ${name} t`));
    const text = rows.map((row) => row.text).join('\n');
    const bytes = [...text.matchAll(/\\\\x([0-9a-f]+)/g)].map(([, hex]) => Buffer.from(hex!, 'hex'));
    stored.set(
      name,
      [text, ...bytes.flatMap((each) => [each.toString('utf8'), each.toString('utf16le')])].join('\n'),
    );
  }
  return stored;
}
