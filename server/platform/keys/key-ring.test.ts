import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { TYPESCRIPT } from '../../../test/program.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { blindIndexes } from './blind-index.ts';
import { createDataKey, open, seal } from './envelope.ts';
import { KeyError, type KeyErrorCode } from './key-error.ts';
import { PURPOSES } from './key-file.ts';
import { createKeyRing, openKeyRing } from './key-ring.ts';

const root = temporaryFolder();
const freshFolder = () => join(mkdtempSync(join(root, 'ring-')), 'keys');
const namesIn = (folder: string) => readdirSync(folder).sort();
const FILES = [...PURPOSES.map((purpose) => `${purpose}.json`), 'ring.json'].sort();

/** Every key that stands in a folder, as its files have it. */
function keysIn(folder: string): string[] {
  return PURPOSES.map((purpose) => readFileSync(join(folder, `${purpose}.json`), 'utf8')).flatMap((text) =>
    [...text.matchAll(/"key": "([^"]+)"/g)].map(([, key]) => key!),
  );
}

/** The text of a key file with its one key in versions of these states. */
function withVersions(text: string, ...states: readonly string[]): string {
  const file = JSON.parse(text);
  const versions = states.map((state, i) => ({ ...file.versions[0], version: i + 1, state }));
  return JSON.stringify({ ...file, versions });
}

/** The change breaks the ring in this way, and neither the message nor anything else of the error has a key. */
function assertFault(
  folder: string,
  code: KeyErrorCode,
  about: RegExp,
  work = () => openKeyRing(folder),
  keys = keysIn(folder),
) {
  assert.throws(work, (error) => {
    assert.ok(error instanceof KeyError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, about);
    const shown = inspect(error, { depth: Infinity, showHidden: true }) + String(error.cause);
    for (const key of keys) assert.ok(!shown.includes(key.slice(0, 12)));
    return true;
  });
}

describe('a ring at first start', () => {
  test('gets a key of its own for every purpose, in files for their owner alone', () => {
    const folder = freshFolder();
    createKeyRing(folder);
    assert.deepEqual(namesIn(folder), FILES);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const name of FILES) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
    const keys = keysIn(folder);
    assert.equal(new Set(keys).size, PURPOSES.length);
    for (const key of keys) assert.equal(Buffer.from(key, 'base64').length, 32);
  });

  test('gives its owner alone access under any umask, and leaves the folders above as they would be', () => {
    const before = process.umask(0o022);
    try {
      const folder = join(freshFolder(), 'deeper');
      createKeyRing(folder);
      assert.equal(statSync(folder).mode & 0o777, 0o700);
      assert.equal(statSync(join(folder, '..')).mode & 0o777, 0o755);
    } finally {
      process.umask(before);
    }
  });

  test('can be made in an empty folder that was prepared', () => {
    const folder = freshFolder();
    mkdirSync(folder, 0o700);
    createKeyRing(folder);
    assert.deepEqual(namesIn(folder), FILES);
  });

  test('is of the suite that was asked for', () => {
    const ring = createKeyRing(freshFolder(), { suite: 'sm4-sm3' });
    for (const purpose of PURPOSES) assert.equal(ring.live(purpose)[0].suite, 'sm4-sm3');
  });
});

