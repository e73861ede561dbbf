import { type Instant, parseInstant } from '../domain/time.ts';
import { checkDecisions } from '../server/codes/check-decisions.ts';
import { type CurrentAssessment, readAssessments } from '../server/codes/read-assessments.ts';
import { latestAssessments, samplePeople } from '../server/codes/store.ts';
import { whenNobodyIsDue } from '../server/codes/when-nobody-is-due.ts';
import { BUCKETS } from '../server/platform/db/uuid.ts';
import { startWork, type Working } from '../server/working.ts';
import { submit } from './deliveries.ts';
import type { Figure } from './figures.ts';
import { cpuSince, openTrial, type Trial } from './trial.ts';

const EVENING = parseInstant('2021-01-20T22:00:00+08:00');
const MIDNIGHT = parseInstant('2021-01-21T00:00:00+08:00');
const DAY = '2021-01-06T09:00:00+08:00';
const TOGETHER = 1_000;
const AT_ONCE = 4;
/** People of each bucket whose colours are read at midnight, and whose conclusions are made again afterwards. */
const SAMPLE = 16;

/**
 * Lets everyone's quarantine end at one midnight: two thirds are contacts, who turn green for good; one third came from
 * overseas and must stay at home for another week, so that what comes after that is to be worked out from their evidence.
 */
export async function bench([people = '300000']: readonly string[]): Promise<Figure[]> {
  const trial = await openTrial(EVENING);
  try {
    const evening = await settle(trial, Number(people));
    // The service is down over the instant, and comes back two seconds later.
    const clock = clockFrom(MIDNIGHT + 2_000);
    const { read, figures } = await readColours(trial, clock);
    const turning = await turn(trial, clock, Number(people));
    await check(trial, read);
    return [...evening, ...figures, ...turning];
  } finally {
    await trial.stop();
  }
}

function clockFrom(start: Instant): () => Instant {
  const begun = Date.now();
  return () => start + Date.now() - begun;
}

function workOf({ installation }: Trial, clock: () => Instant): Working {
  return startWork(installation, clock, {
    onFailure: (error) => {
      throw error;
    },
  });
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

async function turn(trial: Trial, clock: () => Instant, people: number): Promise<Figure[]> {
  const before = trial.cpu();
  const begun = performance.now();
  const work = workOf(trial, clock);
  await whenNobodyIsDue(work);
  const seconds = (performance.now() - begun) / 1_000;
  await work.stop();
  const { node, postgres } = cpuSince(trial, before);
  return [
    figureOf(`until the rows of ${people.toLocaleString('en-US')} people have followed`, seconds, 's'),
    figureOf('CPU time of that in Node', node / 1e6, 's'),
    figureOf('CPU time of that in PostgreSQL', postgres / 1e6, 's'),
  ];
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
