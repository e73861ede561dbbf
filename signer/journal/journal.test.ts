import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { TYPESCRIPT } from '../../test/program.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { openJournal } from './journal.ts';
import type { Entry } from './record.ts';
import { verifyJournal } from './verify-journal.ts';

const root = temporaryFolder();
const NOW = Date.UTC(2021, 0, 20);
const clock = () => NOW;
const BROKEN = { code: 'broken' };

function entry(number: number, epoch = 7): Entry {
  const digest = createHash('sha256').update(`${epoch} ${number}`).digest();
  return { kind: 7, kid: Buffer.alloc(8, number), digest, epoch, number };
}

/** A journal of three files, with ten batches in all. */
async function written(name: string): Promise<string> {
  const folder = join(root, name);
  const journal = await openJournal(folder, clock, 500);
  for (let number = 1; number <= 10; number++) await journal.append([entry(number), entry(number, 8)]);
  await journal.close();
  return folder;
}

const files = (folder: string) => readdirSync(folder).sort();

describe('the journal of a signer', () => {
  test('has what was appended, and goes on where it ended', async () => {
    const folder = await written('goes-on');
    const before = verifyJournal(folder);
    assert.deepEqual([before.entries, before.firstFile, before.lastAt, before.isTorn], [20, 1, NOW, false]);
    assert.ok(before.files >= 3);
    const journal = await openJournal(folder, clock, 500);
    assert.equal(journal.head(), before.head);
    const follows = (number: number, epoch: number, other = number) =>
      journal.follow(epoch, number, entry(other, epoch).digest);
    assert.deepEqual(
      [follows(9, 7), follows(10, 8, 9), follows(10, 8), follows(1, 9)],
      [false, false, true, true],
    );
    assert.deepEqual([follows(11, 7), follows(11, 7, 12), follows(10, 7)], [true, false, false]);
    await journal.append([entry(11)]);
    await journal.close();
    const after = verifyJournal(folder);
    assert.equal(after.entries, 21);
    assert.notEqual(after.head, before.head);
  });

  test('writes together what comes at once, and all of it', async () => {
    const folder = join(root, 'at-once');
    const journal = await openJournal(folder, clock);
    await Promise.all(Array.from({ length: 300 }, (_, i) => journal.append([entry(i + 1)])));
    await journal.close();
    assert.equal(verifyJournal(folder).entries, 300);
    // A batch has a head of 12 bytes, an entry 49, a hash 32: 300 batches would take far more.
    assert.ok(readFileSync(join(folder, files(folder)[0]!)).length < 300 * 49 + 10 * (12 + 32) + 100);
  });

  test('shows each byte that was changed, wherever it is', async () => {
    const folder = await written('flipped');
    const copy = join(root, 'flipped-copy');
    mkdirSync(copy, { mode: 0o700 });
    for (const name of files(folder)) copyFileSync(join(folder, name), join(copy, name));
    for (const name of files(folder)) {
      const bytes = readFileSync(join(folder, name));
      for (let at = 0; at < bytes.length; at += 3) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1 << (at % 8);
        writeFileSync(join(copy, name), changed);
        // A length that is too great looks as if the end was missing; that shows too.
        assert.ok(isBrokenOrTorn(copy, verifyJournal(folder).entries), `${name} at ${at}`);
      }
      writeFileSync(join(copy, name), bytes);
    }
    assert.equal(verifyJournal(copy).entries, 20);
  });

  test('shows what was taken out, exchanged, or cut off', async () => {
    const folder = await written('cut');
    const [one, two] = files(folder).map((name) => join(folder, name)) as [string, string];
    const [first, second] = [readFileSync(one), readFileSync(two)];
    const { head } = verifyJournal(folder);
    writeFileSync(one, second);
    assert.throws(() => verifyJournal(folder), BROKEN);
    writeFileSync(one, first.subarray(0, -(12 + 2 * 49 + 32)));
    assert.throws(() => verifyJournal(folder), BROKEN);
    writeFileSync(one, first);
    rmSync(two);
    assert.throws(() => verifyJournal(folder), BROKEN);
    writeFileSync(two, second);
    rmSync(
      files(folder)
        .map((name) => join(folder, name))
        .at(-1)!,
    );
    assert.notEqual(verifyJournal(folder).head, head);
  });

  test('of which the beginning was put away is followed from its first file on', async () => {
    const folder = await written('archived');
    const { head } = verifyJournal(folder);
    rmSync(join(folder, files(folder)[0]!));
    assert.deepEqual([verifyJournal(folder).firstFile, verifyJournal(folder).head], [2, head]);
  });

  test('cuts off what a crash left half written, and goes on', async () => {
    const folder = await written('torn');
    const last = join(folder, files(folder).at(-1)!);
    const whole = readFileSync(last);
    const batch = whole.subarray(-(12 + 2 * 49 + 32));
    for (const length of [1, 11, 12, 40, batch.length - 1]) {
      writeFileSync(last, Buffer.concat([whole, batch.subarray(0, length)]));
      assert.equal(verifyJournal(folder).isTorn, true);
      await (await openJournal(folder, clock)).close();
      assert.deepEqual(readFileSync(last), whole);
    }
  });

  test('begins its last file again when a crash left only a part of its head', async () => {
    const folder = await written('half-head');
    const { head, files: count } = verifyJournal(folder);
    appendFileSync(join(folder, `${String(count + 1).padStart(8, '0')}.log`), 'HCJ1');
    const journal = await openJournal(folder, clock);
    assert.equal(verifyJournal(folder).entries, 20);
    assert.equal(journal.follow(7, 9, entry(9).digest), false);
    await journal.append([entry(11)]);
    await journal.close();
    assert.equal(verifyJournal(folder).entries, 21);
    assert.notEqual(verifyJournal(folder).head, head);
  });

  test('is not opened when its last file does not hold together', async () => {
    const folder = await written('not-opened');
    const last = join(folder, files(folder).at(-1)!);
    const bytes = readFileSync(last);
    bytes[bytes.length - 40]! ^= 1;
    writeFileSync(last, bytes);
    await assert.rejects(openJournal(folder, clock), BROKEN);
  });

  test('has all that it promised when the disk takes a part of it, and can be read when there is room again', () => {
    const folder = join(root, 'nearly-full');
    const script = join(import.meta.dirname, '../../test/faults/journal-on-full-disk.ts');
    // Files may have 2 KiB: a write beyond that is cut short first, and fails then.
    const run = `ulimit -f 2; exec "${process.execPath}" ${TYPESCRIPT.join(' ')} "${script}" "${folder}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', run], { encoding: 'utf8' });
    assert.equal(stdout, 'true false true\n', stderr);
    assert.deepEqual([verifyJournal(folder).entries, verifyJournal(folder).isTorn], [11, false]);
  });

  test('cuts off the zeros that a power cut left', async () => {
    const folder = await written('zeros');
    const last = join(folder, files(folder).at(-1)!);
    const whole = readFileSync(last);
    appendFileSync(last, Buffer.alloc(142));
    await (await openJournal(folder, clock)).close();
    assert.deepEqual(readFileSync(last), whole);
  });

  test('says so when it cannot be written, and when it can be again', async () => {
    const folder = join(root, 'full');
    const journal = await openJournal(folder, clock, 1);
    await journal.append([entry(1)]);
    rmSync(folder, { recursive: true });
    await assert.rejects(journal.append([entry(2)]));
    await assert.rejects(journal.append([entry(2)]));
    mkdirSync(folder, { mode: 0o700 });
    await journal.append([entry(2)]);
    await journal.close();
    assert.deepEqual([verifyJournal(folder).entries, verifyJournal(folder).firstFile], [1, 3]);
  });
});

function isBrokenOrTorn(folder: string, entries: number): boolean {
  try {
    const found = verifyJournal(folder);
    return found.isTorn && found.entries < entries;
  } catch (error) {
    return (error as { code?: string }).code === 'broken';
  }
}
