import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type ApiClient, createClient } from '../../api/client.ts';
import { checkAtDoor } from '../../api/doors/checks.ts';
import { stateEvidence } from '../../api/evidence/evidence.ts';
import { DAY_MS, printInstant } from '../../domain/time.ts';
import { addVenue } from '../../server/doors/add-venue.ts';
import { registerDevice } from '../../server/doors/register-device.ts';
import { testBrowser } from '../browser/browser.ts';
import { apply, sees, signInAs } from '../browser/citizen.ts';
import { scan } from '../browser/scan.ts';
import { identityProvider } from '../identity.ts';
import { runningService } from '../running-service.ts';
import { until } from '../until.ts';

/** 孙越, whom the demo identity provider knows and nobody else. */
const SUN_YUE = { id: 'sun-yue', document: { type: 'resident-id', number: '339900199505059919' } };

describe('a laboratory reports a positive test', () => {
  const identity = identityProvider();
  const service = runningService({ config: () => ({ signIn: identity.signIn }), demo: true });
  const browser = testBrowser();
  let laboratory: ApiClient;
  let gate: ApiClient;
  before(async () => {
    laboratory = await service.clientOf({ scopes: ['evidence:write'], sources: ['laboratory'] });
    gate = createClient({ origin: service.url, credentials: await registerGate() });
  });

  async function registerGate() {
    const { store, rules } = service.installation;
    const now = Date.now();
    const venue = { venueId: 'market', name: '菜场', category: 'supermarket', region: '330106' };
    await addVenue(store.app, rules.at(now).rules, venue, now, 'test');
    const device = { name: 'gate', venueId: 'market', quotaPerSecond: 100, recordedBy: 'test' };
    return registerDevice(store.app, { ...device, readsDocuments: false }, now);
  }

  /** States a test that was sampled so many days ago and is reported now. */
  async function report(id: string, result: 'positive' | 'negative', daysAgo: number): Promise<void> {
    const now = Date.now();
    const data = { sampledAt: printInstant(now - daysAgo * DAY_MS), reportedAt: printInstant(now), result };
    const person = { document: SUN_YUE.document };
    const record = { source: 'laboratory', id, version: 1, person, kind: 'nat', data };
    const { accepted, records } = await laboratory.call(stateEvidence, { body: [record] });
    assert.equal(accepted, 1, JSON.stringify(records));
  }

  async function atTheDoor(page: Page): Promise<string> {
    const { outcome } = await gate.call(checkAtDoor, { body: { code: await scan(page) } });
    return outcome;
  }

  test('the code turns red before the eyes of its holder, says why, and turns green as it said', async () => {
    const { page, faults, shot, close } = await browser.phone();
    await signInAs(page, service.url, SUN_YUE.id);
    await apply(page);
    await sees(page, '绿码');
    await shot('story-1-green');
    assert.equal(await atTheDoor(page), 'allow');
    await page.evaluate('window.isTheSamePage = true');

    await report('N-1', 'positive', 3);
    await sees(page, '红码');
    await shot('story-2-red');
    const reasons = page.getByRole('region', { name: '为什么是这个颜色' });
    await reasons.getByText('条款 R2g').waitFor();
    assert.match(await reasons.innerText(), /检测机构/);
    const ways = page.getByRole('region', { name: '怎样转为绿码' });
    assert.match(await ways.innerText(), /核酸检测结果为阴性，并且按规定间隔再次核酸检测/);
    assert.equal(await atTheDoor(page), 'deny');

    await report('N-2', 'negative', 2);
    // What is still needed changed, and not the colour.
    await until(async () => !/并且/.test(await ways.innerText()));
    await sees(page, '红码');
    assert.match(await ways.innerText(), /再次核酸检测/);
    await shot('story-3-one-more-test');

    await report('N-3', 'negative', 1);
    await sees(page, '绿码');
    await shot('story-4-green-again');
    assert.equal(await atTheDoor(page), 'allow');
    assert.equal(await page.evaluate('window.isTheSamePage'), true);

    await page.getByRole('link', { name: '记录' }).click();
    const history = page.getByRole('region', { name: '颜色变化' });
    await history.getByText('红码').first().waitFor();
    await shot('story-5-history');
    assert.deepEqual(faults, []);
    await close();
  });
});
