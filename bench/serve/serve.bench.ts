import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Check } from '../../api/doors/checks.ts';
import { API_ROOT } from '../../api/route.ts';
import { FORMS } from '../../credential/pass.ts';
import { cookieKind, SESSION_COOKIE } from '../../server/accounts/session-cookie.ts';
import { signToken, TOKEN_LIFETIME_SECONDS } from '../../server/clients/token.ts';
import { registerDevice } from '../../server/doors/register-device.ts';
import { keepSigner } from '../../server/passes/signer-process.ts';
import { SIGNER_FOLDER, socketIn } from '../../server/passes/trust/trust-folder.ts';
import { tokenKeysOf } from '../../server/platform/keys/token-keys.ts';
import type { Figure } from '../figures.ts';
import { openTrial, type Trial } from '../trial.ts';
import type { Asked } from './load.ts';
import { makeShows, type Shows, VERIFICATIONS } from './passes.ts';
import { addGreenPeople, cookieOf, type Someone } from './people.ts';
import { type Load, type Measured, measureServing } from './processes.ts';
import type { Served } from './server.ts';

const PEOPLE = 100_000;
/** Of them so many ask, by chance. */
const ASKING = 16_000;
const PROCESSES = [1, 2];

/**
 * Shows codes and answers doors, by one process and by two that share a port, beside Fastify replying the same as a constant and beside one
 * row by its primary key, on the same machine in the same run.
 */
export async function bench(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-serve-'));
  const trial = await openTrial();
  const { trustFolder } = trial.installation;
  const socket = socketIn(trustFolder);
  const signer = keepSigner(join(trustFolder, SIGNER_FOLDER), socket, () => {});
  let shows: Shows | undefined;
  try {
    const people = await addGreenPeople(trial, PEOPLE, Date.now());
    const asking = byChance(people, ASKING);
    await appearing(socket);
    shows = await makeShows(trial, socket, [...new Set(asking)]);
    const loads = await loadsOf(trial, asking, shows);
    const figures: Figure[] = [];
    for (const processes of PROCESSES) {
      const measure = (what: Served['what'], load: Load, text = '', signatures?: Signatures) => {
        const step = { what, processes, text, folder, load, signer: { socket, pid: signer.pid()! } };
        return measureServing(trial, { ...step, ...(signatures && { signatures }) });
      };
      const row = await measure('row', rowsOf(asking));
      for (const { signatures, isPlain, ...load } of loads) {
        const own = await measure('service', load);
        const same = await measure('object', load, own.text);
        const signed = signatures && (await measure('object', load, own.text, signatures));
        const beside = { same, row, ...(signed && { signed }) };
        if (!isPlain) {
          figures.push(...figuresOf(load.name, processes, own, beside));
          continue;
        }
        const object = await measure('object', CONSTANT, own.text);
        const text = await measure('text', CONSTANT, own.text);
        figures.push(...figuresOf(load.name, processes, own, { ...beside, object, text }));
      }
    }
    return figures;
  } finally {
    shows?.close();
    await signer.stop();
    await trial.stop();
    rmSync(folder, { recursive: true });
  }
}

type Signatures = NonNullable<Served['signatures']>;

/** A load, and the signatures that no service could do without. */
interface SignedLoad extends Load {
  readonly signatures?: Signatures;
  /** Whether it is held against the plainest replies too. */
  readonly isPlain: boolean;
}

const LOOK_MS = 50;

/** A signer that is started tests itself and its keys first. */
async function appearing(socket: string): Promise<void> {
  while (!existsSync(socket)) await sleep(LOOK_MS);
}

async function loadsOf(
  trial: Trial,
  asking: readonly Someone[],
  shows: Shows,
): Promise<readonly SignedLoad[]> {
  const gate = await gateOf(trial);
  return [
    {
      name: 'GET /me/code of green people',
      requests: () => codesOf(trial, asking),
      signatures: { made: 1, verified: 0 },
      isPlain: true,
    },
    {
      name: 'POST /checks by number',
      requests: () => gate(asking.map(({ document }) => ({ document }))),
      isPlain: true,
    },
    ...FORMS.map((form): SignedLoad => {
      return {
        name: `POST /checks by ${form} pass`,
        requests: async () => gate((await shows.texts(form)).map((code) => ({ code }))),
        signatures: { made: 0, verified: VERIFICATIONS[form] },
        isPlain: false,
      };
    }),
  ];
}

function byChance(people: readonly Someone[], count: number): readonly Someone[] {
  return Array.from({ length: count }, () => people[Math.floor(Math.random() * people.length)]!);
}

function codesOf(trial: Trial, people: readonly Someone[]): readonly Asked[] {
  const { name } = cookieKind(SESSION_COOKIE, false);
  const now = Date.now();
  return people.map((someone) => ({
    ...{ method: 'GET', path: `${API_ROOT}/me/code` },
    headers: { cookie: `${name}=${cookieOf(trial, someone, now)}` },
  }));
}

/** A reader of cards at the gate of a station; it asks more often than all gates of a station do. */
const CHECKS_PER_MINUTE = 6_000_000;

/** A gate that may ask by document, and what it sends to ask about some people. */
async function gateOf({
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

const CONSTANT: Load = { name: 'what is constant', requests: () => [{ method: 'GET', path: '/' }] };

function rowsOf(people: readonly Someone[]): Load {
  const rows = people.map(({ personId }): Asked => ({ method: 'GET', path: `/${personId}` }));
  return { name: 'one row by its key', requests: () => rows };
}

const REFERENCES = {
  object: 'Fastify replying the same as a constant object',
  same: 'Fastify replying the same as a constant object to the same requests',
  signed:
    'Fastify replying the same as a constant object to the same requests after the bare signature operations',
  text: 'Fastify replying the same as a constant text',
  row: 'Fastify and pg reading one row by its key',
} as const;

function figuresOf(
  name: string,
  processes: number,
  own: Measured,
  references: Partial<Readonly<Record<keyof typeof REFERENCES, Measured>>>,
): readonly Figure[] {
  const how = `${name}, ${processes === 1 ? 'one process' : 'two processes'}`;
  const beside = (of: string, unit: string, value: (measured: Measured) => number): Figure[] =>
    (Object.keys(references) as (keyof typeof REFERENCES)[]).map((reference) => ({
      ...{ bench: 'serve', figure: `${how}: ${of}`, value: value(own), unit },
      ...{ reference: REFERENCES[reference], referenceValue: value(references[reference]!) },
      ratio: value(own) / value(references[reference]!),
    }));
  const alone = (of: string, value: number): Figure => ({
    ...{ bench: 'serve', figure: `${how}: ${of}`, value, unit: 'µs' },
  });
  return [
    ...beside('replies a second', '1/s', ({ requests, seconds }) => requests / seconds),
    ...beside('99 of 100 within', 'ms', ({ p99 }) => p99),
    ...beside('CPU time of Node a reply', 'µs', ({ serverUs, requests }) => serverUs / requests),
    alone('CPU time of PostgreSQL a reply', own.postgresUs / own.requests),
    alone('CPU time of the signer a reply', own.signerUs / own.requests),
    alone('CPU time of whoever asks a reply', own.loadUs / own.requests),
  ];
}
