import { setTimeout as sleep } from 'node:timers/promises';
import { type Instant, parseInstant } from '../../domain/time.ts';
import { checkDecisions } from '../../server/codes/check-decisions.ts';
import { type CurrentAssessment, readAssessments } from '../../server/codes/read-assessments.ts';
import { latestAssessments, samplePeople } from '../../server/codes/store.ts';
import { whenNobodyIsDue } from '../../server/codes/when-nobody-is-due.ts';
import { BUCKETS } from '../../server/platform/db/uuid.ts';
import { submit } from '../deliveries.ts';
import type { Figure } from '../figures.ts';
import { giveSlots } from '../status/slots.ts';
import { ask, type Cpu, cpuSince, openTrial, type Trial } from '../trial.ts';
import { clockFrom, workOf } from '../work.ts';
import { openPublishing, type Publishing, statusFigures } from './gate-statuses.ts';
import { bareDelta, bareWrite } from './references.ts';

const EVENING = parseInstant('2021-01-20T22:00:00+08:00');
const MIDNIGHT = parseInstant('2021-01-21T00:00:00+08:00');
/** The publisher begins then. */
const BEFORE = parseInstant('2021-01-20T23:54:16+08:00');
/** From then on, everything runs by the clock. */
const LAST = parseInstant('2021-01-20T23:59:36+08:00');
const DAY = '2021-01-06T09:00:00+08:00';
/** So long after midnight it is looked whether all is said. */
const FOLLOWED_MS = 35_000;
const TOGETHER = 1_000;
const AT_ONCE = 4;
/** People of each bucket whose colours are read at midnight, and whose conclusions are made again afterwards. */
const SAMPLE = 16;

/**
 * Lets everyone's quarantine end at one midnight: two thirds are contacts, who turn green for good; one third came from
 * overseas and must stay at home for another week, so that what comes after that is to be worked out from their evidence.
 * The statuses of gates are published meanwhile, as by a service.
 */
export async function bench([people = '300000']: readonly string[]): Promise<Figure[]> {
  const trial = await openTrial(EVENING);
  try {
    const evening = told(await settle(trial, Number(people)));
    await giveSlots(trial, 'select person_id from person');
    await ask(trial, 'vacuum analyze');
    const publishing = await openPublishing(trial, BEFORE);
    const prepared = await prepare(trial, publishing);
    // Somebody looks when the instant has come and nothing was written yet.
    const { read, figures } = await readColours(trial, () => MIDNIGHT + 2_000);
    const early = told(figures);
    const turning = told(await turn(trial, publishing, Number(people), prepared));
    await check(trial, read);
    return [...evening, ...early, ...turning];
  } finally {
    await trial.stop();
  }
}

/** Tells each figure as it comes. */
function told(figures: readonly Figure[]): readonly Figure[] {
  for (const { figure, value, unit } of figures) console.error(`${figure}: ${value} ${unit}`);
  return figures;
}

/** Publishes as in the last minutes before midnight; what those calls took that had something to work out. */
async function prepare(trial: Trial, { tickAt, notGreen }: Publishing): Promise<Cpu[]> {
  const prepared: Cpu[] = [];
  let now = BEFORE;
  for (; now < LAST; now += 10_000) {
    const before = trial.cpu();
    await tickAt(now);
    if (now > BEFORE) prepared.push(cpuSince(trial, before));
  }
  console.error(`${await notGreen(now)} people are not green in the evening`);
  return prepared;
}

