import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { followKeyList } from '../../credential/trust/key-list.ts';
import { encodeKeyList } from '../../credential/trust/key-list-content.ts';
import { readPin } from '../../gate/pin.ts';
import { verify } from '../../gate/verify.ts';
import { openShelf } from '../../signer/keys/shelf.ts';
import { freshDatabase } from '../../test/database.ts';
import { type Outcome, runAll } from '../../test/hostile/runs.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { listBy, listed, makePair, makeRoot, signTogether } from '../../test/trust.ts';

const PACKAGE = join(import.meta.dirname, '../../rules/national-2022-06.json');

describe('those who run an installation', () => {
  const database = freshDatabase();
  const folder = temporaryFolder();
  const trust = join(folder, 'keys', 'trust');
  const at = (name: string) => join(folder, name);
  const offline = (use: string) =>
    readdirSync(join(trust, 'offline'))
      .filter((name) => name.startsWith(use))
      .map((name) => join(trust, 'offline', name));
  const run = (...commands: string[]): Outcome[] =>
    runAll(
      'healthcode',
      commands.map((command) => command.split(' ')),
      folder,
    );
  const linesOf = ({ stdout }: Outcome) =>
    stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const statuses = (outcomes: readonly Outcome[]) => outcomes.map(({ status }) => status);
  before(() => {
    process.env.DATABASE_URL = database.url;
    process.env.HEALTHCODE_KEYS = join(folder, 'keys');
  });

  test('add a key, take another out, and exchange one of the root, with the signatures of two holders', () => {
    const [shown, pass, root] = run(
      'trust show',
      `trust new-key pass --to ${join(trust, 'signer')} --suite SM2`,
      `trust new-key root --to ${at('holder')}`,
    ) as [Outcome, Outcome, Outcome];
    assert.deepEqual(statuses([shown, pass, root]), [0, 0, 0]);
    const lines = linesOf(shown);
    assert.deepEqual([lines[0].keyList, lines[0].threshold, lines.at(-1).rules], [1, 2, 'zj-2021-01']);
    const kidOf = (use: string) => lines.find((line) => line.use === use).kid as string;
    writeFileSync(at('pass.json'), pass.stdout);
    writeFileSync(at('root.json'), root.stdout);
    writeFileSync(at('first'), readFileSync(join(trust, 'key-list-1.cose')));
    const [one, two] = offline('root');
    writeFileSync(at('parameters.json'), '{"onlineSeconds":45}');
    const changes = `--parameters ${at('parameters.json')} --add ${at('pass.json')} --add ${at('root.json')} --drop ${kidOf('root')} --revoke ${kidOf('delta')}`;
    const holder = at(`holder/${readdirSync(at('holder'))[0]}`);
    const staying = [one, two, offline('root')[2]].filter((path) => !path!.includes(kidOf('root')));
    const outcomes = run(
      `trust draft-keys --out ${at('next')} --from 2026-01-01T00:00:00+08:00 ${changes}`,
      `trust sign ${at('next')} --key ${offline('rules')[0]}`,
      `trust sign ${at('next')} --key ${staying[0]}`,
      `trust publish ${at('next')}`,
      `trust sign ${at('next')} --key ${staying[0]}`,
      `trust publish ${at('next')}`,
      `trust sign ${at('next')} --key ${staying[1]}`,
      `trust sign ${at('next')} --key ${holder}`,
      `trust publish ${at('next')}`,
      `trust publish ${at('next')}`,
      `signer take-list ${at('first')} --keys ${join(trust, 'signer')}`,
      'trust show',
    );
    assert.deepEqual(statuses(outcomes), [0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0]);
    assert.match(outcomes[1]!.stderr, /a key of rules does not sign this; one of root does/);
    const read = linesOf(outcomes[2]!)[0];
    const signing = JSON.parse(pass.stdout);
    assert.equal(
      read.keys.find((key: { kid: string }) => key.kid === signing.kid).publicKey,
      signing.publicKey,
    );
    assert.ok(read.keys.find((key: { use: string }) => key.use === 'delta').revokedAt);
    assert.equal(read.parameters.onlineSeconds, 45);
    assert.ok(!read.roots.some((key: { kid: string }) => key.kid === kidOf('root')));
    for (const i of [3, 5]) assert.match(outcomes[i]!.stderr, /not published: not-signed/);
    assert.deepEqual(linesOf(outcomes[9]!), [{ version: 2 }], 'again, for a signer that does not have it');
    assert.match(outcomes[10]!.stderr, /does not follow version 2/);
    const after = linesOf(outcomes[11]!);
    assert.deepEqual(after.filter(({ use }) => use === 'root').length, 3);
    assert.equal(after.find(({ use }) => use === 'delta').state, 'revoked');
    assert.equal(after.find(({ kid }) => kid === JSON.parse(pass.stdout).kid).suite, 'SM2');
    // The signer goes by the list at once, and the new root is what it pins.
    const kid = openShelf(join(trust, 'signer')).find('pass', 'SM2', Date.parse('2026-02-01'))?.kid;
    assert.equal(Buffer.from(kid!).toString('hex'), JSON.parse(pass.stdout).kid);
    assert.equal(openShelf(join(trust, 'signer')).find('delta', 'ES256', Date.now()), undefined);
    const pin = readPin(readFileSync(join(trust, 'root.json'), 'utf8'))!;
    assert.ok(!('refused' in followKeyList(pin, readFileSync(at('next')), verify)));
  });

  test('put rules in force with the signatures of two holders, and sign them again before they revoke a key', () => {
    const [one, two] = offline('rules');
    const rulesKid = /rules-([0-9a-f]{16})/.exec(one!)![1];
    const outcomes = run(
      `trust draft-rules ${PACKAGE} --from 2030-01-01T00:00:00+08:00 --out ${at('rules')}`,
      `trust sign ${at('rules')} --key ${offline('root')[0]}`,
      `trust sign ${at('rules')} --key ${one}`,
      `trust publish ${at('rules')}`,
      `trust sign ${at('rules')} --key ${two}`,
      `trust publish ${at('rules')}`,
      `trust draft-keys --out ${at('without')} --revoke ${rulesKid}`,
      ...offline('root').map((path) => `trust sign ${at('without')} --key ${path}`),
      `trust publish ${at('without')}`,
    );
    assert.deepEqual(statuses(outcomes), [0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
    assert.match(outcomes[1]!.stderr, /a key of root does not sign this; one of rules does/);
    assert.match(outcomes[3]!.stderr, /not published: not-signed/);
    assert.deepEqual(linesOf(outcomes[5]!), [{ rules: 'national-2022-06', number: 2 }]);
    assert.match(outcomes.at(-1)!.stderr, /rule bundle [12] is not signed; sign that again before/);
    const [, other, third] = offline('rules');
    const again = run(
      ...[1, 2].flatMap((number) => [
        `trust draft-rules --again ${number} --out ${at(`again-${number}`)}`,
        `trust sign ${at(`again-${number}`)} --key ${other}`,
        `trust sign ${at(`again-${number}`)} --key ${third}`,
        `trust publish ${at(`again-${number}`)}`,
      ]),
      `trust publish ${at('without')}`,
      'trust show',
    );
    assert.deepEqual(statuses(again), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert.equal(linesOf(again.at(-1)!)[0].keyList, 3);
  });

  test('are told what is wrong with a file, and with a word', () => {
    writeFileSync(at('garbage'), Buffer.from([0xd8, 0x62, 0x84, 0x40, 0xa0]));
    // A key of somebody else under the name of one that the holders know.
    const [mine, yours] = [makePair(), makePair()];
    const list = listBy(makeRoot(), { keys: [{ ...listed(mine, 'pass'), publicKey: yours.publicKey }] });
    writeFileSync(at('epochs.json'), '{"epochSeconds":3600}');
    writeFileSync(at('misnamed'), signTogether(encodeKeyList(list), []));
    const outcomes = run(
      `trust publish ${at('garbage')}`,
      `trust sign ${at('garbage')} --key ${offline('root')[0]}`,
      `trust publish ${at('missing')}`,
      `trust sign ${at('misnamed')} --key ${offline('root')[0]}`,
      `trust sign ${at('next')} --key ${at('next')}`,
      `trust draft-keys --out ${at('x')} --add ${at('garbage')}`,
      `trust draft-keys --out ${at('x')} --revoke 0000000000000000`,
      `trust draft-keys --out ${at('x')} --threshold 4`,
      `trust draft-keys --out ${at('x')} --parameters ${at('epochs.json')}`,
      `trust draft-rules ${at('garbage')} --from 2030-01-01T00:00:00+08:00 --out ${at('x')}`,
      'trust new-key everything --to .',
      `signer verify-journal ${at('nowhere')}`,
    );
    assert.deepEqual(statuses(outcomes), [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 2, 1]);
    for (const { stderr } of outcomes) assert.doesNotMatch(stderr, /\n {4}at /);
  });
});
