import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Instant } from '../../../../domain/time.ts';
import { WAL } from '../embedded/archive.ts';
import { copyDataFiles, findDataFiles, syncDisk } from './copy-files.ts';
import { digestFile } from './digest-file.ts';
import { type BackedUpFile, type Manifest, writeManifest } from './manifest.ts';
import { packWal } from './wal-files.ts';
import { numberBefore, type Segment, segmentOf } from './wal-names.ts';

/** The files of PostgreSQL in a backup. */
export const DATA = 'data';
const UNFINISHED = '.unfinished';

/** What a backup is taken of. */
export interface Source {
  /** Reaches the database under an administrator. */
  readonly url: string;
  /** The folder of the files of PostgreSQL. */
  readonly data: string;
  /** The present of this process. */
  readonly clock: () => Instant;
}

/**
 * Takes a base backup into a new folder, while others write: the files as they are found, one after the other, and the
 * journal of all that time, from which restoring makes them agree (PostgreSQL, "Making a Base Backup Using the Low Level
 * API"). An interrupted one leaves a folder that is none.
 */
export async function takeBackup({ url, data, clock }: Source, to: string): Promise<Manifest> {
  const unfinished = `${to}${UNFINISHED}`;
  rmSync(unfinished, { recursive: true, force: true });
  for (const folder of [unfinished, join(unfinished, DATA), join(unfinished, WAL)])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  // A connection of its own, which no pool closes while the files are copied: the backup lives and dies with it.
  const client = new pg.Client({ connectionString: url, application_name: 'healthcode backup' });
  client.on('error', () => {});
  await client.connect();
  try {
    const manifest = await copyBetween(client, { data, clock }, unfinished);
    writeManifest(unfinished, manifest);
    syncDisk(unfinished);
    renameSync(unfinished, to);
    syncDisk(to);
    return manifest;
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

async function copyBetween(
  client: pg.Client,
  { data, clock }: Omit<Source, 'url'>,
  to: string,
): Promise<Manifest> {
  const about = await describe(client);
  const startedAt = clock();
  await start(client);
  const found = findDataFiles(data);
  const copied = await copyDataFiles(data, join(to, DATA), found);
  const { label, stop } = await stopBackup(client);
  writeFileSync(join(to, DATA, 'backup_label'), label, { mode: 0o600 });
  const segmentBytes = about.segmentBytes;
  const firstSegment = /\(file ([0-9A-F]{24})\)/.exec(label)![1]!;
  const first = segmentOf(firstSegment, segmentBytes)!;
  const segments: Segment[] = [];
  for (let number = first.number; number <= numberBefore(stop, segmentBytes); number++)
    segments.push({ ...first, number });
  const packed = await packWal(join(data, 'pg_wal'), join(to, WAL), segments, segmentBytes);
  const added: BackedUpFile[] = [];
  for (const path of [`${DATA}/backup_label`, ...packed.map((name) => `${WAL}/${name}`)])
    added.push({ path, ...(await digestFile(join(to, path))) });
  return {
    ...{ format: 1, startedAt, endedAt: clock(), ...about, firstSegment },
    lastSegment: packed.at(-1)!.slice(0, 24),
    folders: found.folders,
    files: [...copied.map(({ path, ...file }) => ({ path: `${DATA}/${path}`, ...file })), ...added],
  };
}

type About = Pick<Manifest, 'postgres' | 'identifier' | 'segmentBytes' | 'keyRing'>;

async function describe(client: pg.Client): Promise<About> {
  const { rows } = await client.query<About>(`
    select current_setting('server_version_num')::integer / 10000 as postgres,
           (select system_identifier::text from pg_control_system()) as identifier,
           (select setting::integer from pg_settings where name = 'wal_segment_size') as "segmentBytes",
           (select key_ring from installation) as "keyRing"
  `);
  return rows[0]!;
}

/** The slot keeps the journal from being cleared away meanwhile; it goes with the connection. */
async function start(client: pg.Client): Promise<void> {
  await client.query('select pg_create_physical_replication_slot($1, true, true)', [
    `healthcode_backup_${process.pid}`,
  ]);
  await client.query(`select pg_backup_start('healthcode', true)`);
}

async function stopBackup(client: pg.Client): Promise<{ readonly label: string; readonly stop: string }> {
  const { rows } = await client.query<{ label: string; stop: string }>(
    'select labelfile as label, lsn::text as stop from pg_backup_stop(false)',
  );
  return rows[0]!;
}
