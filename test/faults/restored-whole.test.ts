import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { printInstant } from '../../domain/time.ts';
import { ADMINISTRATOR } from '../../server/platform/db/embedded/cluster.ts';
import { folderOfBackups } from './restoring.ts';
import { startProcess } from './service-process.ts';
import { embeddedSite } from './site.ts';
import { assertGoesOn, assertNothingEmpty, assertWhole, liveThrough, type WholePast } from './whole-past.ts';

/** Under load it is restored by `restored.test.ts`; here everything that is ever written is there to be compared. */
describe('a database in which every table holds something', () => {
  const [site, other] = [embeddedSite(), embeddedSite()];
  const lost = site.dataFolder!;
  const backups = folderOfBackups(site);
  let past: WholePast;

  before(async () => {
    const socket = encodeURIComponent(join(lost, 'run'));
    past = await liveThrough(
      site,
      backups,
      `postgres://${ADMINISTRATOR}@localhost/healthcode?host=${socket}`,
    );
  });

  test('has no table that nothing was written to, but those of which it is said why', () =>
    assertNothingEmpty(past));

  test('is restored with every row of every table, and no other', async () => {
    cpSync(join(lost, 'keys'), join(other.dataFolder!, 'keys'), { recursive: true });
    const command = startProcess(other, ['restore', backups, '--to', printInstant(past.to)]);
    assert.equal(await command.ended, 0, command.said());
    await assertWhole(other, past);
  });

  test('goes on from there, and takes what was lost when it comes again', () => assertGoesOn(other, past));
});
