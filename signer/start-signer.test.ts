import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { decodeCbor } from '../credential/cbor/decode.ts';
import { parseSign1 } from '../credential/cose/sign1.ts';
import { encodePass } from '../credential/passes.ts';
import { KEY_USES, type KeyUse } from '../credential/trust/keys.ts';
import { DAY_MS } from '../domain/time.ts';
import { onlinePassAt } from '../test/made-up-passes.ts';
import { temporaryFolder } from '../test/temporary-folder.ts';
import { listBy, listed, makeRoot, TRUST_AT, writeList, writeSignerFolder } from '../test/trust.ts';
import { until } from '../test/until.ts';
import { USUAL_BUDGET } from './budget.ts';
import { verifyJournal } from './journal/verify-journal.ts';
import { writeKeyFile } from './keys/key-file.ts';
import { kidOf, makeKeyPair } from './keys/key-pair.ts';
import { type Item, readFrames, writeFrame } from './socket/frames.ts';
import { type Alarm, OUTCOMES } from './socket/outcomes.ts';
import { type Signer, type SignerParts, startSigner } from './start-signer.ts';

const root = temporaryFolder();
const ROOT = makeRoot();
const PASS = makeKeyPair('ES256');
const DELTA = makeKeyPair('ES256');
const keys = [listed(PASS, 'pass'), listed(DELTA, 'delta')];
const LIST = listBy(ROOT, { keys });
const running: Signer[] = [];
after(() => Promise.all(running.map((signer) => signer.close())));

/** A folder with two keys. */
function folderOf(name: string): string {
  const folder = join(root, name);
  writeSignerFolder(folder, ROOT, LIST, [
    ['pass', PASS],
    ['delta', DELTA],
  ]);
  return folder;
}

async function start(folder: string, more: Partial<SignerParts> = {}) {
  const alarms: Alarm[] = [];
  const onAlarm = (alarm: Alarm) => alarms.push(alarm);
  const socket = join(folder, 's');
  const signer = await startSigner({ folder, socket, clock: () => TRUST_AT, onAlarm, ...more });
  running.push(signer);
  return { ...signer, socket, alarms, journal: join(folder, 'journal') };
}

/** Sends requests over the socket and waits for as many replies, alarms aside. */
async function ask(path: string, items: readonly Item[]): Promise<{ outcome: string; bytes: Buffer }[]> {
  const socket = connect(path);
  await once(socket, 'connect');
  const replies: { id: number; outcome: string; bytes: Buffer }[] = [];
  socket.on(
    'data',
    readFrames(
      (got) => {
        for (const { id, kind, bytes } of got)
          if (OUTCOMES[kind] !== 'alarm')
            replies.push({ id, outcome: OUTCOMES[kind]!, bytes: Buffer.from(bytes) });
      },
      () => assert.fail('no frames'),
    ),
  );
  socket.write(writeFrame(items));
  await until(() => replies.length === items.length);
  socket.destroy();
  return replies.sort((a, b) => a.id - b.id);
}

const pass = (id: number, use: KeyUse = 'pass', detail = 0): Item => ({
  ...{ id, kind: KEY_USES.indexOf(use), detail },
  bytes: encodePass(onlinePassAt(TRUST_AT, { index: id })),
});

