import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Figure, type Progress, startProgress } from '../figures.ts';
import type { Asked } from '../serve/load.ts';
import { type OpenSigner, openSigner } from '../serve/open-signer.ts';
import { addSlotsFor, makeShows } from '../serve/passes.ts';
import { addGreenPeople, idPrefix } from '../serve/people.ts';
import { replyTo, type Serving, startServing } from '../serve/processes.ts';
import type { References } from '../serve/reference-server.ts';
import { DATABASE, openTrial, type Trial } from '../trial.ts';
import type { Borne, Offered } from './arrivals-load.ts';
import { publicData } from './public-data.ts';
import { busiest, type Chance, readInflow, readTaps, type Shape, seededChance } from './read-shapes.ts';
import { type ShowAtGates, showAtGates } from './shown-at-gates.ts';

const PEOPLE = 20_000;
/** So many come, again and again: more than the service remembers keys of phones. */
const COMING = 4_500;
/** Stations share so many gates: to register one takes a while, because a secret is made for each. */
const MOST_GATES = 24;
const FACTORS = '1,10,30,100';
/** What phones show counts for fifteen seconds, and is made before. */
const LONGEST_S = 12;
/** For starting the process that sends. */
const LEAD_MS = 3_000;
const CONSTANT = '/constant';
const WARMING_S = 4;
const WARMING_FACTOR = 10;
const SILENT: Progress = { step: () => {}, figures: (figures) => figures };

/**
 * Replays how people came through the gates of two cities, at their pace and faster, as checks at doors: what the service answers, and
 * how late, beside plain Fastify replying the same as a constant to the same requests at the same times. `gates [--factors
 * 1,10,30,100] [--seconds 12]`.
 */
export async function bench(args: readonly string[]): Promise<Figure[]> {
  const { factors, seconds } = readOptions(args);
  const data = publicData('gate-logs');
  const chance = seededChance(1);
  const shapes = [readTaps(data, chance), readInflow(data, chance)];
  const progress = startProgress('gates');
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-gates-'));
  const trial = await openTrial();
  const signer = openSigner(trial);
  try {
    const { show, close } = await prepare(trial, signer, gatesFor(shapes), chance, progress);
    const { socket } = signer;
    const serving = await startServing('server.ts', { processes: 1, site: trial.site, socket });
    const asked = await show([{ atMs: 0, station: 0 }], Date.now());
    const reference = await startConstant(serving, asked, trial.url(DATABASE));
    const replay: Replay = { serving, reference, show, folder, seconds, progress };
    const figures: Figure[] = [];
    try {
      // Code that was not run often yet is not compiled well, and connections are not open.
      progress.step('warming up');
      await replayOne({ ...replay, seconds: WARMING_S, progress: SILENT }, shapes[1]!, WARMING_FACTOR);
      for (const shape of shapes)
        for (const factor of factors) figures.push(...(await replayOne(replay, shape, factor)));
      return figures;
    } finally {
      await reference.stop();
      await serving.stop();
      close();
    }
  } finally {
    await signer.stop();
    await trial.stop();
    rmSync(folder, { recursive: true });
  }
}

function gatesFor(shapes: readonly Shape[]): number {
  const all = new Set(shapes.flatMap(({ arrivals }) => arrivals.map(({ station }) => station)));
  return Math.min(MOST_GATES, all.size);
}

/** People with codes and what they show, and the gates. */
async function prepare(
  trial: Trial,
  { socket, appeared }: OpenSigner,
  gates: number,
  chance: Chance,
  { step }: Progress,
): Promise<{ readonly show: ShowAtGates; readonly close: () => void }> {
  const now = Date.now();
  step(`writing ${PEOPLE} people and ${gates} gates down`);
  const people = (await addGreenPeople(trial, PEOPLE, idPrefix(now), now)).slice(0, COMING);
  await addSlotsFor(trial, people, 'person');
  await appeared();
  step(`making passes of ${people.length} people`);
  const shows = await makeShows(trial, socket, people);
  const show = await showAtGates(trial, gates, people, shows, chance);
  return { show, close: shows.close };
}

