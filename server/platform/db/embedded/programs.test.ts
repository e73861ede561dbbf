import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { temporaryFolder } from '../../../../test/temporary-folder.ts';
import { serverAccount } from './account.ts';
import { runAs } from './cluster.ts';
import { findPrograms } from './programs.ts';

const account = serverAccount();

/** What PostgreSQL says of itself when the account of the server runs it. */
function version(postgres: string): string {
  const { stdout, stderr } = spawnSync(postgres, ['--version'], {
    ...runAs(account),
    cwd: '/',
    encoding: 'utf8',
  });
  return stdout + stderr;
}

describe('the programs of PostgreSQL', () => {
  const folder = temporaryFolder();
  const installed = join(folder, 'installed');
  const data = join(folder, 'data');
  before(() => {
    chmodSync(folder, 0o711);
    mkdirSync(data, { mode: 0o711 });
    const { postgres } = findPrograms(data, account);
    cpSync(join(dirname(postgres), '../..'), installed, { recursive: true, verbatimSymlinks: true });
  });

  test('run from where npm has put them', () => {
    const { postgres, majorVersion } = findPrograms(data, account, installed);
    assert.equal(postgres, join(installed, 'native/bin/postgres'));
    assert.ok(version(postgres).startsWith(`postgres (PostgreSQL) ${majorVersion}.`));
    assert.deepEqual(readdirSync(data), []);
  });

  test('are copied when the account cannot reach them', {
    skip: !account.isOther && 'only root has another account',
  }, () => {
    chmodSync(installed, 0o700);
    const { postgres } = findPrograms(data, account, installed);
    chmodSync(installed, 0o755);
    assert.ok(postgres.startsWith(join(data, 'programs-18.')), postgres);
    assert.match(version(postgres), /^postgres \(PostgreSQL\) 18/);
    assert.equal(statSync(postgres).uid, 0);
    rmSync(join(dirname(postgres), '..'), { recursive: true });
  });

  test('are copied with their links, once, when npm ran no scripts', () => {
    for (const name of readdirSync(join(installed, 'native/lib')))
      if (/^lib(?:icu|pq).*\.so\.\d+$/.test(name)) rmSync(join(installed, 'native/lib', name));
    assert.notEqual(
      version(join(installed, 'native/bin/postgres')),
      version(findPrograms(data, account).postgres),
    );
    const { postgres } = findPrograms(data, account, installed);
    assert.match(version(postgres), /^postgres \(PostgreSQL\) 18/);
    const { ino } = statSync(postgres);
    assert.equal(statSync(findPrograms(data, account, installed).postgres).ino, ino);
    assert.equal(readdirSync(data).length, 1);
  });
});
