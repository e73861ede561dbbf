import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { splitSequence } from '../../credential/cbor/sequence.ts';
import { type GateFiles, writeGateFiles } from '../../test/gate-files.ts';
import { INJECTIONS } from '../../test/hostile/broken.ts';
import { objectionsToManners } from '../../test/hostile/objections.ts';
import { type Outcome, runAll } from '../../test/hostile/runs.ts';
import { onePassEach, PASS_AT } from '../../test/made-up-passes.ts';
import { namedKey, shownBy, textOf } from '../../test/pass-issuer.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';

const AT = '2021-03-01T10:00:02+08:00';
const phone = namedKey('phone');
const passes = onePassEach(phone.publicKey);
const { online, holder, group, paper } = passes;

/** The commands of this file are run one after another in one process, before the tests look at what they said. */
describe('healthcode pass read', () => {
  const folder = temporaryFolder();
  const outcomes = new Map<string, Outcome>();

  function jobsOf({ pass, keys, root, otherRoot, status }: GateFiles): Record<string, string[]> {
    const texts = [
      textOf(online, pass, phone, PASS_AT),
      textOf(holder, pass, phone, PASS_AT),
      textOf(group, pass, phone, PASS_AT),
      textOf(paper, pass, phone, PASS_AT),
      shownBy(phone, pass.issuePass(holder), PASS_AT - 20_000),
      shownBy(phone, pass.issuePass(holder), PASS_AT + 602_000),
      textOf({ ...holder, index: 8 }, pass, phone, PASS_AT),
      'hello',
    ];
    const file = join(folder, 'texts');
    writeFileSync(file, `${texts.join('\n')}\r\n\n`);
    const hostile = join(folder, 'hostile');
    writeFileSync(hostile, `${INJECTIONS.join('\n')}\nZJ1:\u001b[2J\n\n${'x'.repeat(100_000)}\n`);
    const notUtf8 = join(folder, 'not-utf8');
    writeFileSync(notUtf8, Buffer.from('5a4a313aff0a', 'hex'));
    const [base, head] = splitSequence(readFileSync(status))!;
    const exported = join(folder, 'exported');
    const listed = join(exported, 'trust', 'status');
    mkdirSync(listed, { recursive: true });
    writeFileSync(join(listed, String(holder.epoch)), base!);
    writeFileSync(join(listed, 'head'), head!);
    cpSync(keys, join(listed, 'README'));
    const broken = (name: string, content: Uint8Array) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const keyBytes = readFileSync(keys);
    const changed = keyBytes.with(keyBytes.length - 1, keyBytes.at(-1)! ^ 1);
    const gate = ['--keys', keys, '--at', AT];
    return {
      all: [file, ...gate, '--status', status, '--root', root],
      folder: [file, ...gate, '--status', exported],
      'no lists': [file, ...gate],
      'no keys': [file, '--at', AT],
      hostile: [hostile, ...gate, '--status', status],
      'not utf-8': [notUtf8, ...gate],
      'another root': [file, ...gate, '--root', otherRoot],
      'changed keys': [file, '--keys', broken('changed', changed), '--at', AT],
      'keys of last year': [file, '--keys', keys, '--at', '2022-03-01T10:00:00+08:00'],
      'no root': [file, ...gate, '--root', keys],
      'changed lists': [file, ...gate, '--status', broken('cut', base!.subarray(0, -1))],
      'keys for lists': [file, ...gate, '--status', keys],
      'no list': [file, ...gate, '--status', broken('empty', new Uint8Array(0))],
      'lists without keys': [file, '--status', status, '--at', AT],
      'two files': [file, file, ...gate],
      'a root without keys': [file, '--root', root],
      'no time': [file, '--keys', keys, '--at', 'today'],
      'no file': [join(folder, 'missing'), ...gate],
    };
  }

  before(() => {
    const people = new Map([
      [holder.index, 2 as const],
      [7, 3 as const],
      [8, 1 as const],
    ]);
    const jobs = jobsOf(writeGateFiles(folder, people, new Map([[paper.index, 2]])));
    const ran = runAll(
      'healthcode',
      Object.values(jobs).map((args) => ['pass', 'read', ...args]),
      folder,
    );
    for (const [i, name] of Object.keys(jobs).entries()) outcomes.set(name, ran[i]!);
  });

  const linesOf = (name: string) => {
    const { status, stdout, stderr } = outcomes.get(name)!;
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
    return stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
  };
  const briefly = (name: string) =>
    linesOf(name).map(({ form, outcome, reason }) => [form, outcome, reason].filter(Boolean).join(' '));

  test('says of each text what a gate concludes', () => {
    assert.deepEqual(briefly('all'), [
      'online yellow',
      'holder yellow',
      'group red',
      'paper yellow',
      'refused shown-too-long-ago',
      'refused phone-clock',
      'holder refused not-in-force',
      'refused unreadable',
    ]);
  });

  test('says all that a gate needs', () => {
    const [, , third, fourth, , sixth] = linesOf('all');
    assert.deepEqual(third, {
      ...{ line: 3, form: 'group' },
      ...{ issuedAt: '2021-03-01T10:00:00+08:00', expiresAt: '2021-03-01T15:00:00+08:00' },
      shownAt: '2021-03-01T10:00:00+08:00',
      ...{ outcome: 'red', words: { zh: '红码', en: 'Red code' } },
      members: [
        { colour: 'yellow', hint: 0xabc },
        { colour: 'red', hint: 0 },
        { colour: 'green', hint: 0xfff },
      ],
      ...{ identityCheck: false, rules: 12, statusAt: '2021-03-01T10:00:00+08:00' },
    });
    assert.deepEqual(fourth, {
      ...{ line: 4, form: 'paper' },
      ...{ issuedAt: '2021-03-01T10:00:00+08:00', expiresAt: '2021-03-31T10:00:00+08:00' },
      ...{ outcome: 'yellow', words: { zh: '黄码', en: 'Yellow code' } },
      members: [{ colour: 'yellow', hint: 0xabc }],
      ...{ identityCheck: true, rules: 12, statusAt: '2021-03-01T10:00:00+08:00' },
      ...{ name: '张*三', birthYear: 1948 },
    });
    assert.deepEqual(sixth, {
      ...{ line: 6, outcome: 'refused', reason: 'phone-clock', offsetSeconds: 600 },
      words: { zh: '手机时间快了10分钟', en: 'The clock of the phone is 10 minutes ahead' },
    });
  });

  test('reads the lists that were exported in a folder', () => {
    assert.deepEqual(linesOf('folder'), linesOf('all'));
  });

  test('without lists knows the colour of an online pass alone', () => {
    const said = briefly('no lists');
    assert.deepEqual(said.slice(0, 4), [
      'online green',
      'holder refused no-status',
      'group refused no-status',
      'paper refused no-status',
    ]);
  });

  test('without keys knows none', () => {
    assert.deepEqual([...new Set(briefly('no keys').slice(0, 7))], ['refused unknown-key']);
  });

  test('takes hostile lines for codes that cannot be read', () => {
    assert.deepEqual([...new Set(briefly('hostile'))], ['refused unreadable']);
    assert.deepEqual(objectionsToManners(outcomes.get('hostile')!), []);
    assert.deepEqual(briefly('not utf-8'), ['refused unreadable']);
  });

  for (const [name, fault] of [
    ['another root', /keys\.cose: is not signed by enough keys of the root/],
    ['changed keys', /changed: is not signed by enough keys of the root/],
    ['keys of last year', /keys\.cose: has expired at that time/],
    ['no root', /keys\.cose: names no root/],
    ['changed lists', /cut: is no signed list/],
    ['keys for lists', /keys\.cose: list 1: is no signed list/],
    ['no list', /empty: holds no list/],
    ['lists without keys', /status\.cose: list 1: is signed by a key that is not on the key list/],
    ['no file', /missing: cannot be read: no such file/],
  ] as const) {
    test(`has nothing to say: ${name}`, () => {
      const { status, stdout, stderr } = outcomes.get(name)!;
      assert.equal(status, 1);
      assert.equal(stdout, '');
      assert.match(stderr, fault);
    });
  }

  for (const [name, fault] of [
    ['two files', /one file at most/],
    ['a root without keys', /--root needs --keys/],
    ['no time', /--at must be/],
  ] as const) {
    test(`is used wrongly: ${name}`, () => {
      const { status, stderr } = outcomes.get(name)!;
      assert.equal(status, 2);
      assert.match(stderr, fault);
    });
  }
});
