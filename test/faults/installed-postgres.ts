import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { mayUse, serverAccount } from '../../server/platform/db/embedded/account.ts';
import type { Programs } from '../../server/platform/db/embedded/programs.ts';

/** A PostgreSQL that is installed on this machine, as a city has one. */
export interface InstalledPostgres extends Programs {
  /** The folder of its programs, tools among them that the embedded one does not have. */
  readonly bin: string;
}

/** Why nothing is done on an installed PostgreSQL. */
export const NONE_INSTALLED =
  'only where a PostgreSQL 15 to 18 is installed: on the PATH, in /usr/lib/postgresql, or where HEALTHCODE_TEST_POSTGRES says';

const DEBIAN = '/usr/lib/postgresql';
const OLDEST = 15;
const NEWEST = 18;

/** Finds the newest that the service works with and that the account which runs servers may run. */
export function installedPostgres(): InstalledPostgres | undefined {
  const found = folders().flatMap((bin) => installedIn(bin) ?? []);
  return found.sort((one, other) => other.majorVersion - one.majorVersion)[0];
}

function folders(): string[] {
  const { HEALTHCODE_TEST_POSTGRES: named, PATH = '' } = process.env;
  if (named) return [named];
  const packaged = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin'))
    : [];
  return [...packaged, ...PATH.split(delimiter)];
}

function installedIn(bin: string): InstalledPostgres | undefined {
  const [initdb, postgres] = [join(bin, 'initdb'), join(bin, 'postgres')];
  const account = serverAccount();
  if (![initdb, postgres].every((path) => existsSync(path) && mayUse(path, account))) return undefined;
  const { stdout } = spawnSync(postgres, ['--version'], { encoding: 'utf8' });
  const majorVersion = Number(/\(PostgreSQL\) (\d+)/.exec(stdout)?.[1]);
  return majorVersion >= OLDEST && majorVersion <= NEWEST
    ? { bin, initdb, postgres, majorVersion }
    : undefined;
}
