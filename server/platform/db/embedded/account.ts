import { existsSync, readFileSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { OperatorError } from '../../operator-error.ts';

/** The account that owns the data and runs the server: PostgreSQL refuses to run as root. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Whether it is another account than the one that runs this process. */
  readonly isOther: boolean;
}

/** Exists on every Unix, owns nothing, and nobody can log in as it. */
const UNPRIVILEGED = 'nobody';

/** The account for the server: `nobody` when this process is root's, else that of this process. */
export function serverAccount(passwd = '/etc/passwd'): Account {
  const uid = process.getuid!();
  if (uid !== 0) return { name: String(uid), uid, gid: process.getgid!(), isOther: false };
  const line = readFileSync(passwd, 'utf8')
    .split('\n')
    .map((text) => text.split(':'))
    .find(([name]) => name === UNPRIVILEGED);
  if (!line || !(Number(line[2]) > 0))
    throw new OperatorError(
      `PostgreSQL does not run as root, and ${passwd} has no account ${UNPRIVILEGED} for it`,
    );
  return { name: UNPRIVILEGED, uid: Number(line[2]), gid: Number(line[3]), isOther: true };
}

/** The folder nearest to the root that an account may not pass on the way to a path; undefined when there is none. */
export function barrierBefore(path: string, account: Account): string | undefined {
  if (!account.isOther) return undefined;
  const folders: string[] = [];
  let folder = existsSync(path) ? realpathSync(path) : path;
  if (!existsSync(folder) || !statSync(folder).isDirectory()) folder = dirname(folder);
  for (; ; folder = dirname(folder)) {
    if (existsSync(folder)) folders.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  return folders.find((each) => !may(account, statSync(each), 0o1));
}

/** Whether an account may read and, of a folder or a program, enter or run a file. */
export function mayUse(path: string, account: Account): boolean {
  const stats = statSync(path);
  const needed = stats.isDirectory() || (stats.mode & 0o100) !== 0 ? 0o5 : 0o4;
  return !account.isOther || may(account, stats, needed);
}

function may({ uid, gid }: Account, stats: Stats, needed: number): boolean {
  const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0;
  return ((stats.mode >> shift) & needed) === needed;
}
