import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type ApiClient, createClient } from '../../api/client.ts';
import { checkAtDoor } from '../../api/doors/checks.ts';
import { stateEvidence } from '../../api/evidence/evidence.ts';
import { discardQuarantinedRecord, listQuarantine } from '../../api/evidence/quarantine.ts';
import { createPlaceRegister } from '../../domain/places/history.ts';
import { HOUR_MS, printInstant } from '../../domain/time.ts';
import { addVenue } from '../../server/doors/add-venue.ts';
import { registerDevice } from '../../server/doors/register-device.ts';
import { openInstallation } from '../../server/installation.ts';
import { createListImporter } from '../../server/places/import-list.ts';
import { timeUuid } from '../../server/platform/db/uuid.ts';
import { list, NONE } from '../imported-areas.ts';
import { APPLICATION, asking, type Reached, resident, type SignedIn, signInAt } from '../people-service.ts';
import { testPhone } from '../phone.ts';
import { look } from './looking.ts';
import { madeUpDocument, madeUpRecords } from './made-up-evidence.ts';
import { newClient } from './sending.ts';
import { startProcess } from './service-process.ts';
import type { Site } from './site.ts';

/** Tables that stay empty however much is done, and why. */
export const STAY_EMPTY: Readonly<Record<string, string>> = {
  everyone_share: 'holds the shares of a run of everybody again, which are gone when it has ended',
  restoration: 'is written by a restore',
};

/** Does with a service, by its own ways, whatever writes to a table, some of it twice, some of it undone. */
export async function doEverything(site: Site, databaseUrl: string, url: string): Promise<void> {
  const place = { place: { url: databaseUrl }, keysFolder: site.keysFolder };
  const installation = await openInstallation(place, Date.now(), { connections: 2 });
  try {
    const reached: Reached = { installation, service: { url } };
    const [api] = (await newClient(site, [url])) as [ApiClient];
    await deliverSome(api);
    await listAreas(installation);
    const anna = await withCode(reached, 1);
    await bindPhones(anna);
    for (const method of ['POST', 'DELETE', 'POST'] as const)
      await done(anna.send(method, '/me/card', method === 'POST' ? {} : undefined));
    await claim(reached, anna);
    await leave(reached);
    await comeToCounter(reached, anna);
    await askAtDoors(installation, url);
    const again = startProcess(site, ['reassess', '--all', '--rate', '10000']);
    assert.equal(await again.ended, 0, again.said());
  } finally {
    await installation.stop();
  }
}

async function deliverSome(api: ApiClient): Promise<void> {
  const records = madeUpRecords({ name: 'some', records: 60, people: 20, now: Date.now() });
  await api.call(stateEvidence, { body: records }, { idempotencyKey: randomUUID() });
  const strange = { ...records[0]!, id: 'strange', data: { result: 'perhaps' } };
  await api.call(stateEvidence, { body: [strange, { ...strange, id: 'stranger' }] });
  const { items } = await api.call(listQuarantine, { query: {} });
  const params = { itemId: items[0]!.itemId };
  await api.call(discardQuarantinedRecord, { params, body: { reason: 'stated wrongly' } });
  await look(api, madeUpDocument(0));
}

async function listAreas({ store }: Reached['installation']): Promise<void> {
  const register = createPlaceRegister((_, place) => {
    return { depth: 'county', region: '330602', place, unknown: '' };
  });
  const database = store.app;
  const importer = createListImporter({
    ...{ database, register: () => register, clientId: 'test', clock: Date.now },
  });
  const from = printInstant(Date.now() - 48 * HOUR_MS);
  const area = { level: 'medium' as const, region: '330683', place: '剡湖街道', from };
  await importer.take([list(8, '甲'), list(9, '乙')], NONE);
  await importer.take([area], NONE);
  await importer.take([{ ...area, to: printInstant(Date.now() - HOUR_MS) }], NONE);
}

/** Somebody whose document is verified, signed in. */
function verifiedAs(reached: Reached, person: number, subject = `person-${person}`): Promise<SignedIn> {
  return signInAt(reached, Date.now, subject, { name: '王小明', document: madeUpDocument(person) });
}

