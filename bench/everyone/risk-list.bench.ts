import { DAY_MS, type Instant, printInstant, wholeSecond } from '../../domain/time.ts';
import { addDue } from '../../server/codes/store.ts';
import { whenNobodyIsDue } from '../../server/codes/when-nobody-is-due.ts';
import { areaReach } from '../../server/places/concern/area-reach.ts';
import { findConcerned } from '../../server/places/concern/find-concerned.ts';
import { createListImporter } from '../../server/places/import-list.ts';
import { bucketOf, timeUuid } from '../../server/platform/db/uuid.ts';
import { submit } from '../deliveries.ts';
import { type Figure, printFigures, readable } from '../figures.ts';
import { ask, cpuSince, openTrial, type Trial } from '../trial.ts';
import { clockFrom, workOf } from '../work.ts';
import { fillElsewhere, listedCommunity } from './elsewhere.ts';

const SIZES = '0.1,0.3,1';
const AREAS = 500;
/** People who were in the areas that the list adds: as many in every province. */
const THERE = 4_000;
const TOGETHER = 1_000;

/**
 * A risk list adds 500 areas in which 4,000 people were: how long until their codes follow, in provinces of several sizes
 * (in millions), beside the same people assessed once more by their ids, where nothing is to be written.
 */
export async function bench([sizes = SIZES]: readonly string[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  const followed: number[] = [];
  for (const size of sizes.split(',')) {
    const begun = performance.now();
    const people = Math.round(Number(size) * 1e6);
    const outcome = await benchSize(people);
    followed.push(outcome.find.seconds + outcome.follow.seconds);
    const own = figuresOf(people, outcome);
    printFigures(own, false, console.error);
    console.error(`${size} million in all: ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
    figures.push(...own);
  }
  return [...figures, growth(sizes.split(','), followed)];
}

/** The slope: 1 is as long in the largest province as in the smallest. */
function growth(sizes: readonly string[], followed: readonly number[]): Figure {
  const [first, last] = [followed[0]!, followed.at(-1)!];
  return {
    ...{
      bench: 'risk-list',
      figure: `until all have followed, of ${sizes.at(-1)} million people`,
      unit: 's',
    },
    ...{ value: last, reference: `of ${sizes[0]} million`, referenceValue: first, ratio: last / first },
  };
}

/** How long something took, and its CPU time. */
interface Taken {
  readonly seconds: number;
  readonly nodeMs: number;
  readonly postgresMs: number;
}

interface Outcome {
  readonly find: Taken;
  readonly follow: Taken;
  readonly byId: Taken;
}

async function benchSize(people: number): Promise<Outcome> {
  const at = wholeSecond(Date.now());
  const trial = await openTrial(at);
  try {
    await settleThere(trial, at);
    await fillElsewhere(trial, people - THERE, at);
    const clock = clockFrom(at + 60_000);
    await addAreas(trial, clock);
    const find = await measured(trial, () => findThem(trial, clock()));
    const follow = await measured(trial, () => assessAll(trial, clock));
    await everyoneThereIsYellow(trial);
    await makeDueAgain(trial, clock());
    const byId = await measured(trial, () => assessAll(trial, clock));
    return { find, follow, byId };
  } finally {
    await trial.stop();
  }
}

/** Takes in that people were in the areas, and assesses them: all are green. */
async function settleThere(trial: Trial, at: Instant): Promise<void> {
  const work = workOf(trial, clockFrom(at));
  for (let first = 0; first < THERE; first += TOGETHER)
    await submit(
      work,
      Array.from({ length: TOGETHER }, (_, i) => stayOf(first + i, at)),
    );
  await whenNobodyIsDue(work);
  await work.stop();
}

function stayOf(person: number, at: Instant): string {
  const from = at - (2 + (person % 5)) * DAY_MS;
  const region = listedCommunity(person % AREAS);
  return JSON.stringify({
    ...{
      source: 'telecom',
      id: `T-${person}`,
      version: 1,
      kind: 'stay',
      recordedAt: printInstant(from + DAY_MS),
    },
    person: { document: { type: 'passport', number: `E${person}`, issuer: 'FRA' } },
    data: { region, from: printInstant(from), to: printInstant(from + DAY_MS) },
  });
}

async function addAreas({ installation }: Trial, clock: () => Instant): Promise<void> {
  const { take } = createListImporter({
    database: installation.store.app,
    register: () => {
      throw new Error('areas by their codes have no names to resolve');
    },
    clientId: 'operator',
    clock,
  });
  const from = printInstant(clock() - 10 * DAY_MS);
  const areas = Array.from({ length: AREAS }, (_, area) => ({
    ...{ level: 'high', region: listedCommunity(area), from },
  }));
  const outcomes = await take(areas, new Set());
  if (outcomes.some((outcome) => 'faults' in outcome)) throw new Error('an area is not taken');
  await installation.areas.refresh();
}

async function findThem({ installation }: Trial, now: Instant): Promise<void> {
  const { rules } = installation;
  const reach = { ...areaReach([rules.at(now).compiled]), inForce: rules.inForceAt(now) };
  const found = await findConcerned(installation.store.app, reach, now);
  if (found !== THERE) throw new Error(`${found} people are found, not ${THERE}`);
}

async function assessAll(trial: Trial, clock: () => Instant): Promise<void> {
  const work = workOf(trial, clock);
  await whenNobodyIsDue(work);
  await work.stop();
}

async function measured(trial: Trial, work: () => Promise<void>): Promise<Taken> {
  const before = trial.cpu();
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1_000;
  const { node, postgres } = cpuSince(trial, before);
  return { seconds, nodeMs: node / 1e3, postgresMs: postgres / 1e3 };
}

async function everyoneThereIsYellow(trial: Trial): Promise<void> {
  const there = await peopleThere(trial);
  if (there.length !== THERE) throw new Error(`${there.length} people are yellow, not ${THERE}`);
}

async function peopleThere(trial: Trial): Promise<string[]> {
  const rows = await ask<{ id: string }>(
    trial,
    `select distinct person_id as id from assessment where colour = 'yellow'`,
  );
  return rows.map(({ id }) => id);
}

async function makeDueAgain(trial: Trial, now: Instant): Promise<void> {
  await addDue(
    trial.installation.store.app,
    (await peopleThere(trial)).map((personId) => ({
      ...{ personId, dueId: timeUuid(now), bucket: bucketOf(personId), dueAt: now, cause: 'evidence' },
    })),
  );
}

function figuresOf(people: number, { find, follow, byId }: Outcome): Figure[] {
  const of = `of ${readable(people)} people`;
  const figure = (name: string, value: number, unit: string): Figure => {
    return { bench: 'risk-list', figure: name, value, unit };
  };
  const cpuMs = ({ nodeMs, postgresMs }: Taken) => nodeMs + postgresMs;
  const beside = (value: number, referenceValue: number) => {
    const reference = 'the same by their ids, nothing to write';
    return { reference, referenceValue, ratio: value / referenceValue };
  };
  return [
    figure(`until ${readable(THERE)} who were in ${AREAS} new areas are found, ${of}`, find.seconds, 's'),
    figure(`CPU time of finding them, for each, ${of}`, us(cpuMs(find)), 'µs'),
    {
      ...figure(`until their codes have followed, ${of}`, follow.seconds, 's'),
      ...beside(follow.seconds, byId.seconds),
    },
    {
      ...figure(`CPU time of both, a person who was there, ${of}`, us(cpuMs(find) + cpuMs(follow)), 'µs'),
      ...beside(us(cpuMs(find) + cpuMs(follow)), us(cpuMs(byId))),
    },
  ];
}

function us(milliseconds: number): number {
  return (milliseconds * 1_000) / THERE;
}
