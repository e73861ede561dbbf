import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Document } from '../../domain/people/document.ts';
import type { Db } from '../../server/platform/db/database.ts';
import { script, sql } from '../../server/platform/db/sql.ts';
import type { Stated } from './made-up-evidence.ts';
import type { Site } from './site.ts';

/**
 * Nothing that a process said, no row of any table, and no file of the data folder, the log and the journal of the
 * database among them, holds the number of a document that was sent.
 */
export async function assertNothingPersonal(site: Site, db: Db, sent: readonly Stated[]): Promise<void> {
  const finder = findsAny(numbersIn(sent));
  assert.ok(!finder(Buffer.from(site.heard())), 'what processes say names nobody');
  for (const { name } of await db.rows<{ name: string }>(TABLES)) {
    const rows = await db.rows<{ text: string }>(script(`select t::text as text from ${name} t`));
    for (const { text } of rows)
      assert.ok(!finder(Buffer.from(text)) && !finder(bytesIn(text)), `the table ${name} names nobody`);
  }
  if (site.dataFolder === undefined) return;
  for (const file of filesIn(site.dataFolder))
    assert.ok(!finder(readFileSync(file)), `the file ${file} names nobody`);
}

const TABLES = sql`
  select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
`;

function numbersIn(sent: readonly Stated[]): ReadonlySet<string> {
  const documents = sent.flatMap(({ person, data }) => {
    const { document, sameAs } = data as { document?: Document; sameAs?: Document };
    return [person.document, document, sameAs];
  });
  return new Set(documents.flatMap((document) => (document ? [document.number] : [])));
}

const PREFIX = 4;

/** Tells whether any of some numbers stands in some bytes. They begin alike, so that one look finds where any may stand. */
function findsAny(numbers: ReadonlySet<string>): (bytes: Buffer) => boolean {
  const lengths = new Map([...numbers].map((number) => [number.slice(0, PREFIX), number.length]));
  assert.ok(numbers.size > 0 && lengths.size < 5, 'few prefixes');
  return (bytes) => {
    for (const [prefix, length] of lengths)
      for (let at = bytes.indexOf(prefix); at >= 0; at = bytes.indexOf(prefix, at + 1))
        if (numbers.has(bytes.toString('latin1', at, at + length))) return true;
    return false;
  };
}

/** The bytes that PostgreSQL prints in hexadecimal. */
function bytesIn(text: string): Buffer {
  return Buffer.concat([...text.matchAll(/\\x([0-9a-f]+)/g)].map(([, hex]) => Buffer.from(hex!, 'hex')));
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
