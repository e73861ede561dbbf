import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { freshDatabase } from '../../../test/database.ts';
import { proxyTo } from '../../../test/faults/database-proxy.ts';
import { callbackOf, createBrowser, locationOf, signIn, startProvider } from '../../../test/identity.ts';
import { runningService } from '../../../test/running-service.ts';
import { accountWith } from '../../../test/sign-in-suite.ts';
import { hostSigner } from '../../../test/signer.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import type { ServiceConfig } from '../../config.ts';
import { openInstallation } from '../../installation.ts';
import { socketIn } from '../../passes/trust/trust-folder.ts';
import { createLog } from '../../platform/log/log.ts';
import { startService } from '../../start-service.ts';

const ACCOUNTS = [accountWith('one', {})];

describe('when the database is away', () => {
  const database = freshDatabase();
  const keysFolder = join(temporaryFolder(), 'keys');

  test('whoever comes back from the provider is told on the page, and signs in when it is back', async () => {
    const provider = await startProvider(ACCOUNTS);
    const proxy = await proxyTo(database.url);
    const installation = await openInstallation({ place: { url: proxy.url }, keysFolder }, Date.now());
    const log = createLog({ clock: Date.now, write: () => {}, onPersonalData: 'throw' });
    const signer = await hostSigner(installation, Date.now);
    const usual = { host: '127.0.0.1', port: 0, turnsCodes: false, version: '0.0.0', signer };
    const config = { ...usual, signIn: provider.signIn };
    const { url, stop } = await startService(installation, config, Date.now, log);
    const browser = createBrowser();
    const callback = await callbackOf(browser, `${url}/api/v1/sign-in?as=citizen&to=/code`, 'one');
    await proxy.refuse();
    assert.equal(locationOf(await browser.go(callback)), `${url}/code?signin=unavailable`);
    await proxy.restore();
    assert.match(await signIn(url, 'one'), /healthcode=/);
    await stop();
    await signer.close();
    await installation.stop();
    await proxy.close();
    await provider.stop();
  });
});

describe('when the identity provider is away', () => {
  const { installation } = givenInstallation();
  const stops: (() => Promise<void>)[] = [];
  const lines: string[] = [];
  after(() => Promise.all(stops.map((stop) => stop())));

  const serve = async (more: Partial<ServiceConfig>) => {
    const log = createLog({ clock: Date.now, write: (line) => lines.push(line), onPersonalData: 'throw' });
    const signer = { socket: socketIn(installation().trustFolder) };
    const usual = { host: '127.0.0.1', port: 0, turnsCodes: false, version: '0.0.0', signer };
    const { url, stop } = await startService(installation(), { ...usual, ...more }, Date.now, log);
    stops.push(stop);
    return url;
  };
  const begin = (url: string) => `${url}/api/v1/sign-in?as=citizen&to=/code`;

  test('at the beginning the page is told, and all goes on when it is back', async () => {
    const provider = await startProvider(ACCOUNTS);
    const port = Number(new URL(provider.signIn.issuer).port);
    await provider.stop();
    const url = await serve({ signIn: provider.signIn });
    for (let i = 0; i < 3; i++)
      assert.equal(locationOf(await createBrowser().go(begin(url))), `${url}/code?signin=unavailable`);
    assert.equal(lines.filter((line) => line.includes('the identity provider is away')).length, 1);
    const back = await startProvider(ACCOUNTS, port);
    assert.ok(locationOf(await createBrowser().go(begin(url))).startsWith(provider.signIn.issuer));
    assert.equal(lines.filter((line) => line.includes('the identity provider is back')).length, 1);
    await back.stop();
  });

  test('at the end the page is told', async () => {
    const provider = await startProvider(ACCOUNTS);
    const url = await serve({ signIn: provider.signIn });
    const browser = createBrowser();
    const callback = await callbackOf(browser, begin(url), 'one');
    await provider.stop();
    assert.equal(locationOf(await browser.go(callback)), `${url}/code?signin=unavailable`);
  });

  test('or does not know us, the page is told that it passes, and the operator what is wrong', async () => {
    const provider = await startProvider(ACCOUNTS);
    const url = await serve({ signIn: { ...provider.signIn, clientSecret: 'another secret' } });
    const browser = createBrowser();
    const callback = await callbackOf(browser, begin(url), 'one');
    assert.equal(locationOf(await browser.go(callback)), `${url}/code?signin=unavailable`);
    await provider.stop();
  });

  test('whoever is signed in stays so', async () => {
    const provider = await startProvider(ACCOUNTS);
    const url = await serve({ signIn: provider.signIn });
    const cookie = await signIn(url, 'one');
    await provider.stop();
    const response = await fetch(`${url}/api/v1/session`, { headers: { cookie } });
    assert.equal(((await response.json()) as { kind: string }).kind, 'citizen');
  });

  test('or none is configured, nobody can sign in, and that is what is said', async () => {
    const url = await serve({});
    for (const path of ['/sign-in?as=citizen', '/sign-in/done?code=x']) {
      const response = await createBrowser().go(`${url}/api/v1${path}`);
      assert.equal(response.status, 503);
      assert.equal(((await response.json()) as { code: string }).code, 'unavailable');
    }
  });
});

/** The installation of a service that runs beside those of the tests. */
function givenInstallation() {
  const service = runningService();
  return { installation: () => service.installation };
}
