import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Instant, printInstant } from '../../domain/time.ts';
import { checkExternalBackup } from '../../server/platform/db/backup/check-external.ts';
import { DATA } from '../../server/platform/db/backup/take-backup.ts';
import { serverAccount } from '../../server/platform/db/embedded/account.ts';
import { until } from '../until.ts';
import { installedPostgres, NONE_INSTALLED } from './installed-postgres.ts';
import { type OwnServer, ownServer } from './own-server.ts';
import { flipped } from './restoring.ts';
import { startProcess } from './service-process.ts';
import { databaseSite } from './site.ts';
import { assertGoesOn, assertNothingEmpty, assertWhole, liveThrough, type WholePast } from './whole-past.ts';

const PATIENCE_MS = 120_000;

const installed = installedPostgres();

/** What docs/operations.md tells whoever has a PostgreSQL of their own, done to one that is installed here. */
describe('a PostgreSQL of one’s own that is lost', { skip: installed ? false : NONE_INSTALLED }, () => {
  const { bin } = installed ?? { bin: '' };
  const backups = mkdtempSync(join(tmpdir(), 'healthcode-'));
  const wal = join(backups, 'wal');
  let past: WholePast;
  const servers: OwnServer[] = [];
  let receiving: ChildProcess | undefined;
  const site = databaseSite(() => servers.at(-1)!.url);
  after(async () => {
    receiving?.kill('SIGKILL');
    for (const server of servers) await server.remove();
    rmSync(backups, { recursive: true, force: true });
  });

  const base = () => join(backups, readdirSync(backups).find((name) => /^base-\d+T\d+Z$/.test(name))!);

  before(async () => {
    process.env.PATH = `${bin}${delimiter}${process.env.PATH}`;
    const server = await ownServer({ programs: installed! });
    servers.push(server);
    await server.start();
    receiving = await receiveJournal(bin, server.url, wal);
    past = await liveThrough(site, backups, server.url);
    await server.kill();
  });

  test('has a backup that PostgreSQL itself finds whole, and so do we', async () => {
    assert.equal(verifyBackup(bin, base()), 0);
    await checkExternalBackup(base());
  });

  test('has a backup of which both see whatever is damaged, missing or too much', async () => {
    const file = (pattern: RegExp) => {
      const path = readdirSync(base(), { recursive: true, encoding: 'utf8' }).find((one) =>
        pattern.test(one),
      );
      return join(base(), path!);
    };
    const table = file(/^base\/\d+\/\d+$/);
    const [stranger, segment] = [join(base(), 'base', 'stranger'), file(/^pg_wal\/[0-9A-F]{24}$/)];
    const cases: readonly (readonly [change: () => () => void, said: RegExp])[] = [
      [() => flipped(table), /is damaged: .*base\/\d+\/\d+$/],
      [() => cutShort(table), /is damaged: .*base\/\d+\/\d+$/],
      [() => movedAway(table), /is not whole: .*base\/\d+\/\d+ is missing/],
      [() => flipped(file(/^backup_label$/)), /is damaged: .*backup_label/],
      [() => flipped(file(/^backup_manifest$/)), /is damaged: .*backup_manifest/],
      [() => movedAway(file(/^backup_manifest$/)), /is not whole: .*backup_manifest is missing/],
      [() => added(stranger), /is damaged: .*stranger does not belong to it/],
      [() => movedAway(segment), /is not whole: .*pg_wal.* is missing/],
    ];
    for (const [change, said] of cases) {
      const undo = change();
      assert.notEqual(verifyBackup(bin, base()), 0, String(said));
      await assert.rejects(checkExternalBackup(base()), said);
      undo();
    }
    await checkExternalBackup(base());
  });

  test('held something in every table, but in those of which it is said why', () => assertNothingEmpty(past));

  test('has every row of every table as it was committed at an instant, and no other', async () => {
    const fill = (folder: string) => fillFrom(base(), wal, folder, past.to);
    servers.push(await ownServer({ programs: installed!, fill }));
    await servers.at(-1)!.start();
    const command = startProcess(site, ['restored', backups, '--to', printInstant(past.to)]);
    assert.equal(await command.ended, 0, command.said());
    await assertWhole(site, past);
  });

  test('goes on from there, and takes what was lost when it comes again', () => assertGoesOn(site, past));
});

/** Keeps the journal of a server, as docs/operations.md says; returns when it is kept. */
async function receiveJournal(bin: string, url: string, folder: string): Promise<ChildProcess> {
  mkdirSync(folder);
  const program = join(bin, 'pg_receivewal');
  const common = [`--dbname=${url}`, `--directory=${folder}`, '--compress=gzip', '--slot=healthcode'];
  const made = spawnSync(program, [...common, '--create-slot', '--if-not-exists'], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  const receiving = spawn(program, [...common, '--synchronous'], { stdio: 'ignore' });
  await once(receiving, 'spawn');
  await until(() => readdirSync(folder).some((name) => name.endsWith('.partial')), PATIENCE_MS);
  return receiving;
}

/** What `pg_verifybackup` finds: 0 when all is well. */
function verifyBackup(bin: string, folder: string): number | null {
  return spawnSync(join(bin, 'pg_verifybackup'), ['--quiet', folder]).status;
}

/** Restores a base backup and the journal up to an instant, as docs/operations.md says. */
async function fillFrom(base: string, wal: string, folder: string, to: Instant): Promise<void> {
  const [data, journal] = [join(folder, DATA), join(folder, 'wal')];
  cpSync(base, data, { recursive: true });
  cpSync(wal, journal, { recursive: true });
  const settings = [
    `restore_command = 'gzip -cd ${journal}/%f.gz > %p'`,
    `recovery_target_time = '${new Date(to).toISOString().replace('T', ' ').replace('Z', '+00')}'`,
    `recovery_target_action = 'promote'`,
  ];
  const file = join(data, 'postgresql.auto.conf');
  writeFileSync(file, `${readFileSync(file, 'utf8')}${settings.join('\n')}\n`);
  writeFileSync(join(data, 'recovery.signal'), '');
  const { uid, gid, isOther } = serverAccount();
  if (isOther) spawnSync('chown', ['-R', `${uid}:${gid}`, data, journal]);
}

/** What is returned puts it back, as with all that follow. */
function cutShort(file: string): () => void {
  const before = readFileSync(file);
  truncateSync(file, statSync(file).size - 1);
  return () => writeFileSync(file, before);
}

function movedAway(file: string): () => void {
  const away = join(tmpdir(), `healthcode-away-${process.pid}`);
  cpSync(file, away);
  rmSync(file);
  return () => {
    cpSync(away, file);
    rmSync(away);
  };
}

function added(file: string): () => void {
  writeFileSync(file, 'something');
  return () => rmSync(file);
}
