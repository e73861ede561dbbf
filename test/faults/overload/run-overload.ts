import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Counts,
  type Generating,
  type Mix,
  sumOf,
  together,
  within,
} from '../../../bench/overload/counts.ts';
import { generate } from '../../../bench/overload/generate.ts';
import type { WhenOver } from '../site.ts';
import { storedVersions } from '../stored.ts';
import { narrowProcessor, type Processor } from './narrow-processor.ts';
import { type NarrowService, startNarrowService } from './narrow-service.ts';

/** How large an overload is. */
export interface Overload {
  /** Reaches the database; nothing else is in it. */
  readonly url: string;
  /** About so many requests a second the service is to manage; where its processor is narrow, as many people ask as if it did. */
  readonly capacity: number;
  /** Narrows its processor, and not its way to the database. */
  readonly processor?: Processor;
  readonly seconds: number;
  /** How many times as much as it manages it is offered; ten when missing. */
  readonly factor?: number;
  /** How long everything else takes. */
  readonly phases: Phases;
  /** Told of what goes on. */
  readonly tell?: (text: string) => void;
}

/** In seconds. */
export interface Phases {
  /** Each of the four looks at what the service manages. */
  readonly calibrating: number;
  readonly before: number;
  /** Longer than until all has to be as before. */
  readonly after: number;
}

/** What came of it. */
export interface Outcome {
  /** Requests a second that the service manages behind its narrow way when no more comes than is answered. */
  readonly capacity: number;
  /** With a third of that. */
  readonly before: Counts;
  /** With as much as it was to be offered. */
  readonly during: Counts;
  readonly seconds: number;
  /** With a third of it again, at once. */
  readonly after: Counts;
  readonly megabytes: { readonly before: number; readonly most: number; readonly after: number };
  /** CPU time of the service. */
  readonly cpu: { readonly usAnAnswer: number; readonly usARefusal: number };
  /** How watchers were answered meanwhile, in ms; the slowest of each. */
  readonly watched: { readonly live: number; readonly metrics: number; readonly failed: number };
  /** How many seconds of the end passed until all was as before. */
  readonly secondsUntilNormal: number;
  /** Of the records that were told to be accepted. */
  readonly evidence: { readonly accepted: number; readonly lost: number; readonly unsent: number };
}

/** Of a mix in shares, in the order in which they are turned away. */
const CALM = { overview: 0.1, history: 0.1, help: 0.005, deferrable: 0.05, showing: 0.5, checking: 0.2 };
/** Evidence and history cost more than what capacity is measured by. */
const CALM_SHARE = 1 / 3;
const QUICK = { showing: 0.8, checking: 0.2 };
/** In capacities: every level alone, but for checking, is more than can be done with what is above it. */
const RUSH = { overview: 2.2, history: 2, help: 0.1, deferrable: 2, showing: 3.4, checking: 0.3 };
/** What they are together, about. */
const WHOLE = 10;
/**
 * At a time, to find out what can be done: so many that each waits for about a tenth of a second, since what is asked at the same
 * time is looked up together, and no more than the service lets in.
 */
const atOnceOf = (capacity: number) => Math.max(24, Math.round(capacity / 10));
/** For each request that is managed in a second: so nobody asks more often than one may. */
const PEOPLE = 2;
/** After so long what requests show has to be made anew. */
const RENEW_MS = 60_000;
/** So many of a hundred who are let in and answered soon are as good as all. */
const NORMAL_SHARE = 0.97;
/** So many of a second are chance. */
const ODD = 2;
const STEADY_SECONDS = 2;

function times(mix: Mix, factor: number): Mix {
  return Object.fromEntries(Object.entries(mix).map(([kind, share]) => [kind, share * factor]));
}

/** Makes the way of a service to its database narrow, offers ten times what then can be done, and looks at everything. */
export async function runOverload(overload: Overload, whenOver: WhenOver): Promise<Outcome> {
  const { url, seconds, phases, processor, factor = WHOLE, tell = () => {} } = overload;
  const narrow = await startNarrowService(url, overload.capacity * PEOPLE, !processor, whenOver);
  if (processor) narrowProcessor(narrow.service.child.pid!, processor, whenOver);
  const run = runner(narrow, processor);
  tell('the service runs; what it manages is found out');
  const { capacity, usAnAnswer } = await (processor ? calibrate : narrowAndCalibrate)(narrow, run, overload);
  tell(`it manages ${capacity.toFixed(0)} requests a second`);
  const before = await run({ perSecond: times(CALM, capacity * CALM_SHARE), seconds: phases.before });
  tell(`a third of that: 99 of 100 within ${within(together(before, 'admittedMs'), 0.99)} ms`);
  const atRest = narrow.measure();
  const watching = watch(narrow);
  const during = await run({ perSecond: times(RUSH, (capacity * factor) / WHOLE), seconds });
  const watched = await watching();
  const inRush = narrow.measure();
  tell(
    `${factor} times that for ${seconds} s: ${sumOf(during, 'admitted')} of ${sumOf(during, 'offered')} let in`,
  );
  const after = await run({ perSecond: times(CALM, capacity * CALM_SHARE), seconds: phases.after });
  const cpuUs = inRush.cpuUs - atRest.cpuUs;
  const refused = sumOf(during, 'refused');
  return {
    ...{ capacity, before, during, seconds, after },
    megabytes: { before: atRest.megabytes, most: watched.megabytes, after: narrow.measure().megabytes },
    cpu: { usAnAnswer, usARefusal: (cpuUs - usAnAnswer * sumOf(during, 'admitted')) / refused },
    watched,
    secondsUntilNormal: untilNormal(after),
    evidence: await accountFor(narrow, run.numbered(), [before, during, after]),
  };
}