/** Takes in the evidence of everyone and assesses them, in the evening before. */
async function settle(trial: Trial, people: number): Promise<Figure[]> {
  const clock = clockFrom(EVENING);
  const work = workOf(trial, clock);
  // They are assessed afterwards, so that each can be measured by itself.
  await work.worker.stop();
  let next = 0;
  const one = async () => {
    while (next < people) {
      const count = Math.min(TOGETHER, people - next);
      next += count;
      const first = next - count;
      await submit(
        work,
        Array.from({ length: count }, (_, i) => lineOf(first + i)),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  await work.stop();
  const before = trial.cpu();
  const begun = performance.now();
  const again = workOf(trial, clock);
  await whenNobodyIsDue(again);
  const seconds = (performance.now() - begun) / 1_000;
  await again.stop();
  const { node, postgres } = cpuSince(trial, before);
  return [
    figureOf('people assessed from evidence per second', people / seconds, '1/s'),
    figureOf('CPU time a person assessed from evidence, in Node', node / people, 'µs'),
    figureOf('CPU time a person assessed from evidence, in PostgreSQL', postgres / people, 'µs'),
  ];
}

function lineOf(number: number): string {
  const document = { type: 'passport', number: `E${number}`, issuer: 'FRA' };
  const fromOverseas = number % 3 === 0;
  return JSON.stringify({
    ...{ id: `M-${number}`, version: 1, recordedAt: DAY, person: { document } },
    ...(fromOverseas
      ? { source: 'customs', kind: 'overseas', data: { country: 'FR', enteredAt: DAY } }
      : { source: 'health', kind: 'contact', data: { level: 'close', lastExposure: DAY } }),
  });
}

/** What was read about some people while no row had followed yet. */
interface Early {
  readonly read: ReadonlyMap<string, CurrentAssessment>;
  readonly figures: readonly Figure[];
}

async function readColours({ installation }: Trial, clock: () => Instant): Promise<Early> {
  const { store, keys, decision } = installation;
  const read = new Map<string, CurrentAssessment>();
  let milliseconds = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    for (const personId of await samplePeople(store.app, bucket, SAMPLE, 'midnight')) {
      const begun = performance.now();
      const now = clock();
      const { current } = await readAssessments(store.app, keys, decision(now), [personId], now);
      milliseconds += performance.now() - begun;
      read.set(personId, current.get(personId)!);
    }
  }
  const mean = milliseconds / read.size;
  return {
    read,
    figures: [figureOf('a colour read after midnight, before its row has followed', mean, 'ms')],
  };
}

async function turn(
  trial: Trial,
  publishing: Publishing,
  people: number,
  prepared: readonly Cpu[],
): Promise<Figure[]> {
  const clock = clockFrom(LAST);
  const running = publishing.run(clock);
  const work = workOf(trial, clock);
  await until(clock, MIDNIGHT);
  const before = trial.cpu();
  await whenNobodyIsDue(work);
  const seconds = (clock() - MIDNIGHT) / 1_000;
  const { node, postgres } = cpuSince(trial, before);
  await work.stop();
  await until(clock, MIDNIGHT + FOLLOWED_MS);
  const ticks = await running.stop();
  // Whoever came from overseas stays red for another week.
  const red = await publishing.notGreen(clock());
  if (red !== Math.ceil(people / 3)) throw new Error(`${red} people are not green after midnight`);
  const gates = statusFigures(ticks, MIDNIGHT, prepared);
  const [write, delta] = [await bareWrite(trial), await bareDelta(trial)];
  return [
    beside(
      figureOf(`until the rows of ${people.toLocaleString('en-US')} people have followed`, seconds, 's'),
      'the same rows written by one statement',
      write,
    ),
    figureOf('CPU time of that in Node, with what is published meanwhile', node / 1e6, 's'),
    figureOf('CPU time of that in PostgreSQL, with what is published meanwhile', postgres / 1e6, 's'),
    ...gates.map((one) => ({ bench: 'midnight', ...one })),
    figureOf('as many colours read by COPY, encoded and signed', delta, 's'),
  ];
}

async function until(clock: () => Instant, instant: Instant): Promise<void> {
  while (clock() < instant) await sleep(Math.min(50, instant - clock()));
}

function beside(figure: Figure, reference: string, referenceValue: number): Figure {
  return { ...figure, reference, referenceValue, ratio: figure.value / referenceValue };
}

/** Whoever was read early has the same row now, and a sample of the new conclusions comes out again from evidence. */
async function check({ installation }: Trial, early: Early['read']): Promise<void> {
  for (const { personId, colour, result } of await latestAssessments(installation.store.app, [
    ...early.keys(),
  ])) {
    const read = early.get(personId)!;
    if (read.colour !== colour || read.result !== result)
      throw new Error('a row is not what was read before');
  }
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const { checked, different } = await checkDecisions(installation, bucket, SAMPLE, 'check');
    if (checked === 0 || different.length > 0) throw new Error('a conclusion comes out otherwise');
  }
}

function figureOf(figure: string, value: number, unit: string): Figure {
  return { bench: 'midnight', figure, value, unit };
}