describe('a ring at a later start', () => {
  test('is the same ring, and no file is touched', () => {
    const folder = freshFolder();
    const first = createKeyRing(folder);
    const before = FILES.map((name) => statSync(join(folder, name), { bigint: true }).mtimeNs);
    const second = createKeyRing(folder, { suite: 'sm4-sm3' });
    assert.equal(second.id, first.id);
    assert.deepEqual(blindIndexes(second, 'phone', '1'), blindIndexes(first, 'phone', '1'));
    assert.deepEqual(
      FILES.map((name) => statSync(join(folder, name), { bigint: true }).mtimeNs),
      before,
    );
  });

  test('does not make anew what was lost', () => {
    for (const lost of FILES.filter((name) => name !== 'ring.json')) {
      const folder = freshFolder();
      createKeyRing(folder);
      rmSync(join(folder, lost));
      assert.throws(() => createKeyRing(folder), { code: 'missing', message: new RegExp(`no .*${lost}`) });
      assert.ok(!namesIn(folder).includes(lost));
    }
  });

  test('gets the keys of a purpose that is new with a release, and keeps its identity', () => {
    const folder = freshFolder();
    const { id } = createKeyRing(folder);
    const kept = readFileSync(join(folder, 'document.json'), 'utf8');
    const purposes = PURPOSES.filter((purpose) => purpose !== 'token');
    rmSync(join(folder, 'token.json'));
    writeFileSync(join(folder, 'ring.json'), JSON.stringify({ id, purposes: [...purposes, 'of-later'] }));
    assert.equal(createKeyRing(folder).id, id);
    assert.equal(readFileSync(join(folder, 'document.json'), 'utf8'), kept);
    const { purposes: now } = JSON.parse(readFileSync(join(folder, 'ring.json'), 'utf8'));
    assert.deepEqual(now.toSorted(), [...PURPOSES, 'of-later'].toSorted());
  });

  test('has another identity when everything was lost, so that a database can tell', () => {
    const folder = freshFolder();
    const { id } = createKeyRing(folder);
    rmSync(folder, { recursive: true });
    assert.throws(() => openKeyRing(folder), { code: 'missing' });
    assert.notEqual(createKeyRing(folder).id, id);
  });
});

test('processes that start at once end up with the same keys', async () => {
  const folder = freshFolder();
  const module = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const program = `
    import { createKeyRing } from ${module('./key-ring.ts')};
    import { blindIndexes } from ${module('./blind-index.ts')};
    process.stdout.write('ready\\n');
    process.stdin.once('data', () => {
      const ring = createKeyRing(${JSON.stringify(folder)});
      const indexes = ['document', 'phone', 'carrier'].map((purpose) => blindIndexes(ring, purpose, 'x')[0].toString('hex'));
      console.log(ring.id, ...indexes);
      process.exit();
    });
  `;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, [...TYPESCRIPT, '--input-type=module', '-e', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  );
  await Promise.all(children.map(({ stdout }) => new Promise((done) => stdout.once('data', done))));
  const told = children.map(async ({ stdout }) => Buffer.concat(await stdout.toArray()).toString());
  for (const { stdin } of children) stdin.write('go\n');
  const rings = await Promise.all(told);
  assert.match(rings[0]!, /^[\w-]{36}( [0-9a-f]{36}){3}\n$/);
  assert.equal(new Set(rings).size, 1, rings.join());
  assert.deepEqual(namesIn(folder), FILES);
});

