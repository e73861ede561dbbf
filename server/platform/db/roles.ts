import { OperatorError } from '../operator-error.ts';
import type { Database, Db } from './database.ts';
import type { DatabaseError } from './failure.ts';
import { script, sql } from './sql.ts';

/** The roles under which statements run. They can log in and have no password, so only a trusted socket lets them. */
export const ROLES = {
  /** Owns all objects; migrations run as it. */
  owner: 'healthcode_owner',
  /** The service. */
  app: 'healthcode_app',
  /** Looks, and changes nothing. */
  reader: 'healthcode_reader',
  /** Deletes what may be kept no longer. */
  eraser: 'healthcode_eraser',
} as const;
export type Role = keyof typeof ROLES;

const NAMES = Object.values(ROLES);
const ALREADY_THERE = ['42710', '23505'];

/**
 * Makes the roles, which belong to all databases of a server, and gives them their place in this one. Nobody but the
 * owner may make anything in it. What is there already is left alone, so a login without rights to change it will do.
 *
 * Throws when the login may not do what is missing, and says which statements an administrator has to run.
 */
export async function prepareRoles(login: Database): Promise<void> {
  for (const findMissing of [missingRoles, missingMemberships, missingPlaces, missingSettings])
    await runAll(login, await findMissing(login));
}

async function runAll(login: Database, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    try {
      // As a transaction it is tried again when another process changes the same row of the catalogue.
      await login.transaction((db) => db.change(script(statement)));
    } catch (error) {
      const { code, kind } = error as DatabaseError;
      if (ALREADY_THERE.includes(code)) continue;
      if (kind !== 'forbidden') throw error;
      throw new OperatorError(
        `the login of the database may not prepare it; let an administrator run: ${statements.join('; ')}`,
      );
    }
  }
}

async function missingRoles(login: Db): Promise<string[]> {
  const rows = await login.rows<{ name: string }>(
    sql`select rolname as name from pg_roles where rolname = any(${NAMES})`,
  );
  const there = rows.map(({ name }) => name);
  return NAMES.filter((name) => !there.includes(name)).map((name) => `create role ${name} login`);
}

/** From version 16 a membership says whether it allows to take the role on; before, every one did. */
async function missingMemberships(login: Db): Promise<string[]> {
  const rows = await login.rows<{ name: string; login: string }>(sql`
    select rolname as name, quote_ident(current_user) as login
      from pg_roles
     where rolname = any(${NAMES})
       and not pg_has_role(rolname, case when ${(await versionOf(login)) >= 16} then 'set' else 'member' end)
     order by rolname`);
  return rows.map((row) => `grant ${row.name} to ${row.login}`);
}

async function missingPlaces(login: Db): Promise<string[]> {
  const [row] = await login.rows<{ open: boolean; shut: boolean }>(sql`
    select exists (select from aclexplode(coalesce(nspacl, acldefault('n', nspowner))) where grantee = 0) as open,
           not has_schema_privilege(${ROLES.owner}, oid, 'create')
           or exists (select from unnest(${NAMES}::text[]) name where not has_schema_privilege(name, oid, 'usage'))
           as shut
      from pg_namespace
     where nspname = 'public'`);
  return [
    ...(row?.open ? ['revoke all on schema public from public'] : []),
    ...(row?.shut
      ? [
          `grant usage on schema public to ${NAMES.join(', ')}`,
          `grant create on schema public to ${ROLES.owner}`,
        ]
      : []),
  ];
}

/**
 * An error of a statement can quote a value ('invalid input syntax for type date: "…"'), and the service is told of it
 * anyway: it stays out of the log of the server. Only a superuser can say so.
 */
async function missingSettings(login: Db): Promise<string[]> {
  const rows = await login.rows<{ name: string }>(sql`
    select rolname as name
      from pg_roles
     where rolname = any(${NAMES})
       and not coalesce(rolconfig, '{}') @> '{log_min_messages=log}'
       and (select rolsuper from pg_roles where rolname = current_user)
     order by rolname`);
  return rows.map(({ name }) => `alter role ${name} set log_min_messages = log`);
}

/** The major version of a server: 18 of 18.4. */
export async function versionOf(db: Db): Promise<number> {
  const [row] = await db.rows<{ number: number }>(
    sql`select current_setting('server_version_num')::integer / 10000 as number`,
  );
  return row!.number;
}