async function withCode(reached: Reached, person: number): Promise<SignedIn> {
  await done((await verifiedAs(reached, person)).send('POST', '/me/code', APPLICATION));
  return verifiedAs(reached, person);
}

async function bindPhones(anna: SignedIn): Promise<void> {
  const removed = await testPhone().bind(anna);
  const kept = testPhone();
  await kept.bind(anna);
  await done(kept.fetch(anna, Date.now()));
  await done(anna.send('DELETE', `/me/phones/${removed.phoneId}`));
}

/** Another account claims the code, which its holder contests. */
async function claim(reached: Reached, anna: SignedIn): Promise<void> {
  const eve = await verifiedAs(reached, 1, 'somebody-else');
  await done(eve.send('POST', '/me/code', APPLICATION));
  const { notices } = await anna.myCode();
  const { caseId } = notices.find(({ kind }) => kind === 'recovery-opened')!;
  await done(anna.send('POST', `/me/recoveries/${caseId}/contest`, {}));
}

async function leave(reached: Reached): Promise<void> {
  const carl = await withCode(reached, 30);
  await done(carl.send('POST', '/me/withdrawal', { confirm: true }));
}

/** A member of staff at a counter. */
function clerkAt(reached: Reached): Pick<SignedIn, 'send'> {
  const [accountId, sessionId, now] = [randomUUID(), timeUuid(Date.now()), Date.now()];
  return asking(
    reached.service.url,
    reached.installation.keys,
    {
      ...{ kind: 'staff', sessionId, accountId, signedInAt: now },
      ...{ authority: '便民服务中心', territory: '33', roles: ['counter'] },
    },
    now + HOUR_MS,
    now,
  );
}

async function comeToCounter(reached: Reached, anna: SignedIn): Promise<void> {
  const clerk = clerkAt(reached);
  const dora = await signInAt(reached, Date.now, 'unverified', undefined);
  const document = madeUpDocument(40);
  await done(dora.send('POST', '/me/code', { ...APPLICATION, document, name: '李小红' }));
  const wrong = { reference: 'AAAA-AAAA', document: resident('339900199001010011'), name: '李小红' };
  assert.equal((await clerk.send('POST', '/counter/confirmations', wrong)).status, 409);
  await withCode(reached, 50);
  const frank = await verifiedAs(reached, 50, 'who-lost-the-account');
  await done(frank.send('POST', '/me/code', APPLICATION));
  const shown = { reference: (await frank.myCode()).reference, document: madeUpDocument(50), name: '王小明' };
  await done(clerk.send('POST', '/counter/confirmations', shown));
  const { reference } = (await (await done(anna.send('POST', '/me/wards', {}))).json()) as {
    reference: string;
  };
  const child = { reference, name: '王小小', bornOn: '2015-05-05', shown: '出生医学证明' };
  await done(clerk.send('POST', '/counter/registrations', child));
}

/** A device that denies somebody, and one that tries numbers out. */
async function askAtDoors(
  { store, rules }: Awaited<ReturnType<typeof openInstallation>>,
  url: string,
): Promise<void> {
  const [now, { app }] = [Date.now(), store];
  const venue = { venueId: 'a-school', name: 'A school', category: 'school', region: '330106' };
  await addVenue(app, rules.at(now).rules, venue, now, 'test');
  const device = { name: 'A reader', venueId: venue.venueId, readsDocuments: true, quotaPerSecond: 10_000 };
  const credentials = await registerDevice(app, { ...device, recordedBy: 'test' }, now);
  const reader = createClient({ origin: url, credentials, tries: 1 });
  const check = (person: number) =>
    reader.call(checkAtDoor, { body: { document: madeUpDocument(person), identityVerified: true } });
  const outcomes = await Promise.all([0, 1, 2, 3].map(check));
  assert.ok(
    outcomes.some(({ outcome }) => outcome === 'deny'),
    JSON.stringify(outcomes),
  );
  for (let person = 1_000; person < 1_100; person++) await check(person).catch(() => undefined);
}

async function done(sent: Promise<Response>): Promise<Response> {
  const response = await sent;
  assert.ok(response.ok, `${response.status} ${await response.clone().text()}`);
  return response;
}