function readOptions(args: readonly string[]): {
  readonly factors: readonly number[];
  readonly seconds: number;
} {
  const options = {
    factors: { type: 'string', default: FACTORS },
    seconds: { type: 'string', default: String(LONGEST_S) },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const factors = values.factors.split(',').map(Number);
  const seconds = Math.min(LONGEST_S, Number(values.seconds));
  if (!(seconds > 0) || !factors.every((factor) => factor > 0))
    throw new Error('factors and seconds are above 0');
  return { factors, seconds };
}

/** Replies to each request what the service replies to one. */
async function startConstant(serving: Serving, [asked]: readonly Asked[], url: string): Promise<Serving> {
  const json = await (await replyTo(serving, asked!)).text();
  const constant = { method: 'POST' as const, path: CONSTANT, body: { json }, status: 200 };
  const references: References = { processes: 1, constants: [constant], url };
  return startServing('reference-server.ts', references);
}

interface Replay {
  readonly serving: Serving;
  readonly reference: Serving;
  readonly show: ShowAtGates;
  readonly folder: string;
  readonly seconds: number;
  readonly progress: Progress;
}

async function replayOne(
  { serving, reference, show, folder, seconds, progress }: Replay,
  shape: Shape,
  factor: number,
): Promise<readonly Figure[]> {
  const arrivals = busiest(shape, factor, seconds);
  const dueMs = arrivals.map(({ atMs }) => atMs);
  const replay = async (to: Serving, path?: string) => {
    const before = Date.now();
    // Making what is shown takes time too, and some of it names the moment at which it is shown.
    const shown = await show(arrivals, before + LEAD_MS * 2);
    const requests = path === undefined ? shown : shown.map((one) => ({ ...one, path }));
    const beginsAt = Math.max(Date.now(), before) + LEAD_MS;
    return offer(folder, { url: to.url, requests, dueMs, beginsAt });
  };
  const own = await replay(serving);
  const constant = await replay(reference, CONSTANT);
  return progress.figures(figuresOf(`${shape.name}, ×${factor}`, arrivals.length, seconds, own, constant));
}

async function offer(folder: string, offered: Offered): Promise<Borne> {
  const file = join(folder, 'offered.json');
  writeFileSync(file, JSON.stringify(offered));
  const load = fork(fileURLToPath(new URL('./arrivals-load.ts', import.meta.url)), [file]);
  const [borne] = await Promise.race([once(load, 'message'), once(load, 'exit').then(() => [])]);
  if (borne === undefined) throw new Error('the process that sends has ended early');
  return borne as Borne;
}

function figuresOf(
  how: string,
  offered: number,
  seconds: number,
  own: Borne,
  constant: Borne,
): readonly Figure[] {
  const alone = (of: string, value: number, unit: string): Figure => ({
    ...{ bench: 'gates', figure: `${how}: ${of}`, value, unit },
  });
  const beside = (of: string, value: (borne: Borne) => number, unit: string): Figure => ({
    ...alone(of, value(own), unit),
    reference: 'Fastify replying the same as a constant object to the same requests at the same times',
    ...{ referenceValue: value(constant), ratio: value(own) / value(constant) },
  });
  return [
    alone('offered', offered / seconds, '1/s'),
    beside('answered', ({ answered }) => answered / seconds, '1/s'),
    alone('refused with 503', own.refused / seconds, '1/s'),
    alone('failed otherwise', own.failed / seconds, '1/s'),
    beside('50 of 100 answered after they were due within', ({ p50 }) => p50, 'ms'),
    beside('99 of 100 answered after they were due within', ({ p99 }) => p99, 'ms'),
    beside('99 of 100 sent after they were due within', ({ sentP99 }) => sentP99, 'ms'),
  ];
}
