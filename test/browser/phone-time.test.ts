import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { endOfEpoch, epochAt, startOfEpoch } from '../../credential/trust/epochs.ts';
import { printInstant } from '../../domain/time.ts';
import { identityProvider } from '../identity.ts';
import { runningService } from '../running-service.ts';
import { isForEverybody } from './accessible.ts';
import { boundPhone, changed, READ_KEPT, showsPass } from './bound-phone.ts';
import { testBrowser } from './browser.ts';
import { fetchedGate, readOff } from './offline-gate.ts';

const MINUTE_MS = 60_000;

/** The clock of a phone that is wrong by so much, which a test may set while the page is open. */
function clockWrongBy(milliseconds: number) {
  const script = `{
    const Right = Date;
    globalThis.wrongByMs = ${milliseconds};
    globalThis.Date = class extends Right {
      constructor(...given) { super(...(given.length ? given : [Date.now()])); }
      static now() { return Right.now() + wrongByMs; }
    };
  }`;
  return (page: Page) => page.addInitScript(script);
}

describe('the time of a bound phone', () => {
  const identity = identityProvider();
  const service = runningService({ config: () => ({ signIn: identity.signIn }), demo: true });
  const browser = testBrowser();
  const bound = (accountId: string, options = {}) => boundPhone(browser, service.url, accountId, options);
  const parameters = () => service.installation.trust.keys().parameters;

  test('is told, kindly, where its clock is ten minutes wrong, and a gate reads what is shown', async () => {
    for (const [wrongBy, accountId, said] of [
      [10 * MINUTE_MS, 'he-jing', '本机时间快了约 10 分钟，已按服务时间校正。'],
      [-10 * MINUTE_MS, 'anna-vogel', '本机时间慢了约 10 分钟，已按服务时间校正。'],
    ] as const) {
      const phone = await bound(accountId, { prepare: clockWrongBy(wrongBy) });
      const { page, shot, close } = phone;
      await page.getByText(said).waitFor();
      await isForEverybody(page, said);
      await shot('phone-clock');
      const gate = await fetchedGate(service);
      const conclusion = await readOff(gate, page);
      assert.equal(conclusion.kind, 'colour', JSON.stringify(conclusion));
      // Known from before, where nobody can be asked.
      await page.context().setOffline(true);
      await page.reload();
      await page.getByText(said).waitFor();
      await showsPass(page);
      assert.equal((await readOff(gate, page)).kind, 'colour');
      await close();
    }
  });

  test('follows neither a clock that is set while it is open, nor what nobody has signed', async () => {
    const prepare = async (page: Page) => {
      await clockWrongBy(0)(page);
      const told = () => ({ asOf: printInstant(Date.now() - 10 * MINUTE_MS), showSeconds: 3 });
      await page.route('**/me/phones/*/passes', (route) => changed(route, told));
      await page.route('**/api/v1/me/code', (route) => changed(route, () => ({ asOf: told().asOf })));
    };
    const { page, close } = await bound('he-jing', { prepare });
    const gate = await fetchedGate(service);
    assert.equal((await readOff(gate, page)).kind, 'colour');
    assert.equal(await page.getByText('已按服务时间校正').count(), 0);
    for (const [wrongByMs, said] of [
      [10 * MINUTE_MS, '本机时间快了约 10 分钟'],
      [-60 * MINUTE_MS, '本机时间慢了约 1 小时'],
    ] as const) {
      await page.evaluate(`wrongByMs = ${wrongByMs}`);
      await page.getByText(said).waitFor();
      assert.equal((await readOff(gate, page)).kind, 'colour', said);
    }
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await close();
  });

  test('is divided as the service says: keys are made for the epochs that it names, and no others', async () => {
    const prepare = (page: Page) =>
      page.route('**/api/v1/me/phones', (route) =>
        route.request().method() === 'GET'
          ? changed(route, ({ epochs }) => ({ epochs: (epochs as object[]).slice(0, 2) }))
          : route.continue(),
      );
    const before = epochAt(Date.now(), parameters());
    const { page, close } = await bound('lee-ka-man', { prepare });
    const kept = (await page.evaluate(`${READ_KEPT}.then(([{ epochs }]) => epochs.map((one) =>
      [one.epoch, one.startsAt, one.endsAt, one.passes.length]))`)) as number[][];
    const first = kept[0]![0]!;
    // An epoch may have begun meanwhile.
    assert.ok([before, epochAt(Date.now(), parameters())].includes(first));
    assert.deepEqual(
      kept,
      [first, first + 1].map((one) => [
        one,
        startOfEpoch(one, parameters()),
        endOfEpoch(one, parameters()),
        1,
      ]),
    );
    await close();
  });
});
