import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { PURPOSES, type Purpose } from './key-file.ts';
import { createKeyRing } from './key-ring.ts';
import { addVersion, keyStates, promote, retire } from './rotation.ts';

const root = temporaryFolder();
const AT = Date.UTC(2021, 0, 1);
const later = (seconds: number) => AT + seconds * 1_000;
const freshFolder = () => join(mkdtempSync(join(root, 'ring-')), 'keys');

/** The folder of a new ring, made at AT. */
function freshRing(): string {
  const folder = freshFolder();
  createKeyRing(folder, { at: AT });
  return folder;
}

const statesOf = (folder: string, purpose: Purpose) =>
  keyStates(folder).flatMap((key) => (key.purpose === purpose ? [`${key.version} ${key.state}`] : []));

describe('a rotation', () => {
  test('goes through coming, current, former and retired, and a number is never used again', () => {
    const folder = freshRing();
    assert.deepEqual(statesOf(folder, 'phone'), ['1 current']);
    assert.equal(addVersion(folder, 'phone', { at: later(0) }), 2);
    assert.deepEqual(statesOf(folder, 'phone'), ['1 current', '2 coming']);
    assert.equal(promote(folder, 'phone', { at: later(60) }), 2);
    assert.deepEqual(statesOf(folder, 'phone'), ['1 former', '2 current']);
    assert.equal(addVersion(folder, 'phone', { at: later(60) }), 3);
    assert.equal(promote(folder, 'phone', { at: later(120) }), 3);
    retire(folder, 'phone', 2, { at: later(180) });
    assert.deepEqual(statesOf(folder, 'phone'), ['1 former', '2 retired', '3 current']);
    assert.equal(addVersion(folder, 'phone', { at: later(180) }), 4);
    assert.deepEqual(statesOf(folder, 'document'), ['1 current']);
  });

  test('deletes the key that it retires, and no other', () => {
    const folder = freshRing();
    addVersion(folder, 'phone', { at: AT });
    promote(folder, 'phone', { at: later(60) });
    const keys = () =>
      [...readFileSync(join(folder, 'phone.json'), 'utf8').matchAll(/"key": "([^"]+)"/g)].map(
        ([, key]) => key,
      );
    const [first, second] = keys();
    retire(folder, 'phone', 1, { at: later(120) });
    assert.deepEqual(keys(), [second]);
    assert.ok(!readFileSync(join(folder, 'phone.json'), 'utf8').includes(first!));
  });

  test('tells states with their times and without keys', () => {
    const folder = freshRing();
    addVersion(folder, 'digest', { at: later(5), suite: 'sm4-sm3' });
    promote(folder, 'digest', { at: later(70) });
    const states = keyStates(folder);
    assert.deepEqual([...new Set(states.map(({ purpose }) => purpose))], [...PURPOSES]);
    assert.deepEqual(
      states.filter(({ purpose }) => purpose === 'digest'),
      [
        {
          purpose: 'digest',
          version: 1,
          suite: 'aes-256-gcm',
          state: 'former',
          createdAt: '2021-01-01T00:00:00.000Z',
          since: '2021-01-01T00:01:10.000Z',
        },
        {
          purpose: 'digest',
          version: 2,
          suite: 'sm4-sm3',
          state: 'current',
          createdAt: '2021-01-01T00:00:05.000Z',
          since: '2021-01-01T00:01:10.000Z',
        },
      ],
    );
    assert.ok(states.every((state) => !('key' in state)));
  });

  test('keeps the suite unless another is asked for', () => {
    const folder = freshFolder();
    createKeyRing(folder, { at: AT, suite: 'sm4-sm3' });
    addVersion(folder, 'token', { at: AT });
    addVersion(folder, 'phone', { at: AT, suite: 'aes-256-gcm' });
    const suites = keyStates(folder).filter(({ version }) => version === 2);
    assert.deepEqual(
      suites.map(({ purpose, suite }) => [purpose, suite]),
      [
        ['phone', 'aes-256-gcm'],
        ['token', 'sm4-sm3'],
      ],
    );
  });

  const refusals: readonly (readonly [what: string, (folder: string) => unknown, about: RegExp])[] = [
    [
      'a second coming version',
      (folder) => [1, 2].map(() => addVersion(folder, 'phone', { at: AT })),
      /coming/,
    ],
    [
      'to promote when nothing is coming',
      (folder) => promote(folder, 'phone', { at: later(999) }),
      /no coming/,
    ],
    ['to retire the current version', (folder) => retire(folder, 'phone', 1, { at: later(999) }), /current/],
    [
      'to retire a version that is not there',
      (folder) => retire(folder, 'phone', 9, { at: later(999) }),
      /missing/,
    ],
    [
      'to retire a coming version',
      (folder) => {
        addVersion(folder, 'phone', { at: AT });
        retire(folder, 'phone', 2, { at: later(999) });
      },
      /coming/,
    ],
    [
      'to retire a version twice',
      (folder) => {
        addVersion(folder, 'phone', { at: AT });
        promote(folder, 'phone', { at: later(60) });
        retire(folder, 'phone', 1, { at: later(120) });
        retire(folder, 'phone', 1, { at: later(999) });
      },
      /retired/,
    ],
    [
      'to promote before every process can have read the coming version',
      (folder) => {
        addVersion(folder, 'phone', { at: AT });
        promote(folder, 'phone', { at: later(59.999) });
      },
      /wait until 2021-01-01T00:01:00.000Z/,
    ],
    [
      'to retire before every process can have read that it is former',
      (folder) => {
        addVersion(folder, 'phone', { at: AT });
        promote(folder, 'phone', { at: later(60) });
        retire(folder, 'phone', 1, { at: later(119.999) });
      },
      /wait until 2021-01-01T00:02:00.000Z/,
    ],
  ];
  for (const [what, work, about] of refusals) {
    test(`refuses ${what}, changes nothing, and can go on`, () => {
      const folder = freshRing();
      let before = '';
      assert.throws(
        () => {
          try {
            work(folder);
          } finally {
            before = readFileSync(join(folder, 'phone.json'), 'utf8');
          }
        },
        { code: 'refused', message: about },
      );
      assert.equal(readFileSync(join(folder, 'phone.json'), 'utf8'), before);
      addVersion(folder, 'carrier');
    });
  }

  test('need not wait where somebody says so', () => {
    const folder = freshRing();
    addVersion(folder, 'phone', { at: AT });
    promote(folder, 'phone', { at: AT, settleSeconds: 0 });
    retire(folder, 'phone', 1, { at: AT, settleSeconds: 0 });
    assert.deepEqual(statesOf(folder, 'phone'), ['1 retired', '2 current']);
  });

  test('is refused in a folder that others can reach, and where another change is under way', () => {
    const folder = freshRing();
    writeFileSync(join(folder, '.lock'), '');
    assert.throws(() => addVersion(folder, 'phone'), { code: 'busy', message: /\.lock/ });
    rmSync(join(folder, '.lock'));
    chmodSync(folder, 0o755);
    assert.throws(() => addVersion(folder, 'phone'), { code: 'exposed' });
    assert.throws(() => keyStates(folder), { code: 'exposed' });
  });
});

test('a rotation by root leaves the files to the owner of the folder, so that the service can read them', {
  skip: process.geteuid?.() !== 0 && 'only root can give files away',
}, () => {
  const folder = freshRing();
  const NOBODY = 65_534;
  for (const name of ['', ...readdirSync(folder)]) chownSync(join(folder, name), NOBODY, NOBODY);
  addVersion(folder, 'phone');
  const { uid, gid, mode } = statSync(join(folder, 'phone.json'));
  assert.deepEqual([uid, gid, mode & 0o777], [NOBODY, NOBODY, 0o600]);
});