type Run = ((what: Pick<Generating, 'perSecond' | 'seconds' | 'atOnce'>) => Promise<Counts>) & {
  /** How many records were stated. */
  readonly numbered: () => number;
};

function runner({ port, requestsFile, writeRequests }: NarrowService, processor: Processor | undefined): Run {
  const from = processor && {
    ...{ connections: processor.connections, repliesPerConnection: processor.repliesPerConnection },
  };
  let firstNumber = 0;
  const run = async (what: Pick<Generating, 'perSecond' | 'seconds' | 'atOnce'>): Promise<Counts> => {
    writeRequests();
    const connections = what.atOnce === undefined ? from : undefined;
    const generation = generate({ ...what, ...connections, ...{ port, requestsFile, firstNumber } });
    const renewing = setInterval(() => {
      writeRequests();
      generation.readAgain();
    }, RENEW_MS);
    const counts = await generation.done.finally(() => clearInterval(renewing));
    firstNumber += counts.kinds.deferrable.offered;
    return counts;
  };
  return Object.assign(run, { numbered: () => firstNumber });
}

/** Makes the way so narrow that about as much can be done as is asked for, and measures how much that is. */
async function narrowAndCalibrate(narrow: NarrowService, run: Run, overload: Overload) {
  const proxy = narrow.proxy!;
  const { capacity, tell = () => {} } = overload;
  const { calibrating: seconds } = overload.phases;
  await run({ perSecond: QUICK, seconds, atOnce: atOnceOf(capacity) });
  const passed = proxy.passed();
  const counts = await run({ perSecond: times(QUICK, capacity), seconds });
  let bytesPerSecond = ((proxy.passed() - passed) / sumOf(counts, 'admitted')) * capacity;
  const rate = () => {
    proxy.narrow(bytesPerSecond);
    tell(`at ${bytesPerSecond.toFixed(0)} bytes a second:`);
    return measureRate(narrow, run, overload);
  };
  bytesPerSecond *= capacity / (await rate()).capacity;
  return rate();
}

/** Measures how much can be done. */
async function calibrate(narrow: NarrowService, run: Run, overload: Overload) {
  // Whoever comes for the first time takes more than later.
  await measureRate(narrow, run, overload);
  return measureRate(narrow, run, overload);
}

async function measureRate(narrow: NarrowService, run: Run, { capacity, phases, tell = () => {} }: Overload) {
  const { calibrating: seconds } = phases;
  const cpuBefore = narrow.measure().cpuUs;
  const closed = await run({ perSecond: times(QUICK, 1_000), seconds, atOnce: atOnceOf(capacity) });
  const admitted = sumOf(closed, 'admitted');
  const usAnAnswer = (narrow.measure().cpuUs - cpuBefore) / admitted;
  tell(`${(admitted / seconds).toFixed(0)} a second`);
  return { capacity: admitted / seconds, usAnAnswer };
}

const LOOK_MS = 1_000;

/** Watches over the service from outside; the returned function ends that. */
function watch({ service, measure }: NarrowService) {
  const seen = { live: 0, metrics: 0, failed: 0, megabytes: 0 };
  let isOver = false;
  const ask = async (path: string) => {
    const askedAt = performance.now();
    const reply = await fetch(`${service.url}${path}`);
    await reply.text();
    if (reply.status !== 200) seen.failed++;
    return performance.now() - askedAt;
  };
  const watching = (async () => {
    while (!isOver) {
      seen.live = Math.max(seen.live, await ask('/livez'));
      seen.metrics = Math.max(seen.metrics, await ask('/metrics'));
      seen.megabytes = Math.max(seen.megabytes, measure().megabytes);
      await sleep(LOOK_MS);
    }
    return seen;
  })();
  return () => {
    isOver = true;
    return watching;
  };
}

/** The second from which on everybody was let in and answered soon for a while: what is published now and then fills the way too. */
function untilNormal({ seconds }: Counts): number {
  const isNormal = seconds.map(({ offered, soon }) => soon >= offered * NORMAL_SHARE - ODD);
  const steady = Array<boolean>(STEADY_SECONDS).fill(true).join();
  const since = isNormal.findIndex(
    (_, second) => isNormal.slice(second, second + STEADY_SECONDS).join() === steady,
  );
  return since < 0 ? seconds.length : since;
}

/** Holds what was told to be accepted against what is on record. */
async function accountFor({ site }: NarrowService, numbered: number, all: readonly Counts[]) {
  const stored = await site.onDatabase(storedVersions);
  const ids = new Set(stored.map(({ id }) => id));
  const accepted = all.flatMap((counts) => counts.accepted);
  const idOf = (number: number) => `overload-${String(number).padStart(9, '0')}`;
  return {
    accepted: accepted.length,
    lost: accepted.filter((number) => !ids.has(idOf(number))).length,
    // What is on record without having been told to be, or without having been stated.
    unsent: ids.size - new Set(accepted.map(idOf)).size + Number(ids.size > numbered),
  };
}
