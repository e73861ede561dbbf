import { OperatorError } from '../operator-error.ts';
import { type Database, LONGEST_TRANSACTION_MS, openDatabase, type Reach } from './database.ts';
import { ADMINISTRATOR } from './embedded/cluster.ts';
import { type EmbeddedOptions, startEmbedded } from './embedded.ts';
import { type Migrated, migrate } from './migrate.ts';
import { prepareRoles, ROLES, type Role, versionOf } from './roles.ts';
import { script, sql } from './sql.ts';

/** Where everything is stored: the embedded server on a folder, or a server of one's own under a login. */
export type Place = { readonly dataFolder: string } | { readonly url: string };

/** The database of the service, open under each of its roles. */
export interface Store extends Readonly<Record<Role, Database>> {
  readonly migrated: Migrated;
  /** Closes all connections after their work; the embedded server ends with the last process that uses it. */
  readonly stop: () => Promise<void>;
}

export interface StoreOptions {
  readonly fast?: boolean;
  /** Where the embedded server archives its journal; see `EmbeddedOptions`. */
  readonly archive?: string;
  /** Connections of the role `app` at most; the others have a few. */
  readonly connections?: number;
  /** Told when the embedded server dies under this process and when it is back. */
  readonly onEvent?: EmbeddedOptions['onEvent'];
  /** Told of an error on an idle connection. */
  readonly onError?: (error: Error) => void;
}

/** The database on the embedded server. */
export const DATABASE = 'healthcode';
const OLDEST = 15;
const NEWEST = 18;
const FEW = 2;
/** Longer than any statement of the service takes, so that only a database that is away is given up. */
const PATIENCE_MS = 20_000;
/** What is erased in a night may be much; but nobody waits for ever on a network that is lost. */
const ERASING_PATIENCE_MS = 60_000;

/**
 * Opens the store: starts or joins the embedded server where no server is named, makes the database and the roles
 * where they are missing, and brings the schema up to date.
 *
 * Throws, with what to do, when the server has another version than 15 to 18 or lacks rights for the login.
 */
export async function openStore(place: Place, options: StoreOptions = {}): Promise<Store> {
  const { close, ...reach } = 'url' in place ? byUrl(place.url) : await byFolder(place.dataFolder, options);
  try {
    const login = openDatabase({ url: reach.login, connections: 1 });
    await prepare(login).finally(login.close);
    return await openRoles(reach.of, close, options);
  } catch (error) {
    await close();
    throw error;
  }
}

interface Way {
  /** Who may make roles. */
  readonly login: string;
  readonly of: (role: string) => { readonly url: string; readonly role?: string };
  readonly close: () => Promise<void>;
}

function byUrl(url: string): Way {
  return { login: url, of: (role) => ({ url, role }), close: async () => {} };
}

async function byFolder(
  folder: string,
  { fast = false, archive, onEvent = () => {} }: StoreOptions,
): Promise<Way> {
  const embedded = await startEmbedded({
    folder,
    fast,
    onEvent,
    ...(archive !== undefined && { archive }),
  });
  try {
    await ensureDatabase(embedded.url(ADMINISTRATOR, ADMINISTRATOR), DATABASE);
  } catch (error) {
    await embedded.stop();
    throw error;
  }
  return {
    login: embedded.url(ADMINISTRATOR, DATABASE),
    of: (role) => ({ url: embedded.url(role, DATABASE) }),
    close: embedded.stop,
  };
}

/** Makes a database unless it is there. `url` reaches another database of the server, under a login that may. */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  const login = openDatabase({ url, connections: 1 });
  try {
    const there = await login.rows(sql`select from pg_database where datname = ${name}`);
    if (there.length === 0) await login.change(script(`create database ${name}`)).catch(unlessThere);
  } finally {
    await login.close();
  }
}

/** Two processes may have made it at once. */
function unlessThere(error: { code?: string }): void {
  if (error.code !== '42P04' && error.code !== '23505') throw error;
}

async function prepare(login: Database): Promise<void> {
  const version = await versionOf(login);
  if (version < OLDEST || version > NEWEST)
    throw new OperatorError(`the database is PostgreSQL ${version}; versions ${OLDEST} to ${NEWEST} will do`);
  await prepareRoles(login);
}

async function openRoles(of: Way['of'], close: Way['close'], options: StoreOptions): Promise<Store> {
  const { connections = 8, onError = () => {} } = options;
  const open = (role: Role, count: number, how: Pick<Reach, 'byIndex' | 'patienceMs' | 'longestMs'> = {}) =>
    openDatabase({ ...of(ROLES[role]), connections: count, onError, ...how });
  const roles = {
    owner: open('owner', FEW),
    app: open('app', connections, {
      ...{ byIndex: true, patienceMs: PATIENCE_MS, longestMs: LONGEST_TRANSACTION_MS },
    }),
    reader: open('reader', FEW),
    eraser: open('eraser', FEW, { patienceMs: ERASING_PATIENCE_MS }),
  };
  const closeAll = () => Promise.all(Object.values(roles).map((role) => role.close()));
  try {
    const migrated = await migrate(roles.owner);
    return { ...roles, migrated, stop: () => closeAll().then(close) };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