describe('the signer', () => {
  test('signs many requests of one frame, each its own, and has all of them in its journal', async () => {
    const signer = await start(folderOf('many'));
    const replies = await ask(
      signer.socket,
      Array.from({ length: 600 }, (_, i) => pass(i + 1)),
    );
    for (const [i, { outcome, bytes }] of replies.entries()) {
      assert.equal(outcome, 'signed');
      const signed = parseSign1(bytes)!;
      assert.deepEqual(Buffer.from(signed.kid!), Buffer.from(kidOf(PASS)));
      assert.deepEqual(Buffer.from(signed.payload), Buffer.from(pass(i + 1).bytes));
    }
    assert.equal(verifyJournal(signer.journal).entries, 600);
    assert.equal(verifyJournal(signer.journal).head, signer.journalHead());
  });

  test('refuses another use, another suite and what is no pass, raises an alarm, and writes nothing down', async () => {
    const signer = await start(folderOf('other-use'));
    const broken = { ...pass(5), bytes: Uint8Array.of(1) };
    const asked = [pass(1, 'delta'), pass(2, 'rules'), pass(3, 'status'), pass(4, 'pass', 1), broken];
    const outcomes = (await ask(signer.socket, [...asked, { ...pass(6), kind: 99 }])).map(
      ({ outcome }) => outcome,
    );
    assert.deepEqual(outcomes, ['refused', 'refused', 'refused', 'away', 'refused', 'refused']);
    assert.equal(verifyJournal(signer.journal).entries, 0);
    assert.deepEqual(
      signer.alarms.map(({ what, use }) => `${what} ${use}`),
      ['refused delta', 'refused rules', 'refused status', 'refused pass'],
    );
  });

  test('signs no more than its budget, and raises an alarm', async () => {
    const budget = { ...USUAL_BUDGET, pass: { perSecond: 0.001, burst: 10 } };
    const signer = await start(folderOf('budget'), { budget });
    const replies = await ask(
      signer.socket,
      Array.from({ length: 15 }, (_, i) => pass(i + 1)),
    );
    const counted = (wanted: string) => replies.filter(({ outcome }) => outcome === wanted).length;
    assert.deepEqual([counted('signed'), counted('over-budget')], [10, 5]);
    assert.deepEqual(signer.alarms, [
      { what: 'over-budget', use: 'pass', why: 'more than may be signed', count: 1 },
    ]);
    assert.equal(verifyJournal(signer.journal).entries, 10);
  });

  test('takes its budget from its folder', async () => {
    const folder = folderOf('budget-file');
    writeFileSync(join(folder, 'budget.json'), '{"pass":{"perSecond":0,"burst":1}}');
    const signer = await start(folder);
    const replies = await ask(signer.socket, [pass(1), pass(2)]);
    assert.deepEqual(
      replies.map(({ outcome }) => outcome),
      ['signed', 'over-budget'],
    );
    await signer.close();
    writeFileSync(join(folder, 'budget.json'), '{"everything":{"perSecond":1e9,"burst":1e9}}');
    await assert.rejects(start(folder), { code: 'malformed' });
  });

  test('signs nothing while its journal cannot be written, and signs again when it can', async () => {
    const folder = folderOf('full');
    const signer = await start(folder, { segmentBytes: 1 });
    rmSync(signer.journal, { recursive: true });
    const [reply] = await ask(signer.socket, [pass(1)]);
    assert.equal(reply!.outcome, 'away');
    assert.equal(decodeCbor(reply!.bytes), undefined);
    assert.deepEqual(
      signer.alarms.map(({ what }) => what),
      ['journal'],
    );
  });

  test('works alone with its folder, and takes over the sockets that a killed one left', async () => {
    const folder = folderOf('alone');
    const signer = await start(folder);
    await assert.rejects(start(folder, { socket: join(folder, 't') }), { code: 'busy' });
    assert.equal(statSync(signer.socket).mode & 0o777, 0o600);
    await signer.close();
    assert.ok(!existsSync(signer.socket));
    for (const name of ['s', 'alone.sock']) leaveStale(join(folder, name));
    const next = await start(folder);
    assert.equal((await ask(next.socket, [pass(1)]))[0]!.outcome, 'signed');
  });

  test('lets the group of its account in where it is told to, and nobody else', async () => {
    const folder = folderOf('group');
    const signer = await start(folder, { reach: 'group' });
    assert.equal(statSync(signer.socket).mode & 0o777, 0o660);
    assert.equal(statSync(join(folder, 'alone.sock')).mode & 0o777, 0o600);
    assert.equal((await ask(signer.socket, [pass(1)]))[0]!.outcome, 'signed');
  });

  test('raises an alarm before the disk of its journal is full', async () => {
    const { alarms } = await start(folderOf('room'), { leastFreeBytes: Number.MAX_VALUE, lookMs: 20 });
    await until(() => alarms.length > 0);
    assert.equal(alarms[0]!.what, 'journal');
    assert.match(alarms[0]!.why, /nearly full/);
  });

  test('listens in a folder that lies deeper than the path of a socket may be long', async () => {
    const deep = join(root, 'a-folder-with-a-long-name'.repeat(2), 'and-another-one'.repeat(2));
    mkdirSync(deep, { recursive: true });
    const before = process.cwd();
    process.chdir(deep);
    try {
      const folder = join(deep, 'deep');
      writeSignerFolder(folder, ROOT, LIST, [['pass', PASS]]);
      const signer = await start(folder);
      assert.equal((await ask('deep/s', [pass(1)]))[0]!.outcome, 'signed');
      await signer.close();
    } finally {
      process.chdir(before);
    }
  });

  test('ends a connection that does not speak its language', async () => {
    const signer = await start(folderOf('garbage'));
    for (const bytes of [Buffer.from('GET / HTTP/1.1\r\n\r\n'), Buffer.from('0000000501020304ff', 'hex')]) {
      const socket = connect(signer.socket);
      socket.on('error', () => {});
      socket.write(bytes);
      await once(socket, 'close');
    }
    assert.equal((await ask(signer.socket, [pass(1)]))[0]!.outcome, 'signed');
  });

  test('goes over to the next key when that is in force, and follows the list', async () => {
    const folder = folderOf('rotation');
    let now = TRUST_AT;
    const signer = await start(folder, { clock: () => now, lookMs: 20 });
    const signedBy = async () => parseSign1((await ask(signer.socket, [freshPass(now)]))[0]!.bytes)?.kid;
    const next = makeKeyPair('ES256');
    writeKeyFile(folder, 'pass', next);
    const coming = listed(next, 'pass', { notBefore: TRUST_AT + 1_000 });
    writeList(folder, ROOT, { ...LIST, version: 2, keys: [...keys, coming] });
    assert.deepEqual(Buffer.from((await signedBy())!), Buffer.from(kidOf(PASS)));
    now += 1_000;
    await until(async () => Buffer.from((await signedBy())!).equals(kidOf(next)));
    writeList(folder, ROOT, { ...LIST, version: 3, keys: [...keys, { ...coming, revokedAt: now }] });
    await until(async () => Buffer.from((await signedBy())!).equals(kidOf(PASS)));
    writeList(folder, ROOT, { ...LIST, version: 2, keys: [...keys, coming] });
    await until(() => signer.alarms.some(({ what, why }) => what === 'keys' && /older/.test(why)));
    assert.deepEqual(Buffer.from((await signedBy())!), Buffer.from(kidOf(PASS)));
    now += 366 * DAY_MS;
    assert.equal((await ask(signer.socket, [freshPass(now)]))[0]!.outcome, 'away');
  });
});

