import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { applicationWith, applyingService } from '../../../test/applying.ts';
import { NUMBERS } from '../../../test/service.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { until } from '../../../test/until.ts';
import { personOfAccount } from '../../accounts/store.ts';
import { grantAllDue } from '../../applications/recoveries/grant-due.ts';
import { RECOVERY_WAIT_MS } from '../../applications/recoveries/recoveries.ts';
import { disableClient } from '../../clients/disable-client.ts';
import { registerClient } from '../../clients/register-client.ts';
import { findRegistration } from '../../clients/store.ts';
import { addCard, cardsOf } from '../../passes/cards/store.ts';
import { addPhone, livePhones } from '../../passes/phones/store.ts';
import { addSlot, endSlot } from '../../passes/slots/add-slot.ts';
import { addEpoch, endsOf } from '../../passes/slots/store.ts';
import { peopleById } from '../../people/store.ts';
import { script } from '../../platform/db/sql.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { createLog } from '../../platform/log/log.ts';
import { addRestoration, skipNumbers } from '../restorations/store.ts';
import { readEpochKeys } from './epoch-keys.ts';
import { keepRemovals } from './keep-removals.ts';
import { addRemovals, type Removal, readRemovals } from './removal-list.ts';
import { removeAgain } from './remove-again.ts';

const holder = (i: number) => {
  return { name: '王安娜', document: { type: 'resident-id', number: NUMBERS[i]! } } as const;
};
const CLIENT = {
  ...{ name: 'a system', scopes: [], sources: [], quotaPerSecond: 10, recordedBy: 'test' },
};

const NOTHING = { withdrawn: 0, barred: 0, ended: 0, unclear: [] };
const NO_SLOTS = { first: 0, end: 0 };

