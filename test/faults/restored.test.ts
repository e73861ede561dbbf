import assert from 'node:assert/strict';
import { cpSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { ApiClient } from '../../api/client.ts';
import type { Head } from '../../credential/status/payloads.ts';
import { printInstant } from '../../domain/time.ts';
import { checkDecisions } from '../../server/codes/check-decisions.ts';
import { openInstallation } from '../../server/installation.ts';
import { readHeadOf } from '../../server/passes/status/status-files.ts';
import { pinnedIn } from '../../server/passes/trust/trust-folder.ts';
import { archiveFailure } from '../../server/platform/db/backup/archive-failure.ts';
import { type Backup, backupsIn } from '../../server/platform/db/backup/find-backups.ts';
import { BUCKETS } from '../../server/platform/db/uuid.ts';
import { lastRestoredAt } from '../../server/record/restorations/store.ts';
import { restore } from '../../server/restore.ts';
import { serverPid } from '../embedded.ts';
import { type OfflineGate, offlineGate } from '../offline-gate.ts';
import { until } from '../until.ts';
import {
  backUpUnderLoad,
  flipped,
  folderOfBackups,
  goesOnFrom,
  type Moment,
  noteMoment,
  sameRows,
} from './restoring.ts';
import { newClient, newLedger } from './sending.ts';
import { type ServiceProcess, startProcess, startServing } from './service-process.ts';
import { embeddedSite } from './site.ts';
import { everyRow } from './stored.ts';

const PATIENCE_MS = 120_000;

/** What a service has under load is backed up, lost, and restored as it was at an instant. */
describe('a restored database', () => {
  const site = embeddedSite();
  const lost = site.dataFolder!;
  const backups = folderOfBackups(site);
  const other = embeddedSite();
  const ledger = newLedger();
  let moment: Moment;
  let service: ServiceProcess;
  /** One that goes on after the restore with what it knew before. */
  let gate: OfflineGate;

  before(async () => {
    service = await startServing(site, 0, ['--archive', backups]);
    const [api] = (await newClient(site, [service.url])) as [ApiClient];
    const said = await backUpUnderLoad(site, { api, ledger }, backups);
    assert.match(said, /the keys in .* are not in it/);
    gate = offlineGate(pinnedIn(join(lost, 'keys', 'trust')));
    await until(async () => (await headOf(service)) !== undefined, PATIENCE_MS);
    await gate.fetch(service.url, Date.now());
    await site.onDatabase(async (db) => {
      const noted = await noteMoment(db, { api, ledger }, join(backups, 'wal'));
      moment = noted.moment;
      assert.equal(await archiveFailure(db), undefined);
      process.kill(serverPid(lost)!, 'SIGKILL');
      await service.kill();
      await noted.answered();
    });
    assert.doesNotMatch(site.heard(), /is not archived|is not kept/);
  });

  const backup = (): Backup => backupsIn(backups).at(-1)!;
  const keysFolder = join(other.dataFolder!, 'keys');
  const restoring = (change: object = {}) =>
    restore({ from: backups, dataFolder: other.dataFolder!, keysFolder, to: moment.at, ...change }, Date.now);

  test('is refused without its keys, and where keys lie beside the backups', async () => {
    await assert.rejects(restoring(), /there is no folder of keys/);
    cpSync(join(lost, 'keys'), keysFolder, { recursive: true });
    cpSync(keysFolder, join(backups, 'copied-keys'), { recursive: true });
    await assert.rejects(restoring(), /holds keys: whoever has a backup and the keys/);
    rmSync(join(backups, 'copied-keys'), { recursive: true });
    await assert.rejects(restoring({ from: join(keysFolder, 'within') }), /holds keys/);
  });

  test('is refused when a file of the backup is damaged, and names it', async () => {
    const files = backup().manifest.files.map(({ path }) => join(backup().folder, path));
    const archived = readdirSync(join(backups, 'wal')).sort().at(-1)!;
    for (const file of [
      files.find((path) => /base\/\d+\/\d+$/.test(path))!,
      join(backups, 'wal', archived),
    ]) {
      const flip = flipped(file);
      await assert.rejects(restoring(), new RegExp(`the backup is damaged: ${file}`));
      flip();
    }
    const flip = flipped(join(backup().folder, 'manifest.json'));
    await assert.rejects(restoring(), /the backup is damaged: .*manifest.json/);
    flip();
  });

  test('is refused when a file is missing, and names it', async () => {
    const segments = backup().manifest.files.filter(({ path }) => path.startsWith('wal/'));
    const file = join(backup().folder, segments.at(-1)!.path);
    renameSync(file, `${file}.away`);
    await assert.rejects(restoring(), new RegExp(`the backup is not whole: ${file} is missing`));
    renameSync(`${file}.away`, file);
  });

  test('is refused for a time that the backups do not reach', async () => {
    await assert.rejects(restoring({ to: backup().manifest.endedAt - 1 }), /no earlier time can be restored/);
    await assert.rejects(restoring({ to: Date.now() }), /the journal reaches to/);
  });

  test('is refused in a folder that holds one', async () => {
    await assert.rejects(restoring({ dataFolder: lost }), /holds a database/);
  });

  test('has every row of every table as it was committed then, and no other', async () => {
    const command = startProcess(other, ['restore', backups, '--to', printInstant(moment.at)]);
    assert.equal(await command.ended, 0, command.said());
    assert.equal(JSON.parse(command.said()).restoredTo, printInstant(moment.at));
    const installation = await openInstallation(
      { place: { dataFolder: other.dataFolder! }, keysFolder },
      moment.at,
    );
    try {
      const restored = await other.onDatabase(everyRow);
      sameRows(restored, moment.rows);
      assert.equal(restored.get('restoration')?.length, 1);
      assert.ok((await lastRestoredAt(installation.store.app))! > moment.at);
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        const { different } = await checkDecisions(installation, bucket, 200, 'all');
        assert.deepEqual(different, []);
      }
    } finally {
      await installation.stop();
    }
  });

  test('shows every colour rightly, goes on, and takes what was lost when it comes again', async () => {
    service = await startServing(other, 0);
    const knewAt = gate.lists.headAt()!;
    await until(async () => ((await headOf(service))?.at ?? 0) > knewAt, PATIENCE_MS);
    await gate.fetch(service.url, Date.now());
    assert.ok(gate.lists.headAt()! > knewAt);
    await goesOnFrom(moment, other, service, ledger);
  });
});

async function headOf({ url }: ServiceProcess): Promise<Head | undefined> {
  const reply = await fetch(`${url}/api/v1/trust/status/head`);
  const bytes = new Uint8Array(await reply.arrayBuffer());
  return reply.ok ? readHeadOf(bytes) : undefined;
}