describe('a ring is refused', () => {
  test('when others can read a file of it', () => {
    for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610, 0o777]) {
      const folder = freshFolder();
      createKeyRing(folder);
      chmodSync(join(folder, 'phone.json'), mode);
      assertFault(folder, 'exposed', /phone\.json.*chmod 600/);
      assertFault(folder, 'exposed', /phone\.json/, () => createKeyRing(folder));
    }
  });

  test('when others can reach its folder', () => {
    for (const mode of [0o750, 0o705, 0o711, 0o777]) {
      const folder = freshFolder();
      createKeyRing(folder);
      chmodSync(folder, mode);
      assertFault(folder, 'exposed', /chmod 700/);
      assertFault(folder, 'exposed', /chmod 700/, () => createKeyRing(folder));
    }
  });

  test('when a link leads to a file that others can read', () => {
    const folder = freshFolder();
    createKeyRing(folder);
    const outside = join(folder, '..', 'outside.json');
    writeFileSync(outside, readFileSync(join(folder, 'phone.json')), { mode: 0o644 });
    rmSync(join(folder, 'phone.json'));
    symlinkSync(outside, join(folder, 'phone.json'));
    assertFault(folder, 'exposed', /phone\.json/);
  });

  test('when an empty folder was prepared that others can reach, before any key is made', () => {
    const folder = freshFolder();
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    assert.throws(() => createKeyRing(folder), { code: 'exposed' });
    assert.deepEqual(namesIn(folder), []);
  });

  // biome-ignore format: a table reads better as a table
  const spoilings: readonly (readonly [what: string, spoil: (text: string) => string, about: RegExp])[] = [
    ['is cut off',                    (text) => text.slice(0, -20),                                /is not JSON/],
    ['is empty',                      () => '',                                                    /is not JSON/],
    ['has a stray character',         (text) => text.replace('"key": "', '"key": x"'),             /is not JSON/],
    ['has a key that is too short',   (text) => text.replace(/"key": "..../, '"key": "'),          /form.*key/],
    ['has a key that is no base64',   (text) => text.replace(/"key": "./, '"key": "*'),            /form.*key/],
    ['has a key of 256 bits and two', (text) => text.replace(/.="$/m, 'B="'),                      /form.*key/],
    ['has no key',                    (text) => text.replace(/,\s*"key": "[^"]*"/, ''),            /current and has no key/],
    ['has a suite that is none',      (text) => text.replace('aes-256-gcm', 'rot13'),              /form.*suite/],
    ['has a state that is none',      (text) => text.replace('current', 'lost'),                   /form.*state/],
    ['has no current version',        (text) => text.replace('current', 'former'),                 /0 current/],
    ['has a version 0',               (text) => text.replace('"version": 1', '"version": 0'),      /form.*version/],
    ['has a version 65536',           (text) => text.replace('"version": 1', '"version": 65536'),  /form.*version/],
    ['has a version twice',           (text) => text.replace(/(\{\s+"version"[^}]*\})/, '$1, $1'), /upwards/],
    ['has a field too many',          (text) => text.replace('"version"', '"x": 1, "version"'),    /form/],
    ['is of another purpose',         (text) => text.replace('"envelope"', '"phone"'),             /of the purpose phone/],
    ['has two coming versions',       (text) => withVersions(text, 'current', 'coming', 'coming'), /more than one coming/],
    ['has two current versions',      (text) => withVersions(text, 'current', 'current'),          /2 current/],
    ['retired a version with its key', (text) => withVersions(text, 'retired', 'current'),         /retired and has a key/],
    ['is an array',                   () => '[]',                                                  /form/],
  ];
  for (const [what, spoil, about] of spoilings) {
    test(`when a file ${what}`, () => {
      const folder = freshFolder();
      createKeyRing(folder);
      const path = join(folder, 'envelope.json');
      const text = readFileSync(path, 'utf8');
      const spoilt = spoil(text);
      assert.notEqual(spoilt, text);
      const keys = keysIn(folder);
      writeFileSync(path, spoilt);
      assertFault(folder, 'malformed', about, undefined, keys);
    });
  }

  test('when the file of the ring itself is spoilt', () => {
    const folder = freshFolder();
    createKeyRing(folder);
    writeFileSync(join(folder, 'ring.json'), '{"id":"","purposes":[]}');
    assertFault(folder, 'malformed', /ring\.json/);
    assertFault(folder, 'malformed', /ring\.json/, () => createKeyRing(folder));
  });
});

test('nothing that holds keys shows one when it is printed or turned into JSON', () => {
  const folder = freshFolder();
  const ring = createKeyRing(folder);
  const { key, wrapped } = createDataKey(ring, 'p');
  open(key, seal(key, 'x', 'c'), 'c');
  const held: unknown[] = [ring, { ring }, key, ...PURPOSES.flatMap((purpose) => ring.live(purpose))];
  const shown = held.flatMap((value) => [
    String(value),
    JSON.stringify(value),
    inspect(value),
    inspect(value, { depth: Infinity, showHidden: true, customInspect: false, getters: true }),
  ]);
  const secrets = keysIn(folder).flatMap((text) => [text, Buffer.from(text, 'base64').toString('hex')]);
  for (const secret of secrets)
    for (const text of shown) assert.ok(!text.replace(/[\s,]|0x/g, '').includes(secret.slice(0, 10)), text);
  for (const text of shown) assert.doesNotMatch(text, /<Buffer|Uint8Array|ArrayBuffer/);
  assert.equal(inspect(ring), `KeyRing ${ring.id}`);
  assert.equal(JSON.stringify(ring), JSON.stringify({ id: ring.id }));
  assert.ok(!shown.join().includes(wrapped.toString('hex').slice(0, 20)));
});
