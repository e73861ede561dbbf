import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openInstallation } from '../../server/installation.ts';
import { freshDatabase } from '../../test/database.ts';
import { runProgram } from '../../test/program.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

describe('a database for trying out', () => {
  for (const isDemo of [true, false]) {
    const database = freshDatabase();
    const keysFolder = join(temporaryFolder(), 'keys');
    const given = process.env.DATABASE_URL;
    before(async () => {
      const site = { place: { url: database.url }, keysFolder };
      await (await openInstallation(site, Date.now(), { demo: isDemo })).stop();
    });
    after(() => {
      if (given === undefined) delete process.env.DATABASE_URL;
      else process.env.DATABASE_URL = given;
    });

    test(isDemo ? 'never becomes a real one' : 'is never one with real people', () => {
      process.env.DATABASE_URL = database.url;
      const demo = isDemo ? [] : ['--demo'];
      const { status, stdout, stderr } = runProgram(['serve', '--port', '0', '--keys', keysFolder, ...demo]);
      assert.equal(status, 1);
      assert.equal(stdout, '');
      assert.match(stderr, isDemo ? /can never become a real one/ : /this database holds real people/);
    });
  }

  test('is served on this machine only', () => {
    for (const host of ['0.0.0.0', '192.0.2.1'])
      assert.equal(runProgram(['serve', '--demo', '--host', host]).status, 2);
  });
});
