import { OperatorError } from '../../operator-error.ts';
import type { Db } from '../database.ts';
import { ROLES } from '../roles.ts';
import { sql } from '../sql.ts';

/** What Citus says of the answer of a worker. */
export interface Answer {
  readonly node: string;
  readonly isDone: boolean;
  readonly result: string;
}

/**
 * Looks whether a database is that of a coordinator with workers.
 *
 * @throws {OperatorError} with what an administrator has to do
 */
export async function checkCluster(db: Db): Promise<void> {
  const extension = await db.rows(sql`select from pg_extension where extname = 'citus'`);
  if (extension.length === 0)
    throw new OperatorError(
      'the database has no extension citus: let an administrator run "create extension citus" in it, and in the database of the same name on each worker (docs/scaling.md)',
    );
  const nodes = await db.rows<{ isCoordinator: boolean }>(sql`
    select groupid = 0 as "isCoordinator" from pg_dist_node where noderole = 'primary' and isactive
  `);
  // Without it no table of the coordinator could refer to a reference table.
  if (!nodes.some(({ isCoordinator }) => isCoordinator))
    throw new OperatorError(
      'the coordinator is not known to itself: let an administrator run "select citus_set_coordinator_host(\'HOST\', PORT)"',
    );
  if (nodes.every(({ isCoordinator }) => isCoordinator))
    throw new OperatorError(
      'there are no workers: let an administrator run "select citus_add_node(\'HOST\', PORT)" for each',
    );
}

/** The roles and their places on each worker, as `prepareRoles` makes them on the coordinator. */
const ROLES_ON_WORKER = [
  "do $prepare$ begin perform set_config('citus.enable_ddl_propagation', 'off', true);",
  ...Object.values(ROLES).map(
    (role) =>
      `if not exists (select from pg_roles where rolname = '${role}') then create role ${role} login; end if; alter role ${role} set log_min_messages = log;`,
  ),
  'revoke all on schema public from public;',
  `grant usage on schema public to ${Object.values(ROLES).join(', ')};`,
  `grant create on schema public to ${ROLES.owner}; end $prepare$`,
].join(' ');

/**
 * Makes the roles on the workers, and gives them their places in the database there. A role that was made before the
 * workers were added is not there by itself.
 *
 * @throws {OperatorError} when the login may not do so on a worker
 */
export async function prepareWorkers(login: Db): Promise<void> {
  const answers = await login.rows<Answer>(sql`
    select nodename || ':' || nodeport as node, success as "isDone", result
      from run_command_on_workers(${ROLES_ON_WORKER}::text)
  `);
  const failed = answers.find(({ isDone }) => !isDone);
  if (failed)
    throw new OperatorError(
      `the worker ${failed.node} could not be prepared (${failed.result}); let an administrator run there: ${ROLES_ON_WORKER}`,
    );
}
