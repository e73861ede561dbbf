import { setTimeout as sleep } from 'node:timers/promises';
import { type Document, documentKey, readDocument } from '../domain/people/document.ts';
import { readAssessments } from '../server/codes/read-assessments.ts';
import { whenNobodyIsDue } from '../server/codes/when-nobody-is-due.ts';
import { findPeople } from '../server/people/find-or-add-people.ts';
import { startWork, type Working } from '../server/working.ts';
import { type Lines, PRESENT, provinceClock, provinceLines, quantile, submit } from './deliveries.ts';
import type { Figure } from './figures.ts';
import { cpuSince, openTrial, type Trial } from './trial.ts';
import { watchDue } from './watch-due.ts';

/** Of the made-up province, 60,000 records of some 20,000 people are loaded first. */
const PEOPLE = 36_000;
const LOADED = 60_000;
const TOGETHER = 1_000;
const AT_ONCE = 4;
const RATE = 1_000;

/** How deliveries come: so many records each, for so many seconds. One of so many is followed until its colours are there. */
const ARRIVALS = [
  { records: 10, seconds: 30, followed: 4 },
  { records: 1, seconds: 12, followed: 40 },
] as const;
type Arrival = (typeof ARRIVALS)[number];

/** Loads a province, then brings 1,000 records a second: when they are accepted, and when the colours that rest on them can be read. */
export async function bench(): Promise<Figure[]> {
  const lines = provinceLines(PEOPLE);
  const trial = await openTrial(PRESENT);
  const work = startWork(trial.installation, provinceClock(), { onFailure: fail });
  try {
    const figures = await load(trial, work, lines);
    for (const arrival of ARRIVALS) figures.push(...(await arrive(trial, work, lines, arrival)));
    return figures;
  } finally {
    await work.stop();
    await trial.stop();
  }
}

function fail(error: unknown): void {
  throw error;
}

async function load(trial: Trial, work: Working, lines: Lines): Promise<Figure[]> {
  const before = trial.cpu();
  const begun = performance.now();
  let left = LOADED;
  const one = async () => {
    for (; left > 0; left -= TOGETHER) await submit(work, lines(TOGETHER));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  await whenNobodyIsDue(work);
  const seconds = (performance.now() - begun) / 1_000;
  const { node, postgres } = cpuSince(trial, before);
  return [
    figureOf('60,000 records of a new province, accepted and everyone assessed', seconds, 's'),
    figureOf('CPU time of that in Node', node / 1e6, 's'),
    figureOf('CPU time of that in PostgreSQL', postgres / 1e6, 's'),
  ];
}

async function arrive(
  trial: Trial,
  work: Working,
  lines: Lines,
  { records, seconds, followed }: Arrival,
): Promise<Figure[]> {
  const watch = watchDue(trial);
  const accepted: number[] = [];
  const readable: number[] = [];
  const before = trial.cpu();
  const begun = performance.now();
  const one = async (_: unknown, i: number) => {
    const offered = begun + (i * records * 1_000) / RATE;
    await sleep(offered - performance.now());
    const some = lines(records);
    await submit(work, some);
    const at = performance.now();
    accepted.push(at - offered);
    if (i % followed > 0) return;
    const personId = await personOf(work, some[0]!);
    await watch.done(personId);
    await readOne(work, personId);
    readable.push(performance.now() - at);
  };
  await Promise.all(Array.from({ length: (RATE * seconds) / records }, one));
  await watch.stop();
  const { node, postgres } = cpuSince(trial, before);
  const busy = (node + postgres) / 1_000 / (performance.now() - begun);
  const how = `${RATE.toLocaleString('en-US')} records a second, ${records} a delivery`;
  return [
    figureOf(`${how}: accepted within, 50 of 100`, quantile(accepted, 0.5), 'ms'),
    figureOf(`${how}: accepted within, 99 of 100`, quantile(accepted, 0.99), 'ms'),
    figureOf(`${how}: from accepted to a colour that rests on it, 50 of 100`, quantile(readable, 0.5), 'ms'),
    figureOf(`${how}: from accepted to a colour that rests on it, 99 of 100`, quantile(readable, 0.99), 'ms'),
    figureOf(`${how}: CPUs busy`, busy, 'CPUs'),
  ];
}

async function personOf({ installation, keys }: Working, line: string): Promise<string> {
  const document = readDocument(JSON.parse(line).person.document, 'document', []) as Document;
  const people = await findPeople(installation.store.app, keys, [document]);
  return people.get(documentKey(document))!;
}

async function readOne({ installation, keys, clock }: Working, personId: string): Promise<void> {
  const { store, decision } = installation;
  const now = clock();
  const { current } = await readAssessments(store.app, keys, decision(now), [personId], now);
  if (!current.has(personId)) throw new Error('somebody who is not due any more has no colour');
}

function figureOf(figure: string, value: number, unit: string): Figure {
  return { bench: 'latency', figure, value, unit };
}
