import { randomUUID } from 'node:crypto';
import type { Check } from '../../api/doors/checks.ts';
import { API_ROOT } from '../../api/route.ts';
import type { Form } from '../../credential/pass.ts';
import { cookieKind, SESSION_COOKIE } from '../../server/accounts/session-cookie.ts';
import { signToken, TOKEN_LIFETIME_SECONDS } from '../../server/clients/token.ts';
import { registerDevice } from '../../server/doors/register-device.ts';
import { tokenKeysOf } from '../../server/platform/keys/token-keys.ts';
import type { Trial } from '../trial.ts';
import type { Published } from './lists.ts';
import type { Asked } from './load.ts';
import type { Shows } from './passes.ts';
import { cookieOf, type Someone } from './people.ts';
import { replyTo, type Serving } from './processes.ts';
import type { Reference } from './references.ts';

/** What is asked in one step, and what it is held against. */
export interface Load {
  readonly name: string;
  readonly requests: (serving: Serving) => readonly Asked[] | Promise<readonly Asked[]>;
  /** The status of every reply; 200 when missing. */
  readonly status?: number;
  /** It lives for seconds: made anew before it is counted, and then it must let people in to the end. */
  readonly isShown?: boolean;
  readonly references: readonly Reference[];
}

/** What can be asked for by name; a name before a hyphen stands for all that begin with it. */
export const LOADS = [
  ...['me-code', 'me-code-without-pass'],
  ...['checks-number', 'checks-online', 'checks-holder', 'checks-group', 'checks-paper'],
  ...['trust-keys', 'trust-keys-known', 'trust-base', 'trust-base-known', 'trust-delta'],
] as const;
export type LoadName = (typeof LOADS)[number];

/** What the loads are made of. */
export interface LoadParts {
  readonly trial: Trial;
  readonly asking: readonly Someone[];
  readonly published: Published;
  readonly shows: Shows;
}

/** Makes the loads. */
export async function makeLoads(parts: LoadParts): Promise<Readonly<Record<LoadName, Load>>> {
  const { trial, asking, published } = parts;
  const gate = await gateOf(trial);
  const byPass = (form: Form, verified: number): Load => ({
    name: `POST /checks by ${form} pass`,
    requests: async () => gate((await parts.shows.texts(form)).map((code) => ({ code }))),
    isShown: true,
    references: [{ kind: 'same', key: `check after ${verified}`, signatures: { made: 0, verified } }],
  });
  const trust = (name: string, path: string): Load => ({
    name: `GET ${name}`,
    requests: () => [{ method: 'GET', path: API_ROOT + path }],
    references: [{ kind: 'static', key: name }],
  });
  const keys = trust('/trust/keys', '/trust/keys');
  const base = trust('a base list', `/trust/status/${published.base}`);
  return {
    'me-code': {
      name: 'GET /me/code of green people, a new pass in each',
      requests: () => codesOf(trial, asking, '/me/code'),
      references: [
        { kind: 'same', key: 'code' },
        { kind: 'same', key: 'code after 1', signatures: { made: 1, verified: 0 } },
        ...ROWS,
      ],
    },
    'me-code-without-pass': {
      name: 'GET /me/code of green people, without a new pass',
      requests: () => codesOf(trial, asking, '/me/code?pass=false'),
      references: [{ kind: 'same', key: 'code without pass' }, ...ROWS],
    },
    'checks-number': {
      name: 'POST /checks by number',
      requests: () => gate(asking.map(({ document }) => ({ document }))),
      references: [{ kind: 'same', key: 'check' }, { kind: 'plain', key: 'check' }, ...ROWS],
    },
    'checks-online': byPass('online', 1),
    'checks-holder': byPass('holder', 2),
    'checks-group': byPass('group', 2),
    'checks-paper': byPass('paper', 1),
    'trust-keys': keys,
    'trust-keys-known': known(keys),
    'trust-base': base,
    'trust-base-known': known(base),
    'trust-delta': trust('a delta', `/trust/status/${published.delta}`),
  };
}

const ROWS: readonly Reference[] = [
  { kind: 'row', key: 'row' },
  { kind: 'pgbench', key: 'pgbench' },
];

/** The same by whoever has it already. */
function known(load: Load): Load {
  const requests = async (serving: Serving) => {
    const [asked] = await load.requests(serving);
    const { headers } = await replyTo(serving, asked!);
    return [{ ...asked!, headers: { 'if-none-match': headers.get('etag')! } }];
  };
  const name = `${load.name} that is known (304)`;
  return { name, requests, status: 304, references: [{ kind: 'static', key: '304' }] };
}

function codesOf(trial: Trial, people: readonly Someone[], path: string): readonly Asked[] {
  const { name } = cookieKind(SESSION_COOKIE, false);
  const now = Date.now();
  return people.map((someone) => ({
    ...{ method: 'GET', path: API_ROOT + path },
    headers: { cookie: `${name}=${cookieOf(trial, someone, now)}` },
  }));
}

/** A reader of cards at the gate of a station; it asks more often than all gates of a station do. */
const CHECKS_PER_MINUTE = 6_000_000;

/** A gate that may ask by document, and what it sends to ask about some people. */
export async function gateOf({
  installation: { store, keys, identity },
}: Trial): Promise<(shown: readonly Pick<Check, 'code' | 'document'>[]) => readonly Asked[]> {
  const now = Date.now();
  const reader = {
    ...{ name: 'bench', quotaPerSecond: CHECKS_PER_MINUTE / 60, recordedBy: 'bench' },
    ...{ readsDocuments: true, peoplePerMinute: CHECKS_PER_MINUTE },
  };
  const { clientId } = await registerDevice(store.app, reader, now);
  const tokenKeys = tokenKeysOf(keys);
  return (shown) => {
    // The whole takes longer than a token lives.
    const iat = Math.floor(Date.now() / 1_000);
    const token = signToken(tokenKeys, {
      ...{ aud: identity.installationId, client_id: clientId, scope: 'checks:write', jti: randomUUID() },
      ...{ iat, exp: iat + TOKEN_LIFETIME_SECONDS },
    });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return shown.map((one) => ({
      ...{ method: 'POST', path: `${API_ROOT}/checks`, headers },
      body: JSON.stringify({ ...one, venue: 'train', masked: true, identityVerified: true }),
    }));
  };
}
