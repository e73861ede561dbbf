import { DEMO_FRAMEWORK, type DemoAccount } from '../cli/demo/identity/accounts.ts';
import type { Document } from '../domain/people/document.ts';
import { openSession } from '../server/accounts/session-cookie.ts';
import {
  openTransaction,
  sealTransaction,
  type Transaction,
} from '../server/accounts/sign-in/transaction-cookie.ts';
import { setPersonOfAccount } from '../server/accounts/store.ts';
import { findOrAddPeople } from '../server/people/find-or-add-people.ts';
import type { Session } from '../server/platform/http/rules.ts';
import { type Browser, identityProvider, locationOf, type TestIdentity } from './identity.ts';
import { type RunningService, runningService } from './running-service.ts';

/** A service with which people sign in, and what a test asks about them. */
export interface SignInSuite {
  readonly identity: TestIdentity;
  readonly service: RunningService;
  /** The address at which somebody begins to sign in. */
  readonly begin: (as?: string, to?: string) => string;
  /** Where a reply leads to, without the host of the service. */
  readonly outcome: (response: Response) => string;
  /** The session that a `cookie` header holds. */
  readonly sessionOf: (cookie: string) => Session | undefined;
  readonly signedIn: (browser: Browser) => Session | undefined;
  /** What the service says of the session. */
  readonly describeOf: (cookie: string) => Promise<Readonly<Record<string, unknown>>>;
  /** The sign-in that a browser has begun. */
  readonly transactionOf: (browser: Browser) => Transaction;
  readonly plantTransaction: (browser: Browser, transaction: Transaction) => void;
  /** The person of a resident number, added when there is none. */
  readonly personOf: (number: string) => Promise<string>;
  /** Makes an account show somebody's code. */
  readonly bind: (accountId: string, personId: string) => Promise<void>;
}

/** Starts a provider with these accounts, and a service. */
export function signInSuite(accounts: readonly DemoAccount[]): SignInSuite {
  const identity = identityProvider(accounts);
  const service = runningService({ config: () => ({ signIn: identity.signIn }) });
  const sessionOf = (cookie: string) => {
    const value = /(?:^|; )healthcode=([^;]+)/.exec(cookie)?.[1];
    return value === undefined ? undefined : openSession(service.installation.keys, value)?.session;
  };
  return {
    identity,
    service,
    begin: (as = 'citizen', to = '/') =>
      `${service.url}/api/v1/sign-in?as=${as}&to=${encodeURIComponent(to)}`,
    outcome: (response) => locationOf(response).slice(service.url.length),
    sessionOf,
    signedIn: (browser) => sessionOf(browser.cookieFor(service.url)),
    describeOf: async (cookie) => {
      const response = await fetch(`${service.url}/api/v1/session`, { headers: { cookie } });
      return (await response.json()) as Record<string, unknown>;
    },
    transactionOf: (browser) => {
      const value = /healthcode-sign-in=([^;]+)/.exec(browser.cookieFor(service.url))?.[1];
      return openTransaction(service.installation.keys, value, Date.now())!;
    },
    plantTransaction: (browser, transaction) => {
      const sealed = sealTransaction(service.installation.keys, transaction);
      browser.plant(service.url, 'healthcode-sign-in', sealed);
    },
    personOf: async (number) => {
      const { store, keys } = service.installation;
      const found = await store.app.transaction((db) =>
        findOrAddPeople(db, keys, [residentDocument(number)], Date.now()),
      );
      return [...found.values()][0]!.personId;
    },
    bind: (accountId, personId) =>
      service.installation.store.app.transaction((db) =>
        setPersonOfAccount(db, accountId, personId, Date.now()),
      ),
  };
}

/** A resident identity card. */
export function residentDocument(number: string): Document {
  return { type: 'resident-id', number };
}

/** Somebody at the provider, with what it says of them. */
export function accountWith(id: string, claims: object, kind: DemoAccount['kind'] = 'citizen'): DemoAccount {
  const words = { zh: id, en: id };
  return { id, kind, name: words, about: words, claims: claims as DemoAccount['claims'] };
}

/** Claims of somebody whose document was verified. */
export function verified(number: string, name = '陈一', framework = DEMO_FRAMEWORK): object {
  const claims = { name, document: residentDocument(number) };
  return { verified_claims: { verification: { trust_framework: framework }, claims } };
}

/** Claims of a clerk in Hangzhou. */
export const CLERK = {
  healthcode_roles: ['counter'],
  healthcode_territory: '3301',
  healthcode_authority: 'Hangzhou',
};
