import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { ApiClient } from '../../api/client.ts';
import { freshDatabase } from '../database.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { account } from './accounting.ts';
import { batchesOf, madeUpRecords } from './made-up-evidence.ts';
import { newClient, newLedger, sendAll } from './sending.ts';
import { type ServiceProcess, startServing } from './service-process.ts';
import { databaseSite } from './site.ts';

const ROOT = join(import.meta.dirname, '../..');
const MIGRATIONS = 'server/platform/db/migrations';

const previous = previousRelease();

/** A deploy replaces one process after the other: code that does not know the newest migrations works beside code that does. */
describe('two versions of the service side by side', { skip: previous.skip }, () => {
  const database = freshDatabase();
  const site = databaseSite(() => database.url);
  const ledger = newLedger();
  let older: ServiceProcess;
  let ways: ApiClient[];

  before(async () => {
    const newer = await startServing(site, 0);
    // As after a deploy that was taken back, too: the schema is the newer one before it starts.
    older = await startServing(site, 0, [], previous.program);
    ways = await newClient(site, [older.url, newer.url]);
  });

  const sendSome = (name: string, firstPerson: number, through: readonly ApiClient[]) => {
    const records = madeUpRecords({ name, records: 100, people: 30, firstPerson, now: Date.now() });
    return Promise.all(through.map((way) => sendAll([way], ledger, batchesOf(records, 5), { atOnce: 2 })));
  };

  test('take the same evidence, assess the same people, and agree on everything', async () => {
    await sendSome('both', 0, ways);
    for (const api of ways) await account({ site, ledger, api, isRepeated: true });
  });

  test('and the older one may go while the newer one takes more', async () => {
    const sending = sendSome('deployed', 1_000, [ways[1]!]);
    assert.equal(await older.stop(), 0);
    await sending;
    await account({ site, ledger, api: ways[1]!, isRepeated: true });
  });
});

function isSame(path: string, release: string): boolean {
  const now = join(ROOT, path);
  return existsSync(now) && readFileSync(now).equals(readFileSync(join(release, path)));
}

/** The code before the newest migration came, from the history of the repository. */
function previousRelease(): { readonly program: string; readonly skip: string | false } {
  const folder = temporaryFolder();
  const git = (...args: string[]) => spawnSync('git', args, { cwd: ROOT, maxBuffer: 1 << 28 });
  const added = git('log', '-1', '--format=%H', '--diff-filter=A', '--', MIGRATIONS);
  const commit = `${added.stdout}`.trim();
  const archive = commit === '' ? undefined : git('archive', `${commit}^`);
  if (archive?.status !== 0) return { program: '', skip: 'only with the history of the repository' };
  const release = join(folder, 'release');
  mkdirSync(release);
  spawnSync('tar', ['-x', '-C', release], { input: archive.stdout });
  symlinkSync(join(ROOT, 'node_modules'), join(release, 'node_modules'));
  const edited = readdirSync(join(release, MIGRATIONS)).filter(
    (name) => !isSame(join(MIGRATIONS, name), release),
  );
  if (edited.length > 0)
    return { program: '', skip: `${edited[0]} was edited, as may be before the first release` };
  return { program: join(release, 'cli/bin.js'), skip: false };
}
