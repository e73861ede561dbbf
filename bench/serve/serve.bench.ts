import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_ROOT } from '../../api/route.ts';
import { cookieKind, SESSION_COOKIE } from '../../server/accounts/session-cookie.ts';
import { signToken, TOKEN_LIFETIME_SECONDS } from '../../server/clients/token.ts';
import { registerDevice } from '../../server/doors/register-device.ts';
import { tokenKeysOf } from '../../server/platform/keys/token-keys.ts';
import type { Figure } from '../figures.ts';
import { openTrial, type Trial } from '../trial.ts';
import type { Asked } from './load.ts';
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
  try {
    const people = await addGreenPeople(trial, PEOPLE, Date.now());
    const asking = byChance(people, ASKING);
    const loads: readonly Load[] = [
      { name: 'GET /me/code of green people', requests: codesOf(trial, asking) },
      { name: 'POST /checks by number', requests: await checksOf(trial, asking) },
    ];
    const figures: Figure[] = [];
    for (const processes of PROCESSES) {
      const measure = (what: Served['what'], load: Load, text = '') =>
        measureServing(trial, { what, processes, text, folder, load });
      const row = await measure('row', rowsOf(asking));
      for (const load of loads) {
        const own = await measure('service', load);
        const object = await measure('object', CONSTANT, own.text);
        const same = await measure('object', load, own.text);
        const text = await measure('text', CONSTANT, own.text);
        figures.push(...figuresOf(load.name, processes, own, { object, same, text, row }));
      }
    }
    return figures;
  } finally {
    await trial.stop();
    rmSync(folder, { recursive: true });
  }
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

async function checksOf(
  { installation: { store, keys, identity } }: Trial,
  people: readonly Someone[],
): Promise<readonly Asked[]> {
  const now = Date.now();
  const reader = {
    ...{ name: 'bench', quotaPerSecond: CHECKS_PER_MINUTE / 60, recordedBy: 'bench' },
    ...{ readsDocuments: true, peoplePerMinute: CHECKS_PER_MINUTE },
  };
  const { clientId } = await registerDevice(store.app, reader, now);
  const iat = Math.floor(now / 1_000);
  const token = signToken(tokenKeysOf(keys), {
    ...{ aud: identity.installationId, client_id: clientId, scope: 'checks:write', jti: randomUUID() },
    ...{ iat, exp: iat + TOKEN_LIFETIME_SECONDS },
  });
  return people.map(({ document }) => ({
    ...{ method: 'POST', path: `${API_ROOT}/checks` },
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ document, venue: 'train', masked: true, identityVerified: true }),
  }));
}

const CONSTANT: Load = { name: 'what is constant', requests: [{ method: 'GET', path: '/' }] };

function rowsOf(people: readonly Someone[]): Load {
  return {
    name: 'one row by its key',
    requests: people.map(({ personId }) => ({ method: 'GET', path: `/${personId}` })),
  };
}

const REFERENCES = {
  object: 'Fastify replying the same as a constant object',
  same: 'Fastify replying the same as a constant object to the same requests',
  text: 'Fastify replying the same as a constant text',
  row: 'Fastify and pg reading one row by its key',
} as const;

function figuresOf(
  name: string,
  processes: number,
  own: Measured,
  references: Readonly<Record<keyof typeof REFERENCES, Measured>>,
): readonly Figure[] {
  const how = `${name}, ${processes === 1 ? 'one process' : 'two processes'}`;
  const beside = (of: string, unit: string, value: (measured: Measured) => number): Figure[] =>
    (Object.keys(REFERENCES) as (keyof typeof REFERENCES)[]).map((reference) => ({
      ...{ bench: 'serve', figure: `${how}: ${of}`, value: value(own), unit },
      ...{ reference: REFERENCES[reference], referenceValue: value(references[reference]) },
      ratio: value(own) / value(references[reference]),
    }));
  const alone = (of: string, value: number): Figure => ({
    ...{ bench: 'serve', figure: `${how}: ${of}`, value, unit: 'µs' },
  });
  return [
    ...beside('replies a second', '1/s', ({ requests, seconds }) => requests / seconds),
    ...beside('99 of 100 within', 'ms', ({ p99 }) => p99),
    ...beside('CPU time of Node a reply', 'µs', ({ serverUs, requests }) => serverUs / requests),
    alone('CPU time of PostgreSQL a reply', own.postgresUs / own.requests),
    alone('CPU time of whoever asks a reply', own.loadUs / own.requests),
  ];
}
