import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { province, writeProvince } from './province.ts';

describe('healthcode province', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const write = async (name: string): Promise<Buffer> => {
    const file = join(folder, name);
    await province.run(['--people', '1000', '--seed', '1', '--out', file, '--lists', `${file}.lists`]);
    return readFileSync(file);
  };

  test('writes the same bytes every time, on every machine', async () => {
    const [one, other] = [await write('one'), await write('other')];
    assert.ok(one.equals(other));
    const digest = createHash('sha256').update(one).digest('hex');
    assert.equal(digest, 'adfd89602c33cccc81831a01724daf58e37103441bbe16e781f17cd4197eefbc');
  });

  test('leaves whole files and nothing else', async () => {
    await write('whole');
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('whole')),
      ['whole', 'whole.lists'],
    );
  });

  test('tells that a file cannot be written, and leaves nothing of it', async () => {
    for (const out of [join(folder, 'nowhere', 'file'), folder]) {
      const options = { people: 5, seed: 1, day: '2021-01-20', lists: undefined, out };
      await assert.rejects(writeProvince(options), { code: /ENOENT|EISDIR/ });
    }
    assert.ok(!readdirSync(folder).includes('nowhere'));
  });

  test('moves with the day', async () => {
    const files = ['2021-01-20', '2021-03-01'].map((day) => ({ day, out: join(folder, day) }));
    for (const each of files) await writeProvince({ people: 50, seed: 1, lists: undefined, ...each });
    const [january, march] = files.map(({ out }) => readFileSync(out, 'utf8').split('\n'));
    assert.equal(january!.length, march!.length);
    const times = /"(\d{4}-\d\d-\d\dT[^"]+)"/g;
    const [before, later] = [january, march].map((lines) =>
      [...lines!.join().matchAll(times)].map(([, time]) => Date.parse(time!)),
    );
    assert.deepEqual(new Set(before!.map((time, i) => later![i]! - time)), new Set([40 * 86_400_000]));
  });

  test('stops quietly when nobody reads on', () => {
    const command = `"${process.execPath}" cli/bin.js province --people 200000 --seed 1 | head -n 1`;
    const { stdout, stderr, status } = spawnSync('bash', ['-o', 'pipefail', '-c', command], {
      encoding: 'utf8',
    });
    assert.equal(stdout.split('\n').length, 2);
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });

  for (const args of [
    [],
    ['--people', '0', '--seed', '1'],
    ['--people', '1.5', '--seed', '1'],
    ['--people', '100000001', '--seed', '1'],
    ['--people', '10', '--seed', '-1'],
    ['--people', '10', '--seed', '1', '--day', '2021-02-30'],
    ['--people', '10', '--seed', '1', '--lists', '-'],
    ['--people', '10', '--seed', '1', '--colour', 'red'],
  ])
    test(`refuses ${args.join(' ') || 'no arguments'} as wrong usage`, async () => {
      await assert.rejects(province.run(args), /--|option/);
    });
});