describe('the folder of a signer', () => {
  const keyFile = (folder: string) =>
    join(folder, readdirSync(folder).find((name) => name.startsWith('pass-'))!);

  for (const [what, code, spoil] of [
    ['others may read a key', 'exposed', (folder) => chmodSync(keyFile(folder), 0o640)],
    ['others may enter it', 'exposed', (folder) => chmodSync(folder, 0o750)],
    ['others may read the pinned root', 'exposed', (folder) => chmodSync(join(folder, 'root.json'), 0o644)],
    ['the list is missing', 'missing', (folder) => rmSync(join(folder, 'key-list.cose'))],
    ['a key is cut off', 'malformed', (folder) => writeFileSync(keyFile(folder), '{"use":"pass"')],
    ['the root has not signed the list', 'malformed', (folder) => writeList(folder, makeRoot(), LIST)],
  ] as [string, string, (folder: string) => void][])
    test(`is refused when ${what}`, async () => {
      const folder = folderOf('refused');
      spoil(folder);
      await assert.rejects(start(folder), (error: Error & { code?: string }) => {
        assert.equal(error.code, code);
        assert.ok(!error.message.includes(Buffer.from(PASS.privateKey).toString('hex')));
        return true;
      });
    });

  test('is refused when a private key is put under the name of another', async () => {
    const folder = folderOf('exchanged');
    const delta = readdirSync(folder).find((name) => name.startsWith('delta-'))!;
    copyFileSync(join(folder, delta), keyFile(folder));
    const signer = await start(folder);
    assert.equal((await ask(signer.socket, [pass(1)]))[0]!.outcome, 'away');
  });
});

function freshPass(now: number): Item {
  return { ...pass(1), bytes: encodePass(onlinePassAt(now)) };
}

/** A socket with nobody behind it, as after a kill. */
function leaveStale(path: string): void {
  const script = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
  assert.ok(existsSync(path));
}
