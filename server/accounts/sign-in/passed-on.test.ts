import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createBrowser, signIn, walk } from '../../../test/identity.ts';
import { NUMBERS } from '../../../test/service.ts';
import { accountWith, signInSuite, verified } from '../../../test/sign-in-suite.ts';
import { until } from '../../../test/until.ts';
import { bindPerson } from '../../applications/holdings/bind-person.ts';
import { holdingsOf } from '../../applications/holdings/store.ts';
import { addKin, lockPerson } from '../../people/store.ts';

const PHONE = 'phone';

const ACCOUNTS = [accountWith('one', verified(NUMBERS[0]))];

describe('an account that has a code', () => {
  const { identity, service, begin, outcome, sessionOf, signedIn, describeOf, personOf, bind } =
    signInSuite(ACCOUNTS);

  test('shows the code of the account, until the document is another person’s', async () => {
    identity.accounts = [...identity.accounts, accountWith(PHONE, verified(NUMBERS[2]))];
    const owner = await personOf(NUMBERS[2]);
    const { accountId } = sessionOf(await signIn(service.url, PHONE))!;
    await bind(accountId, owner);
    const old = await signIn(service.url, PHONE);
    assert.equal((sessionOf(old) as { personId?: string }).personId, owner);
    await personOf(NUMBERS[3]);
    const passOn = (claims: object) => {
      identity.accounts = identity.accounts.map((one) =>
        one.id === PHONE ? accountWith(PHONE, claims) : one,
      );
    };
    for (const number of [NUMBERS[3], '339900199001010054']) {
      passOn(verified(NUMBERS[2]));
      await bind(accountId, owner);
      const before = await signIn(service.url, PHONE);
      passOn(verified(number));
      const after = await signIn(service.url, PHONE);
      assert.equal((sessionOf(after) as { personId?: string }).personId, undefined);
      await until(async () => (await describeOf(before)).kind === 'none', 1_000);
      assert.equal((await describeOf(after)).kind, 'citizen');
    }
    assert.equal((await describeOf(old)).kind, 'none');
  });

  test('is on record as not holding the code any more, once its document is another person’s', async () => {
    identity.accounts = [...identity.accounts, accountWith('passing', verified(NUMBERS[2]))];
    const { app } = service.installation.store;
    const personId = await personOf(NUMBERS[2]);
    const { accountId } = sessionOf(await signIn(service.url, 'passing'))!;
    await app.transaction(async (db) => {
      await lockPerson(db, personId);
      await bindPerson(db, { accountId, personId, way: 'claims' }, Date.now());
    });
    identity.accounts = [...identity.accounts.slice(0, -1), accountWith('passing', verified(NUMBERS[3]))];
    await signIn(service.url, 'passing');
    const last = (await holdingsOf(app, personId)).at(-1);
    assert.deepEqual([last?.accountId, last?.reason], [accountId, 'other-document']);
  });

  test('shows the code also with a second document of the same person', async () => {
    const [owner, kin] = [await personOf(NUMBERS[0]), await personOf(NUMBERS[1])];
    const both = [
      { personId: owner, kinId: kin },
      { personId: kin, kinId: owner },
    ];
    await addKin(service.installation.store.app, both, Date.now(), Date.now() + 1_000);
    identity.accounts = [...identity.accounts, accountWith('two-papers', verified(NUMBERS[0]))];
    await bind(sessionOf(await signIn(service.url, 'two-papers'))!.accountId, owner);
    identity.accounts = [...identity.accounts.slice(0, -1), accountWith('two-papers', verified(NUMBERS[1]))];
    const session = sessionOf(await signIn(service.url, 'two-papers'));
    assert.equal((session as { personId?: string }).personId, owner);
  });

  test('is refused when a document was verified before and none is now', async () => {
    identity.accounts = [...identity.accounts, accountWith('lapsed', verified(NUMBERS[1]))];
    const cookie = await signIn(service.url, 'lapsed');
    identity.accounts = [...identity.accounts.slice(0, -1), accountWith('lapsed', {})];
    const browser = createBrowser();
    assert.equal(outcome(await walk(browser, begin(), 'lapsed')), '/?signin=unverified');
    assert.equal(signedIn(browser), undefined);
    assert.equal((await describeOf(cookie)).kind, 'citizen');
  });
});
