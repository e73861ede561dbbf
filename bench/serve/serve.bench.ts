import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { API_ROOT } from '../../api/route.ts';
import { cookieKind, SESSION_COOKIE } from '../../server/accounts/session-cookie.ts';
import type { Figure } from '../figures.ts';
import { openTrial, type Trial } from '../trial.ts';
import type { Asked } from './load.ts';
import { addGreenPeople, cookieOf, type Someone } from './people.ts';
import { type Load, type Measured, measureServing } from './processes.ts';

const PEOPLE = 100_000;
/** Of them so many ask, by chance. */
const ASKING = 32_000;
const PROCESSES = [1, 2];

/**
 * Shows codes and answers doors, by one process and by two that share a port, each beside Fastify replying a constant text
 * as long and beside one row by its primary key, on the same machine in the same run.
 */
export async function bench(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-serve-'));
  const trial = await openTrial();
  try {
    const people = await addGreenPeople(trial, PEOPLE, Date.now());
    const asking = byChance(people, ASKING);
    const code = { name: 'GET /me/code of green people', requests: codesOf(trial, asking) };
    const figures: Figure[] = [];
    for (const processes of PROCESSES) {
      const measure = (what: 'service' | 'constant' | 'row', load: Load, bytes = 0) =>
        measureServing(trial, { what, processes, bytes, folder, load });
      const shown = await measure('service', code);
      const constant = await measure('constant', constantly(shown.bytes), shown.bytes);
      const row = await measure('row', rowsOf(asking));
      figures.push(...figuresOf(code.name, processes, shown, constant, row));
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

function constantly(bytes: number): Load {
  return { name: `a constant text of ${bytes} bytes`, requests: [{ method: 'GET', path: '/' }] };
}

function rowsOf(people: readonly Someone[]): Load {
  return {
    name: 'one row by its key',
    requests: people.map(({ personId }) => ({ method: 'GET', path: `/${personId}` })),
  };
}

function figuresOf(
  name: string,
  processes: number,
  own: Measured,
  constant: Measured,
  row: Measured,
): readonly Figure[] {
  const how = `${name}, ${processes === 1 ? 'one process' : 'two processes'}`;
  const rate = ({ requests, seconds }: Measured) => requests / seconds;
  const figure = (
    of: string,
    unit: string,
    value: number,
    reference?: string,
    referenceValue?: number,
  ): Figure => ({
    ...{ bench: 'serve', figure: `${how}: ${of}`, value, unit },
    ...(reference !== undefined && {
      ...{ reference, referenceValue: referenceValue!, ratio: value / referenceValue! },
    }),
  });
  const text = `Fastify replying a constant text of ${own.bytes} bytes`;
  const key = 'Fastify and pg reading one row by its key';
  return [
    figure('replies a second', '1/s', rate(own), text, rate(constant)),
    figure('replies a second, beside the row', '1/s', rate(own), key, rate(row)),
    figure('99 of 100 within', 'ms', own.p99, text, constant.p99),
    figure(
      'CPU time of Node a reply',
      'µs',
      own.serverUs / own.requests,
      text,
      constant.serverUs / constant.requests,
    ),
    figure(
      'CPU time of Node a reply, beside the row',
      'µs',
      own.serverUs / own.requests,
      key,
      row.serverUs / row.requests,
    ),
    figure(
      'CPU time of PostgreSQL a reply',
      'µs',
      own.postgresUs / own.requests,
      key,
      row.postgresUs / row.requests,
    ),
    figure(
      'CPU time of the load a reply',
      'µs',
      own.loadUs / own.requests,
      text,
      constant.loadUs / constant.requests,
    ),
  ];
}
