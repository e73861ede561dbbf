import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, type Progress, startProgress } from '../figures.ts';
import { openTrial, type Trial } from '../trial.ts';
import { publishLists } from './lists.ts';
import { type Load, type LoadName, makeLoads } from './loads.ts';
import { type OpenSigner, openSigner } from './open-signer.ts';
import { addSlotsFor, makeShows, type Shows } from './passes.ts';
import { addGreenPeople, idPrefix, type Someone } from './people.ts';
import { type Measured, measure, replyTo, startServing } from './processes.ts';
import { type Common, nameOf, type Reference, startReferences } from './references.ts';
import { findPgbench } from './row-by-pgbench.ts';
import { readServeOptions, type ServeOptions } from './serve-options.ts';

/** Of all people so many ask, by chance. */
const ASKING = 16_000;
/** So many show passes: more than the service remembers keys of phones. */
const SHOWING = 6_000;

/**
 * Shows codes, answers doors and sends what gates fetch, by one process and by two that share a port, beside Fastify replying the
 * same as a constant and beside one row by its primary key, on the same machine in the same run.
 */
export async function bench(args: readonly string[]): Promise<Figure[]> {
  const options = readServeOptions(args);
  const progress = startProgress('serve');
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-serve-'));
  const trial = await openTrial();
  const signer = openSigner(trial);
  const { socket } = signer;
  let shows: Shows | undefined;
  try {
    const ready = await prepare(trial, signer, options, progress);
    shows = ready.shows;
    const figures: Figure[] = [];
    for (const processes of options.processes) {
      const { seconds, connections } = options;
      const common = { ...ready, trial, processes, seconds, connections, folder, signerPid: signer.pid() };
      figures.push(...(await measureAll(common, ready.loads, socket, progress)));
    }
    return figures;
  } finally {
    shows?.close();
    await signer.stop();
    await trial.stop();
    rmSync(folder, { recursive: true });
  }
}

/** What is asked for, and about whom. */
interface Ready {
  readonly loads: readonly Load[];
  readonly ids: Common['ids'];
  readonly shows: Shows;
}

async function prepare(
  trial: Trial,
  { socket, appeared }: OpenSigner,
  options: ServeOptions,
  { step }: Progress,
): Promise<Ready> {
  if (!findPgbench()) step('there is no pgbench here, so it is no reference');
  const now = Date.now();
  const prefix = idPrefix(now);
  step(`writing ${options.people} people down`);
  const people = await addGreenPeople(trial, options.people, prefix, now);
  const asking = byChance(people, ASKING);
  await appeared();
  step('publishing lists');
  const published = await publishLists(trial, socket);
  const different = [...new Set(asking)];
  await addSlotsFor(trial, different, 'person');
  const showing = different.slice(0, formsOf(options.loads) > 0 ? SHOWING : 0);
  step(`making passes of ${showing.length} people`);
  const shows = await makeShows(trial, socket, showing);
  const loads = await makeLoads({ trial, asking, published, shows });
  const some = asking.map(({ personId }) => personId);
  return {
    loads: options.loads.map((name) => loads[name]),
    ids: { prefix, people: people.length, some },
    shows,
  };
}

/** By how many forms of the pass is asked. */
function formsOf(loads: readonly LoadName[]): number {
  return loads.filter((name) => name.startsWith('checks-') && name !== 'checks-number').length;
}

function byChance(people: readonly Someone[], count: number): readonly Someone[] {
  return Array.from({ length: count }, () => people[Math.floor(Math.random() * people.length)]!);
}

/** Each load, and right after it what it is held against and was not measured yet. */
async function measureAll(
  common: Common,
  loads: readonly Load[],
  socket: string,
  progress: Progress,
): Promise<Figure[]> {
  const { processes, trial } = common;
  progress.step(`starting to serve by ${processes} process(es)`);
  const serving = await startServing('server.ts', { processes, site: trial.site, socket });
  const references = await startReferences(serving, loads, common);
  const figures: Figure[] = [];
  try {
    for (const { name, requests, status, isShown, references: held } of loads) {
      let asked = await requests(serving);
      const renew = async () => {
        asked = await requests(serving);
        return asked;
      };
      const step = { ...common, name, serving, requests: asked, ...(isShown && { renew }) };
      const own = await measure(status === undefined ? step : { ...step, status });
      if (isShown) await mustLetIn(await replyTo(serving, asked[0]!));
      const beside: [Reference, Measured][] = [];
      for (const reference of held) {
        const measured = await references.measure(reference, asked, status);
        if (measured) beside.push([reference, measured]);
      }
      figures.push(...progress.figures(figuresOf(name, processes, own, beside)));
    }
    return figures;
  } finally {
    await references.stop();
    await serving.stop();
  }
}

/** What is shown lives for seconds, and is refused more quickly than it is read. */
async function mustLetIn(reply: Response): Promise<void> {
  const text = await reply.text();
  if (!text.includes('"outcome":"allow"')) throw new Error(`in the end the reply was ${text.slice(0, 500)}`);
}

function figuresOf(
  name: string,
  processes: number,
  own: Measured,
  references: readonly (readonly [Reference, Measured])[],
): readonly Figure[] {
  const how = `${name}, ${processes === 1 ? 'one process' : `${processes} processes`}`;
  const beside = (
    of: string,
    unit: string,
    value: (measured: Measured) => number,
    held = references,
  ): Figure[] =>
    held.map(([reference, measured]) => ({
      ...{ bench: 'serve', figure: `${how}: ${of}`, value: value(own), unit },
      ...{ reference: nameOf(reference), referenceValue: value(measured) },
      ratio: value(own) / value(measured),
    }));
  const alone = (of: string, value: number): Figure => ({
    ...{ bench: 'serve', figure: `${how}: ${of}`, value, unit: 'µs' },
  });
  const byNode = references.filter(([{ kind }]) => kind !== 'pgbench');
  return [
    ...beside('replies a second', '1/s', ({ requests, seconds }) => requests / seconds),
    ...beside('50 of 100 within', 'ms', ({ p50 }) => p50),
    ...beside('99 of 100 within', 'ms', ({ p99 }) => p99),
    ...beside('CPU time of Node a reply', 'µs', ({ serverUs, requests }) => serverUs / requests, byNode),
    alone('CPU time of PostgreSQL a reply', own.postgresUs / own.requests),
    alone('CPU time of the signer a reply', own.signerUs / own.requests),
    alone('CPU time of whoever asks a reply', own.cpuUs / own.requests),
  ];
}