describe('what was taken away after the instant to which a database is restored', () => {
  const { service, citizen, again, applying } = applyingService();
  const { app, owner } = service.database;

  /** Somebody who shows a code, and what the list says that a database from before knows nothing of. */
  async function whoLeft(i: number) {
    const one = await citizen(holder(i));
    await one.call('POST', '/me/code', applicationWith());
    const { accountId } = one.session;
    const personId = (await personOfAccount(app, accountId))!;
    const withdrawalId = timeUuid(service.now);
    const removal: Removal = {
      ...{ what: 'withdrawal', withdrawalId, accountId, personIds: [personId], at: service.now },
    };
    return { one, accountId, personId, removal };
  }

  test('somebody who left leaves again, once', async () => {
    const { one, accountId, personId, removal } = await whoLeft(0);
    assert.deepEqual(await removeAgain(applying(), [removal]), { ...NOTHING, withdrawn: 1 });
    assert.deepEqual(await peopleById(app, [personId]), []);
    assert.equal(await personOfAccount(app, accountId), undefined);
    await again(one, holder(0)).call('POST', '/me/code', applicationWith());
    const anew = (await personOfAccount(app, accountId))!;
    assert.deepEqual(await removeAgain(applying(), [removal]), NOTHING);
    assert.equal((await peopleById(app, [anew])).length, 1);
  });

  test('an account that shows another code than it did then is left to a person', async () => {
    const { accountId, personId, removal } = await whoLeft(1);
    const other = { ...removal, personIds: [randomUUID()] };
    assert.deepEqual((await removeAgain(applying(), [other])).unclear, [accountId]);
    assert.equal((await peopleById(app, [personId])).length, 1);
  });

  test('an account that did not exist yet is none, and does not leave when it comes', async () => {
    const { accountId, removal } = await whoLeft(2);
    const unknown = { ...removal, withdrawalId: timeUuid(service.now), accountId: randomUUID() };
    assert.equal((await removeAgain(applying(), [unknown])).withdrawn, 0);
    const later = { ...unknown, accountId };
    assert.equal((await removeAgain(applying(), [later])).withdrawn, 0);
  });

  test('a client that was barred is barred again', async () => {
    const { clientId } = await registerClient(app, CLIENT, service.now);
    const removals = [clientId, 'nobody'].map(
      (one) => ({ what: 'client', clientId: one, at: service.now }) as const,
    );
    assert.equal((await removeAgain(applying(), removals)).barred, 1);
    assert.notEqual((await findRegistration(app, clientId))?.disabledAt, null);
  });

  test('is listed beside the backups, each once, and damage to the list is told', async () => {
    const folder = temporaryFolder();
    const log = createLog({ clock: Date.now, write: () => {}, onPersonalData: 'throw' });
    const keep = () => keepRemovals({ db: app, folder, clock: () => service.now, log, lookMs: 10 });
    const named = (clientId: string) =>
      readRemovals(folder).removals.filter((one) => one.what === 'client' && one.clientId === clientId)
        .length;
    const keeping = keep();
    const leaving = await whoLeft(3);
    await leaving.one.call('POST', '/me/withdrawal', { confirm: true });
    const { clientId } = await registerClient(app, CLIENT, service.now);
    await disableClient(app, clientId, service.now, 'test');
    const slot = await addSlot(
      app,
      { personId: leaving.personId, kind: 'phone', bearerId: randomUUID() },
      service.now,
    );
    await endSlot(app, leaving.personId, slot, service.now);
    const epoch = { epoch: 7, capacity: 9, cardCapacity: 8, sealedKey: Buffer.from('sealed') };
    await addEpoch(app, epoch, service.now);
    await until(() => named(clientId) === 1);
    await keeping.stop();
    await keep().stop();
    const { removals, unreadable } = readRemovals(folder);
    assert.equal(named(clientId), 1);
    assert.equal(unreadable, 0);
    assert.ok(removals.some((one) => one.what === 'slot' && one.slot === slot));
    assert.deepEqual(readEpochKeys(folder)?.epochs, [epoch]);
    const withdrawal = removals.find(
      (one) => one.what === 'withdrawal' && one.accountId === leaving.accountId,
    );
    assert.deepEqual(withdrawal?.what === 'withdrawal' && withdrawal.personIds, [leaving.personId]);
    assert.deepEqual((await removeAgain(applying(), removals)).unclear, []);
    // A crash in the middle of a line, after which the next process lists it again.
    const path = join(folder, 'removed.jsonl');
    truncateSync(path, readFileSync(path).length - 10);
    appendFileSync(path, '');
    assert.equal(readRemovals(folder).unreadable, 1);
    await keep().stop();
    assert.equal(readRemovals(folder).removals.length, removals.length);
  });

  test('phones and cards that had ended end again, once, and others stay', async () => {
    const personId = randomUUID();
    const folder = temporaryFolder();
    const add = async (kind: 'phone' | 'card', number: number) => {
      const bearerId = randomUUID();
      const slot = await addSlot(app, { personId, kind, bearerId }, service.now);
      const common = { personId, slot };
      const erase = service.now + 1e10;
      if (kind === 'phone') {
        const phone = { accountId: randomUUID(), publicKey: Buffer.alloc(33), sealedName: Buffer.alloc(1) };
        await addPhone(app, { ...common, ...phone, phoneId: bearerId, boundAt: service.now }, erase);
      } else {
        const card = {
          number,
          cardId: bearerId,
          sealedCard: Buffer.alloc(1),
          actor: 'test',
          authority: null,
        };
        const span = { issuedAt: service.now, expiresAt: service.now + 1_000 };
        await addCard(app, { ...common, ...card, ...span }, erase);
      }
      return slot;
    };
    const [gone, stays, card] = [await add('phone', 0), await add('phone', 0), await add('card', 1)];
    addRemovals(
      folder,
      [gone, card, 999_999_999].map((slot) => ({ what: 'slot', slot, at: service.now })),
    );
    const { removals } = readRemovals(folder);
    assert.deepEqual(await removeAgain(applying(), removals), { ...NOTHING, ended: 2 });
    assert.deepEqual(
      (await livePhones(app, personId)).map(({ slot }) => slot),
      [stays],
    );
    assert.deepEqual(
      (await cardsOf(app, personId)).map(({ reason }) => reason),
      ['cancelled'],
    );
    assert.deepEqual(
      (await endsOf(app, [gone, stays, card])).map(({ slot }) => slot).sort(),
      [gone, card].sort(),
    );
    assert.deepEqual(await removeAgain(applying(), removals), NOTHING);
  });

  test('a claim to a code waits anew for whoever may have contested it', async () => {
    const { personId } = await whoLeft(3);
    const second = await citizen(holder(3));
    await second.call('POST', '/me/code', applicationWith({ phone: '13900000002' }));
    const opened = service.now;
    service.now += RECOVERY_WAIT_MS - 1_000;
    const at = {
      ...{ restoredTo: opened + 1, restoredAt: service.now },
      ...{ slots: NO_SLOTS, cardSlots: NO_SLOTS },
    };
    await addRestoration(app, { restorationId: timeUuid(service.now), ...at });
    service.now += RECOVERY_WAIT_MS - 1;
    assert.equal(await grantAllDue(applying()), 0);
    assert.notEqual(await personOfAccount(app, second.session.accountId), personId);
    service.now += 1;
    await grantAllDue(applying());
    assert.equal(await personOfAccount(app, second.session.accountId), personId);
  });

  test('a number that may have been given out is not given out again', async () => {
    await owner.change(script('create sequence some_number; create sequence new_number'));
    await owner.rows(script(`select nextval('some_number')`));
    await skipNumbers(owner);
    const [next] = await owner.rows<{ some: number; fresh: number }>(
      script(`select nextval('some_number') as some, nextval('new_number') as fresh`),
    );
    assert.deepEqual(next, { some: 10_002, fresh: 10_002 });
  });
});
