import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stateEvidence } from '../../../api/evidence/evidence.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { applicationWith } from '../../../test/applying.ts';
import { createBrowser, signIn, walk } from '../../../test/identity.ts';
import { NUMBERS } from '../../../test/service.ts';
import { accountWith, residentDocument, signInSuite, verified } from '../../../test/sign-in-suite.ts';
import { until } from '../../../test/until.ts';
import { applyingAt } from '../../applications/applying.ts';
import { bindPerson } from '../../applications/holdings/bind-person.ts';
import { holdingsOf } from '../../applications/holdings/store.ts';
import { applicationOf } from '../../applications/read-application.ts';
import { grantAllDue } from '../../applications/recoveries/grant-due.ts';
import { addKin, lockPerson } from '../../people/store.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import { personOfAccount } from '../store.ts';

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
      await until(async () => (await describeOf(before)).kind === 'none');
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

  test('gives what one has claimed to nobody who has the account after them', async () => {
    const number = '339900199001010062';
    const apply = async (account: string) => {
      const response = await fetch(`${service.url}/api/v1/me/code`, {
        method: 'POST',
        headers: {
          cookie: await signIn(service.url, account),
          ...{ 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
        },
        body: JSON.stringify(applicationWith()),
      });
      return ((await response.json()) as { status: string }).status;
    };
    const [owner, phone] = [accountWith('owner', verified(number)), accountWith('sold', verified(number))];
    identity.accounts = [...identity.accounts, owner, phone];
    assert.deepEqual([await apply('owner'), await apply('sold')], ['active', 'pending']);
    const before = await signIn(service.url, 'sold');
    const { accountId } = sessionOf(await signIn(service.url, 'sold'))!;
    const { app } = service.installation.store;
    const keys = service.installation.keys;
    const statusOf = async () => (await applicationOf(app, keys, accountId, Date.now())).status;
    assert.equal(await statusOf(), 'pending', 'signing in again changes nothing');
    identity.accounts = [...identity.accounts.slice(0, -1), accountWith('sold', verified(NUMBERS[3]))];
    await signIn(service.url, 'sold');
    assert.equal(await statusOf(), 'none');
    await until(async () => (await describeOf(before)).kind === 'none');
    const later = applyingAt(service.installation, () => Date.now() + 4 * DAY_MS);
    assert.equal(await grantAllDue(later), 0);
    assert.equal(await personOfAccount(app, accountId), undefined);
  });

  test('shows the code also with a second document of the same person, as long as that is one', async () => {
    const [owner, kin] = [await personOf(NUMBERS[0]), await personOf(NUMBERS[1])];
    const both = [
      { personId: owner, kinId: kin },
      { personId: kin, kinId: owner },
    ];
    const personAfterSignIn = async (number: string) => {
      identity.accounts = [
        ...identity.accounts.filter(({ id }) => id !== 'two-papers'),
        accountWith('two-papers', verified(number)),
      ];
      const session = sessionOf(await signIn(service.url, 'two-papers')) as CitizenSession;
      return session;
    };
    const { accountId } = await personAfterSignIn(NUMBERS[0]);
    // What once joined the two documents holds no more.
    await addKin(service.installation.store.app, both, Date.now(), Date.now() + 1_000);
    await bind(accountId, owner);
    assert.equal((await personAfterSignIn(NUMBERS[1])).personId, undefined);
    const border = await service.clientOf({ scopes: ['evidence:write'], sources: ['border'] });
    const [document, sameAs] = [residentDocument(NUMBERS[0]), residentDocument(NUMBERS[1])];
    const record = { source: 'border', id: 'S-1', version: 1, person: { document } };
    const body = [{ ...record, kind: 'identity', data: { document, sameAs } }];
    assert.equal((await border.call(stateEvidence, { body })).accepted, 1);
    await bind(accountId, owner);
    assert.equal((await personAfterSignIn(NUMBERS[1])).personId, owner);
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
