import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseSign } from '../../../credential/cose/sign.ts';
import {
  decodeKeyList,
  encodeKeyList,
  type KeyListContent,
} from '../../../credential/trust/key-list-content.ts';
import { USUAL_PARAMETERS } from '../../../credential/trust/parameters.ts';
import { encodeRuleBundle, type RuleBundleContent } from '../../../credential/trust/rule-bundle.ts';
import { HOUR_MS, type Instant } from '../../../domain/time.ts';
import { readKeyFiles } from '../../../signer/keys/key-file.ts';
import { makeKeyPair } from '../../../signer/keys/key-pair.ts';
import { signByMany } from '../../../signer/keys/sign-by-many.ts';
import { freshDatabase } from '../../../test/database.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { makeRoot } from '../../../test/trust.ts';
import { script, sql } from '../../platform/db/sql.ts';
import { openRuleBook } from '../../rules/rule-book.ts';
import { addInForce, addPackage, packageText } from '../../rules/store.ts';
import { foundTrust, readFounded } from './found.ts';
import { openTrust } from './open-trust.ts';
import { publishKeyList, publishRuleBundle } from './publish.ts';
import { addKeyList, addRuleBundle, keyLists } from './store.ts';
import { OFFLINE_FOLDER, SIGNER_FOLDER } from './trust-folder.ts';

type Site = Parameters<typeof publishKeyList>[0];

const NOW: Instant = Date.UTC(2021, 0, 20);
const recorded = { recordedAt: NOW, recordedBy: 'test' };

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
test('a province sets its parameters before it founds, or is told what is wrong with them', () => {
  const folder = join(temporaryFolder(), 'trust');
  const found = (parameters: string) => {
    writeFileSync(`${folder}-parameters.json`, parameters);
    foundTrust(folder, [], NOW);
  };
  for (const wrong of ['{', '{"epochSeconds":1}', '{"colour":1}'])
    assert.throws(() => found(wrong), /trust-parameters\.json holds no parameters/);
  assert.ok(!existsSync(folder));
  found('{"epochSeconds":7200,"onlineSeconds":30}');
  const { parameters } = decodeKeyList(parseSign(readFounded(folder, []).keyList)!.payload)!;
  assert.deepEqual(parameters, { ...USUAL_PARAMETERS, epochSeconds: 7_200, onlineSeconds: 30 });
});

describe('a new installation', () => {
  const restoring = { database: freshDatabase(), folder: join(temporaryFolder(), 'keys', 'trust') };
  const database = freshDatabase();
  const folder = join(temporaryFolder(), 'keys', 'trust');
  const open = () => openTrust(database.app, folder, NOW);
  const offline = (use: 'root' | 'rules') =>
    readKeyFiles(join(folder, OFFLINE_FOLDER)).filter((key) => key.use === use);

  test('gets a root, keys and signed rules, once, however many begin at the same time', async () => {
    const books = await Promise.all([open(), open(), open()]);
    const [list] = books.map((book) => book.keys());
    for (const book of books) assert.deepEqual(book.keys().bytes, list!.bytes);
    assert.deepEqual([list!.version, list!.province, list!.root.threshold], [1, '33', 2]);
    const uses = list!.keys.map(({ use, suite }) => `${use} ${suite}`);
    assert.deepEqual(uses.slice(3), ['pass ES256', 'pass SM2', 'status ES256', 'delta ES256']);
    assert.deepEqual([offline('root').length, offline('rules').length], [3, 3]);
    assert.deepEqual(readdirSync(join(folder, '..')), ['trust']);
    const bundle = books[0]!.ruleBundle(1);
    assert.equal(bundle?.id, 'zj-2021-01');
    assert.equal(new TextDecoder().decode(bundle.rules), await packageText(database.app, 'zj-2021-01'));
  });

  test('has no private key of the root or the rules where the signer is', () => {
    assert.deepEqual(
      readKeyFiles(join(folder, SIGNER_FOLDER)).map(({ use }) => use),
      ['delta', 'pass', 'pass', 'status'],
    );
  });

  test('goes on without the offline keys', async () => {
    const keys = offline('root');
    assert.equal(keys.length, 3);
    const other = join(temporaryFolder(), 'trust');
    rmSync(other, { recursive: true, force: true });
    // Another folder pins another root, and takes nothing from this database.
    await assert.rejects(openTrust(database.app, other, NOW), /does not say which root is trusted/);
    assert.ok(!existsSync(other));
  });

  test('goes on from the newest list and the newest rules when its database is restored to before them', async () => {
    const { database: restored, folder: other } = restoring;
    const first = await openTrust(restored.app, other, NOW);
    const site = { store: restored, trust: first, trustFolder: other } as unknown as Site;
    const holders = (use: 'root' | 'rules') =>
      readKeyFiles(join(other, OFFLINE_FOLDER))
        .filter((key) => key.use === use)
        .slice(0, 2);
    for (const version of [2, 3]) {
      const content: KeyListContent = { ...first.keys(), version };
      await publishKeyList(site, signByMany(encodeKeyList(content), holders('root')), NOW, 'test');
    }
    const rules = new TextEncoder().encode((await packageText(restored.app, 'zj-2021-01'))!);
    const bundle = { id: 'zj-2021-01', number: 2, inForceFrom: NOW + HOUR_MS, rules };
    for (const issuedAt of [NOW, NOW + 1_000])
      await publishRuleBundle(
        site,
        signByMany(encodeRuleBundle({ ...bundle, issuedAt }), holders('rules')),
        NOW,
        'test',
      );
    const published = [first.keys().bytes, first.ruleBundle(2)!.bytes];
    for (const table of [
      'key_list where version > 1',
      'rule_bundle where number > 1',
      'rules_in_force where number > 1',
    ])
      await restored.owner.change(script(`delete from ${table}`));
    const later = NOW + 2 * HOUR_MS;
    const book = await openTrust(restored.app, other, later);
    assert.equal(book.keys().version, 3);
    assert.deepEqual([book.keys().bytes, book.ruleBundle(2)!.bytes].map(hex), published.map(hex));
    assert.equal((await openRuleBook(restored.app, book)).numberAt(later), 2);
    assert.deepEqual(
      (await keyLists(restored.app)).map(({ number }) => number),
      [1, 2, 3],
    );
    writeFileSync(
      join(other, 'key-list-4.cose'),
      signByMany(encodeKeyList({ ...first.keys(), version: 4 }), makeRoot()),
    );
    await assert.rejects(
      openTrust(restored.app, other, later),
      /key list 4 .* does not follow .*: not-signed/,
    );
  });

  test('takes no list that does not follow from the root that it pins', async () => {
    const { keys: _, ...book } = await open();
    assert.ok(book);
    const held = (await open()).keys();
    const next: KeyListContent = { ...held, version: 2 };
    const bytes = signByMany(encodeKeyList(next), makeRoot());
    await addKeyList(database.app, 2, { message: bytes, ...recorded });
    await assert.rejects(open(), /does not follow from the pinned root: not-signed/);
    await database.owner.change(sql`delete from key_list where version = 2`);
    writeFileSync(join(folder, 'ignored.txt'), '');
    assert.equal((await open()).keys().version, 1);
  });
});

