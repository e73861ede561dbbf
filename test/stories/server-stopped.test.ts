import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { ApiClient } from '../../api/client.ts';
import { stateEvidence } from '../../api/evidence/evidence.ts';
import { DAY_MS, printInstant } from '../../domain/time.ts';
import { isForEverybody } from '../browser/accessible.ts';
import { boundPhone, showFor, showsPass } from '../browser/bound-phone.ts';
import { testBrowser } from '../browser/browser.ts';
import { fetchedGate, readOff } from '../browser/offline-gate.ts';
import { scan, see } from '../browser/scan.ts';
import { identityProvider } from '../identity.ts';
import { runningService } from '../running-service.ts';
import { until } from '../until.ts';

/** 孙越, whom the demo identity provider knows and nobody else. */
const SUN_YUE = { id: 'sun-yue', document: { type: 'resident-id', number: '339900199505059919' } };

/** What a phone is told, so that it signs anew sooner than usual. */
const SHOW_SECONDS = 3;

describe('the service is stopped', () => {
  const identity = identityProvider();
  const service = runningService({ config: () => ({ signIn: identity.signIn }), demo: true });
  const browser = testBrowser();
  let laboratory: ApiClient;
  before(async () => {
    laboratory = await service.clientOf({ scopes: ['evidence:write'], sources: ['laboratory'] });
  });

  test('a bound phone still shows a code that a gate reads, and nobody else can show it twenty seconds later', async () => {
    const prepare = (page: Page) => showFor(page, SHOW_SECONDS);
    const green = await boundPhone(browser, service.url, 'he-jing', { prepare });
    const red = await boundPhone(browser, service.url, SUN_YUE.id);
    const now = Date.now();
    const data = { sampledAt: printInstant(now - DAY_MS), reportedAt: printInstant(now), result: 'positive' };
    const person = { document: SUN_YUE.document };
    const record = { source: 'laboratory', id: 'N-1', version: 1, person, kind: 'nat', data };
    assert.equal((await laboratory.call(stateEvidence, { body: [record] })).accepted, 1);
    await red.page.getByRole('heading', { name: '红码' }).waitFor();
    const { text: redText, at: redAt } = await see(red.page);
    await until(async () => {
      const found = (await fetchedGate(service)).read(redText, redAt);
      return found.kind === 'colour' && found.colours.join() === 'red';
    });
    const gate = await fetchedGate(service);
    await service.stop();

    for (const { page } of [green, red]) {
      await page.reload();
      await page.getByRole('heading', { level: 1, name: '离线亮码' }).waitFor();
      await showsPass(page);
      // Neither knows its colour, so neither says one.
      assert.equal(await page.getByText(/绿码|黄码|红码/).count(), 0);
    }
    await isForEverybody(green.page, 'without the service');
    await green.shot('story-server-stopped');
    const { text, at } = await see(green.page);
    const read = gate.read(text, at);
    assert.ok(read.kind === 'colour' && read.colours.join() === 'green', JSON.stringify(read));
    const readRed = await readOff(gate, red.page);
    assert.ok(readRed.kind === 'colour' && readRed.colours.join() === 'red', JSON.stringify(readRed));

    // What somebody photographed.
    const later = gate.read(text, Date.now() + 20_000);
    assert.deepEqual([later.kind, 'reason' in later && later.reason], ['refused', 'shown-too-long-ago']);
    assert.equal(gate.read(redText, Date.now() + 20_000).kind, 'refused');
    const clock = green.page.locator('.clock-time');
    const before = await clock.innerText();
    await until(async () => (await scan(green.page)) !== text);
    // A new text may come within the same second.
    await until(async () => (await clock.innerText()) !== before);
    assert.equal((await readOff(gate, green.page)).kind, 'colour');
    assert.deepEqual([...green.faults, ...red.faults], []);
    await green.close();
    await red.close();
  });
});
