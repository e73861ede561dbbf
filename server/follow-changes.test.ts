import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { freshDatabase } from '../test/database.ts';
import { type HostedSigner, hostSigner } from '../test/signer.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { until } from '../test/until.ts';
import { WrongClock } from './codes/buckets/newest-rules.ts';
import { followChanges } from './follow-changes.ts';
import { type Installation, openInstallation } from './installation.ts';
import { DatabaseError } from './platform/db/failure.ts';
import { sql } from './platform/db/sql.ts';
import { addVersion } from './platform/keys/rotation.ts';
import { createLog } from './platform/log/log.ts';
import { type Service, startService } from './start-service.ts';

describe('a service that runs', () => {
  const database = freshDatabase();
  const keysFolder = join(temporaryFolder(), 'keys');
  const lines: Record<string, unknown>[] = [];
  let installation: Installation;
  let service: Service;
  let signer: HostedSigner;
  before(async () => {
    installation = await openInstallation({ place: { url: database.url }, keysFolder }, Date.now());
    const log = createLog({
      clock: Date.now,
      write: (line) => lines.push(JSON.parse(line)),
      onPersonalData: 'throw',
    });
    signer = await hostSigner(installation, Date.now);
    const config = { host: '127.0.0.1', port: 0, turnsCodes: true, version: 'test', signer };
    service = await startService(installation, config, Date.now, log);
  });
  after(async () => {
    await service.stop();
    await signer.close();
    await installation.stop();
  });

  const giveContract = (number: number, kind: string) =>
    database.app.change(sql`
      insert into source_contract (source, number, kinds, recorded_at, recorded_by)
      values ('railway', ${number}, ${[kind]}, '2021-01-01T00:00:00+08:00', 'a test')
    `);
  const contract = () => installation.contracts.kinds().get('railway');

  test('reads keys and contracts that others change', async () => {
    addVersion(keysFolder, 'document');
    await giveContract(2, 'stay');
    await until(() => installation.keys.live('document').length === 2 && contract()?.[0] === 'stay');
    assert.deepEqual(lines, []);
    assert.equal(service.work.isLate(), false);
  });

  test('goes on to read everything else while a key file is wrong, and tells the log once which and why', async () => {
    const path = join(keysFolder, 'phone.json');
    const sound = readFileSync(path, 'utf8');
    writeFileSync(path, sound.slice(0, -20));
    await giveContract(3, 'symptom');
    addVersion(keysFolder, 'envelope');
    await until(() => contract()?.[0] === 'symptom' && installation.keys.live('envelope').length === 2);
    // It is told once all has been looked at.
    await until(() => service.work.isLate() && lines.length > 0);
    const told = lines.map(({ level, event, what, code, why }) => ({ level, event, what, code, why }));
    assert.deepEqual(told, [
      {
        level: 'error',
        event: 'changes are not seen',
        what: 'keys',
        code: 'malformed',
        why: `${path} is not JSON; restore it from its backup`,
      },
    ]);
    const secrets = [...sound.matchAll(/"key": "([^"]+)"/g)].map(([, key]) => key!);
    assert.equal(secrets.length, 1);
    assert.ok(secrets.every((secret) => !JSON.stringify(lines).includes(secret)));
    writeFileSync(path, sound);
    await until(() => lines.length > 1 && !service.work.isLate());
    assert.deepEqual([lines[1]?.event, lines[1]?.what, lines.length], ['changes are seen again', 'keys', 2]);
  });
});

describe('a clock that was wrong when the database could be asked last', () => {
  test('is not called right until it is', async () => {
    const told: string[] = [];
    const compare: (() => Promise<void>)[] = [
      async () => {},
      () => Promise.reject(new DatabaseError('unavailable', '08006', 'away')),
      () => Promise.reject(new WrongClock('ahead')),
      () => Promise.reject(new DatabaseError('unavailable', '08006', 'away')),
    ];
    const left = () => compare.length;
    const following = followChanges(
      { refresh: async () => new Map() },
      { compare: () => compare.pop()!() },
      {
        onUnread: (what) => told.push(`${what} ${left()}`),
        onReadAgain: () => told.push(`again ${left()}`),
      },
    );
    try {
      await until(() => left() === 1);
      assert.equal(following.isLate(), true);
      await until(() => told.length === 2);
    } finally {
      await following.stop();
    }
    assert.deepEqual(told, ['clock 2', 'again 0']);
  });
});
