import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** The program of another release, or why there is none. */
export interface Release {
  readonly program: string;
  readonly skip: string | false;
}

const ROOT = join(import.meta.dirname, '../..');
const MIGRATIONS = 'server/platform/db/migrations';
const MODULES = 'node_modules';
/** What is made of the code; the process of another test may be adding to it. */
const DIST = 'dist';

/** Puts the code before the newest migration came into a folder, from the history of the repository. */
export function previousRelease(folder: string): Release {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: ROOT, maxBuffer: 1 << 28 });
  const added = git('log', '-1', '--format=%H', '--diff-filter=A', '--', MIGRATIONS);
  const commit = `${added.stdout}`.trim();
  const archive = commit === '' ? undefined : git('archive', `${commit}^`);
  if (archive?.status !== 0) return { program: '', skip: 'only with the history of the repository' };
  const release = newFolder(folder, 'previous');
  spawnSync('tar', ['-x', '-C', release], { input: archive.stdout });
  const edited = readdirSync(join(release, MIGRATIONS)).filter(
    (name) => !isSame(join(MIGRATIONS, name), release),
  );
  if (edited.length > 0)
    return { program: '', skip: `${edited[0]} was edited, as may be before the first release` };
  const { dependencies } = JSON.parse(readFileSync(join(release, 'package.json'), 'utf8'));
  const missing = Object.keys(dependencies).find((name) => !existsSync(join(ROOT, MODULES, name)));
  if (missing !== undefined) return { program: '', skip: `needs ${missing}, which is not installed` };
  return { program: join(release, 'cli/bin.js'), skip: false };
}

/** Puts this code into a folder, with one migration more: a release to come, as far as its schema goes. */
export function nextRelease(folder: string): Release {
  const release = newFolder(folder, 'next');
  for (const { name } of readdirSync(ROOT, { withFileTypes: true }))
    if (![MODULES, DIST].includes(name) && !name.startsWith('.'))
      cpSync(join(ROOT, name), join(release, name), { recursive: true });
  symlinkSync(join(ROOT, DIST), join(release, DIST));
  writeFileSync(join(release, MIGRATIONS, '9999_what_is_to_come.sql'), TO_COME);
  return { program: join(release, 'cli/bin.js'), skip: false };
}

/** What a migration may do: add a table, and columns to tables that releases before it write to and read. */
const TO_COME = `
create table to_come (person_id uuid primary key, note text);
alter table evidence add to_come text;
alter table assessment add to_come integer not null default 0;
alter table due add to_come text;
alter table facts add to_come text;
alter table batch add to_come text;
`;

function newFolder(folder: string, name: string): string {
  const release = join(folder, name);
  mkdirSync(release);
  symlinkSync(join(ROOT, MODULES), join(release, MODULES));
  return release;
}

function isSame(path: string, release: string): boolean {
  const now = join(ROOT, path);
  return existsSync(now) && readFileSync(now).equals(readFileSync(join(release, path)));
}