describe('the rule book', () => {
  const database = freshDatabase();
  const folder = join(temporaryFolder(), 'keys', 'trust');
  const inForceFrom = NOW + HOUR_MS;
  const ruling = () => readKeyFiles(join(folder, OFFLINE_FOLDER)).filter(({ use }) => use === 'rules');

  async function bundleOf(changes: Partial<RuleBundleContent> = {}): Promise<RuleBundleContent> {
    const text = (await packageText(database.app, 'zj-2021-01'))!;
    const rules = new TextEncoder().encode(text);
    return { id: 'zj-2021-01', number: 2, inForceFrom, issuedAt: NOW, rules, ...changes };
  }

  test('refuses a package that too few have signed, or that says something else, and takes the one that is right', async () => {
    const trust = await openTrust(database.app, folder, NOW);
    const book = await openRuleBook(database.app, trust);
    assert.equal(book.numberAt(NOW), 1);
    await addInForce(database.app, { number: 2, rules: 'zj-2021-01', inForceFrom, recordedAt: NOW });
    await assert.rejects(book.refresh(), /number 2\) may not decide: the province has not signed it/);
    const [one, two, three] = ruling();
    const stranger = makeKeyPair('ES256');
    const wrong = [
      signByMany(encodeRuleBundle(await bundleOf()), [one!, one!, stranger]),
      signByMany(encodeRuleBundle(await bundleOf()), readKeyFiles(join(folder, SIGNER_FOLDER))),
      signByMany(encodeRuleBundle(await bundleOf({ number: 1 })), [one!, two!]),
      signByMany(encodeRuleBundle(await bundleOf({ inForceFrom: NOW })), [one!, two!]),
      signByMany(encodeRuleBundle(await bundleOf({ id: 'other' })), [one!, two!]),
    ];
    for (const [i, message] of wrong.entries()) {
      await addRuleBundle(database.app, { number: 2, revision: i + 1 }, { message, ...recorded });
      await assert.rejects(book.refresh(), /may not decide/, `bundle ${i}`);
      assert.equal(book.numberAt(inForceFrom), 1);
      await database.owner.change(sql`delete from rule_bundle where number = 2`);
      await trust.refresh();
    }
    const message = signByMany(encodeRuleBundle(await bundleOf()), [two!, three!]);
    await addRuleBundle(database.app, { number: 2, revision: 1 }, { message, ...recorded });
    assert.equal(await book.refresh(), true);
    assert.deepEqual([book.numberAt(NOW), book.numberAt(inForceFrom)], [1, 2]);
  });

  test('takes nothing of a package from where it is not signed', async () => {
    const trust = await openTrust(database.app, folder, NOW);
    const spoilt = (await packageText(database.app, 'zj-2021-01'))!.replace('"zj-2021-01"', '"zj-2021-01" ');
    await addPackage(database.app, 'spoilt', Buffer.alloc(32), spoilt, NOW);
    await addInForce(database.app, { number: 3, rules: 'spoilt', inForceFrom, recordedAt: NOW });
    const [one, two] = ruling();
    const rules = new TextEncoder().encode(spoilt);
    const bundle = await bundleOf({ number: 3, rules });
    const message = signByMany(encodeRuleBundle(bundle), [one!, two!]);
    await addRuleBundle(database.app, { number: 3, revision: 1 }, { message, ...recorded });
    await assert.rejects(openRuleBook(database.app, trust), /number 3\) may not decide/);
  });
});
