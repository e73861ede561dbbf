import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { DEMO_ACCOUNTS, type DemoAccount } from '../cli/demo/identity/accounts.ts';
import { type DemoIdentity, startDemoIdentity } from '../cli/demo/identity/start-identity.ts';
import type { SignIn } from '../server/config.ts';

/** A real identity provider on this machine. */
export interface TestIdentity {
  /** How a service signs people in with it. */
  readonly signIn: SignIn;
  /** Who can sign in; a test may change them. */
  accounts: readonly DemoAccount[];
}

/** A provider for the suite that asks for it: `config.signIn` of a service that starts after it. */
export function identityProvider(accounts: readonly DemoAccount[] = DEMO_ACCOUNTS): TestIdentity {
  let started: DemoIdentity | undefined;
  const identity = {
    get signIn() {
      return started!.signIn;
    },
    accounts,
  };
  before(async () => {
    const options = { host: '127.0.0.1', port: 0, accounts: () => identity.accounts };
    started = await startDemoIdentity({ isDemo: true }, options);
  });
  after(() => started?.stop());
  return identity;
}

/** A provider that a test starts and stops itself; 0 takes any port that is free. */
export function startProvider(accounts: readonly DemoAccount[], port = 0): Promise<DemoIdentity> {
  return startDemoIdentity({ isDemo: true }, { host: '127.0.0.1', port, accounts: () => accounts });
}

/** Signs somebody in, as a browser does, and gives the `cookie` header of the session. */
export async function signIn(
  serviceUrl: string,
  accountId: string,
  as: 'citizen' | 'staff' = 'citizen',
): Promise<string> {
  const browser = createBrowser();
  const last = await walk(browser, `${serviceUrl}/api/v1/sign-in?as=${as}&to=/`, accountId);
  const cookie = browser.cookieFor(serviceUrl);
  assert.ok(
    /(^|; )(__Host-)?healthcode=/.test(cookie),
    `nobody was signed in: ${last.headers.get('location')}`,
  );
  return cookie;
}

/** How somebody goes through the pages of the provider. */
export interface WalkOptions {
  /** Whether staff type the code. */
  readonly withCode?: boolean;
}

/**
 * Goes from the beginning of a sign-in through the pages of the provider, and gives the reply that the service gives at
 * the end: a redirect to the page where it began.
 */
export async function walk(
  browser: Browser,
  begin: string,
  accountId: string,
  { withCode = true }: WalkOptions = {},
): Promise<Response> {
  const page = await browser.follow(begin, isPage);
  let next = await browser.send(page.url, { account: accountId });
  if (next.status === 200) {
    const html = await next.text();
    const code = /<output>(\d{6})<\/output>/.exec(html)?.[1] ?? '';
    next = await browser.send(page.url, { account: accountId, ...(withCode ? { code } : { one: '1' }) });
  }
  return browser.follow(locationOf(next), isDone);
}

/** The address on which the provider sends back a browser that was picked, without going there. */
export async function callbackOf(browser: Browser, begin: string, accountId: string): Promise<string> {
  const page = await browser.follow(begin, isPage);
  const resumed = await browser.follow(
    locationOf(await browser.send(page.url, { account: accountId })),
    (response) => /\/sign-in\/done\?/.test(response.headers.get('location') ?? ''),
  );
  return locationOf(resumed);
}

const isPage = (response: Response) => response.status === 200;
const isDone = (response: Response) => /\/sign-in\/done(\?|$)/.test(response.url);

/** Where a reply leads to. */
export function locationOf(response: Response): string {
  const location = response.headers.get('location');
  assert.ok(location !== null, `${response.status} leads nowhere`);
  return new URL(location, response.url).href;
}

/** As much of a browser as signing in needs: cookies by host and path, redirects one by one. */
export interface Browser {
  readonly go: (url: string, init?: RequestInit) => Promise<Response>;
  /** Sends a form of a page. */
  readonly send: (url: string, fields: Readonly<Record<string, string>>) => Promise<Response>;
  /** Follows redirects until a reply is wanted. */
  readonly follow: (url: string, isWanted: (response: Response) => boolean) => Promise<Response>;
  readonly cookieFor: (url: string) => string;
  /** Puts a cookie into it, as an attacker might. */
  readonly plant: (url: string, name: string, value: string) => void;
}

interface Cookie {
  readonly host: string;
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/** A browser without cookies. */
export function createBrowser(): Browser {
  let jar: readonly Cookie[] = [];
  const keep = (cookie: Cookie) => {
    jar = [...jar.filter((one) => !isSame(one, cookie)), ...(cookie.value === '' ? [] : [cookie])];
  };
  const cookieFor = (url: string) => {
    const { host, pathname } = new URL(url);
    const sent = jar.filter((one) => one.host === host && pathname.startsWith(one.path));
    return sent.map(({ name, value }) => `${name}=${value}`).join('; ');
  };
  const go: Browser['go'] = async (url, init = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has('cookie') && cookieFor(url) !== '') headers.set('cookie', cookieFor(url));
    const response = await fetch(url, { redirect: 'manual', ...init, headers });
    for (const text of response.headers.getSetCookie()) keep(readCookie(new URL(url).host, text));
    return response;
  };
  return {
    go,
    send: (url, fields) => go(url, { method: 'POST', body: new URLSearchParams(fields) }),
    follow: async (url, isWanted) => {
      let response = await go(url);
      for (let steps = 0; !isWanted(response) && steps < 10; steps++)
        response = await go(locationOf(response));
      assert.ok(isWanted(response), `${response.status} instead of what is wanted`);
      return response;
    },
    cookieFor,
    plant: (url, name, value) => keep({ host: new URL(url).host, path: '/', name, value }),
  };
}

function isSame(one: Cookie, other: Cookie): boolean {
  return one.host === other.host && one.path === other.path && one.name === other.name;
}

function readCookie(host: string, text: string): Cookie {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
  const isGone = /max-age=0|expires=Thu, 01 Jan 1970/i.test(text);
  return { host, path: /path=([^;]*)/i.exec(text)?.[1] ?? '/', name, value: isGone ? '' : value };
}
