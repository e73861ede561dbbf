import { DATABASE, type Trial } from '../trial.ts';
import type { Asked } from './load.ts';
import type { Load } from './loads.ts';
import { type Measured, measure, replyTo, type Serving, type Step, startServing } from './processes.ts';
import type { Constant, Signatures } from './reference-server.ts';
import { findPgbench, readRows } from './row-by-pgbench.ts';

/**
 * What a load is held against, measured once for all loads that name the same key. `same`: the same reply as a constant object
 * to the same requests; `plain`: to a plain GET; `static`: the same bytes; `row`: a row by its key, by Fastify and `pg`;
 * `pgbench`: the same by `pgbench`.
 */
export interface Reference {
  readonly kind: 'same' | 'plain' | 'static' | 'row' | 'pgbench';
  readonly key: string;
  readonly signatures?: Signatures;
}

/** What a reference is called beside a figure. */
export function nameOf({ kind, signatures }: Reference): string {
  if (!signatures) return NAMES[kind];
  const { made, verified } = signatures;
  const operations = made > 0 ? `${made} bare signature` : `${verified} bare verification(s)`;
  return `${NAMES[kind]} after ${operations}`;
}

const NAMES: Readonly<Record<Reference['kind'], string>> = {
  same: 'Fastify replying the same as a constant object to the same requests',
  plain: 'Fastify replying the same as a constant object to a plain GET',
  static: 'Fastify replying the same bytes with the same headers (static reply)',
  row: 'Fastify and pg reading one row by its key',
  pgbench: 'pgbench -S -M prepared reading one row by its key',
};

/** The references of one count of processes, measured when they are asked for. */
export interface References {
  /** Undefined for what this machine lacks. Latencies in ms, CPU times in µs. */
  readonly measure: (
    reference: Reference,
    requests: readonly Asked[],
    status: number | undefined,
  ) => Promise<Measured | undefined>;
  readonly stop: () => Promise<void>;
}

/** What all steps of one count of processes have in common. */
export type Common = Omit<Step, 'name' | 'serving' | 'requests' | 'status'> & {
  readonly trial: Trial;
  /** What the ids of people begin with, and how many there are. */
  readonly ids: { readonly prefix: string; readonly people: number; readonly some: readonly string[] };
};

/** Starts what the loads are held against: the constants are what the service replies to the first request of each. */
export async function startReferences(
  service: Serving,
  loads: readonly Load[],
  common: Common,
): Promise<References> {
  const constants = new Map<string, Constant>();
  for (const load of loads) {
    const [asked] = await load.requests(service);
    const { status = 200 } = load;
    const response = await replyTo(service, asked!, status);
    const bytes = Buffer.from(await response.arrayBuffer());
    for (const { kind, key, signatures } of load.references) {
      const path = pathOf(kind, key);
      if (kind === 'row' || kind === 'pgbench' || constants.has(path)) continue;
      const method = kind === 'same' ? asked!.method : 'GET';
      const body =
        kind === 'static'
          ? { bytes: bytes.toString('base64'), headers: constantHeaders(response) }
          : { json: bytes.toString('utf8') };
      constants.set(path, { method, path, body, status, ...(signatures && { signatures }) });
    }
  }
  const { processes, trial } = common;
  const serving = await startServing('reference-server.ts', {
    ...{ processes, constants: [...constants.values()], url: trial.url(DATABASE) },
  });
  const known = new Map<string, Promise<Measured | undefined>>();
  return {
    measure: (reference, requests, status) => {
      const path = pathOf(reference.kind, reference.key);
      const found = known.get(path) ?? measureOne(reference, serving, requests, status, common);
      known.set(path, found);
      return found;
    },
    stop: serving.stop,
  };
}

/** All but what a server adds by itself. */
function constantHeaders({ headers }: Response): Record<string, string> {
  const own = ['connection', 'keep-alive', 'date', 'content-length'];
  return Object.fromEntries([...headers].filter(([name]) => !own.includes(name)));
}

function pathOf(kind: string, key: string): string {
  return `/${kind}/${key.replace(/\W+/g, '-')}`;
}

async function measureOne(
  reference: Reference,
  serving: Serving,
  requests: readonly Asked[],
  status: number | undefined,
  common: Common,
): Promise<Measured | undefined> {
  const { kind, key } = reference;
  const { ids } = common;
  if (kind === 'pgbench') return measurePgbench(common);
  const path = pathOf(kind, key);
  const asked: Readonly<Record<Exclude<Reference['kind'], 'pgbench'>, () => readonly Asked[]>> = {
    same: () => requests.map((one) => ({ ...one, path })),
    plain: () => [{ method: 'GET', path }],
    static: () => requests.map((one) => ({ ...one, path })),
    row: () => ids.some.map((id) => ({ method: 'GET', path: `/rows/${id}` })),
  };
  const step = { ...common, name: nameOf(reference), serving, requests: asked[kind]() };
  return measure(status === undefined || kind === 'row' ? step : { ...step, status });
}

async function measurePgbench({
  trial,
  processes,
  ids,
  seconds,
  folder,
}: Common): Promise<Measured | undefined> {
  const program = findPgbench();
  if (program === undefined) return undefined;
  const { prefix, people } = ids;
  const read = await readRows(trial, { program, prefix, people, threads: processes, seconds, folder });
  return { ...read, failed: 0, cpuUs: 0, serverUs: 0, signerUs: 0 };
}
