import { after, before } from 'node:test';
import { type Database, openDatabase } from '../server/platform/db/database.ts';
import { prepareRoles, type Role } from '../server/platform/db/roles.ts';
import { dropOnWorkers, makeOnCitus } from './citus-server.ts';
import { administer, type DatabaseServer, freshName, reachOf, startServer } from './database-server.ts';

/** A database of the suite's own, open under each role. It can be used in tests and hooks, not while the suite is described. */
export interface FreshDatabase extends Readonly<Record<Role, Database>> {
  /** Reaches it under a superuser. */
  readonly url: string;
}

/** A database with all migrations, which is dropped when the suite, or the file, that asked for it has ended. */
export function freshDatabase(): FreshDatabase {
  return fromTemplate(({ template }) => template);
}

/** A database with the roles in their places and nothing else, for schemas made in a test. */
export function emptyDatabase(): FreshDatabase {
  return fromTemplate(() => EMPTY);
}

const EMPTY = 'template0';

/** The server of this file, when the file is run alone. */
let own: ReturnType<typeof startServer> | undefined;

function serverOfRun(): Promise<DatabaseServer> {
  const { HEALTHCODE_TEST_SERVER: server } = process.env;
  if (server) return Promise.resolve(JSON.parse(server));
  own ??= startServer();
  return own;
}

after(async () => (await own)?.stop());

function fromTemplate(templateOf: (server: DatabaseServer) => string): FreshDatabase {
  const name = freshName();
  const opened = new Map<Role, Database>();
  let server: DatabaseServer | undefined;
  let made = (): void => {};
  /** Hooks of one file may run at the same time: whoever comes early waits. */
  const isMade = new Promise<void>((resolve) => {
    made = resolve;
  });
  before(async () => {
    server = await serverOfRun();
    const template = templateOf(server);
    if (server.isCitus && template !== EMPTY) await makeOnCitus(server, name);
    else {
      await administer(server, `create database ${name} template ${template}`);
      const login = openDatabase(reachOf(server, name));
      await prepareRoles(login).finally(login.close);
    }
    made();
  });
  after(async () => {
    await Promise.all([...opened.values()].map((database) => database.close()));
    if (server) await administer(server, `drop database if exists ${name} with (force)`);
    if (server?.isCitus) await dropOnWorkers(server, name);
  });
  const open = async (role: Role): Promise<Database> => {
    await isMade;
    const database = opened.get(role) ?? openDatabase(reachOf(server!, name, role));
    opened.set(role, database);
    return database;
  };
  return {
    owner: later(() => open('owner')),
    app: later(() => open('app')),
    reader: later(() => open('reader')),
    eraser: later(() => open('eraser')),
    get url() {
      if (!server) throw new Error('the database is there when the tests run, not before');
      return reachOf(server, name).url;
    },
  };
}

/** A database that is opened when it is first used. */
function later(open: () => Promise<Database>): Database {
  return {
    rows: async (statement) => (await open()).rows(statement),
    change: async (statement) => (await open()).change(statement),
    copyIn: async (statement, rows) => (await open()).copyIn(statement, rows),
    async *copyOut(statement) {
      yield* (await open()).copyOut(statement);
    },
    transaction: async (work, term) => (await open()).transaction(work, term),
    close: async () => (await open()).close(),
  };
}
