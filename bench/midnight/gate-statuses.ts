import { setTimeout as sleep } from 'node:timers/promises';
import { STATUS } from '../../credential/status-view.ts';
import { epochAt } from '../../credential/trust/epochs.ts';
import type { Instant } from '../../domain/time.ts';
import { createGateLists } from '../../gate/status-lists.ts';
import { verify } from '../../gate/verify.ts';
import { type Indexes, openIndexes } from '../../server/passes/slots/indexes.ts';
import { createPublisher, type Publisher, type Ticked } from '../../server/passes/status/publisher.ts';
import { createStatusFiles } from '../../server/passes/status/status-files.ts';
import type { Figure } from '../figures.ts';
import { ISSUERS, KEYS } from '../status/issuers.ts';
import { ask, type Cpu, cpuSince, type Trial } from '../trial.ts';

/** As a service publishes. */
const PERIOD_MS = 10_000;
/** Without the slow look over everybody, which takes 200 ms of each call, whatever happens. */
const SWEEP_MS = 0;
const AHEAD_MS = 3_000;

/** What publishes the statuses of gates while everybody turns. */
export interface Publishing {
  /** Publishes at an instant, however far the clock of the machine is. */
  readonly tickAt: (now: Instant) => Promise<Ticked>;
  /** Publishes every ten seconds, until it is told to stop. */
  readonly run: (clock: () => Instant) => { readonly stop: () => Promise<readonly Tick[]> };
  /** How many people are not green at an instant, as a gate reads them that fetches now. */
  readonly notGreen: (at: Instant) => Promise<number>;
}

/** A call, and what it took. */
export interface Tick extends Ticked {
  /** When its head was there. */
  readonly endedAt: Instant;
  readonly milliseconds: number;
  readonly cpu: Cpu;
}

export async function openPublishing(trial: Trial, now: Instant): Promise<Publishing> {
  const { store, keys, decision, trust } = trial.installation;
  const db = store.app;
  const parameters = () => trust.keys().parameters;
  const indexes = await openIndexes(db, keys, parameters, now);
  let clock = () => now;
  const publisher = createPublisher({
    ...{ db, indexes, parameters, clock: () => clock() },
    signing: { sign: async (use, payload) => ISSUERS[use as 'status' | 'delta'](payload) },
    sources: { db, keys, decision, parameters },
    ...{ periodMs: PERIOD_MS, sweepMs: SWEEP_MS, aheadMs: AHEAD_MS },
  });
  return {
    tickAt: (at) => {
      clock = () => at;
      return publisher.tick();
    },
    run: (running) => {
      clock = running;
      return runPublisher(trial, publisher, running);
    },
    notGreen: (at) => countNotGreen(trial, indexes, at),
  };
}

function runPublisher(trial: Trial, publisher: Publisher, clock: () => Instant) {
  const ticks: Tick[] = [];
  let stopping = false;
  const running = (async () => {
    while (!stopping) {
      const [before, begun] = [trial.cpu(), performance.now()];
      const ticked = await publisher.tick();
      const milliseconds = performance.now() - begun;
      ticks.push({ ...ticked, milliseconds, endedAt: clock(), cpu: cpuSince(trial, before) });
      for (const end = begun + PERIOD_MS; !stopping && performance.now() < end; ) await sleep(50);
    }
  })();
  return {
    stop: async () => {
      stopping = true;
      await running;
      return ticks;
    },
  };
}

async function countNotGreen(trial: Trial, indexes: Indexes, at: Instant): Promise<number> {
  const files = createStatusFiles(trial.installation.store.app);
  await files.refresh();
  const gate = createGateLists(() => KEYS, verify);
  for (const name of ['head', ...wantedBy(gate, files, at)])
    if (gate.take(files.find(name)!, at, name) === 'hole') throw new Error(`${name} does not follow`);
  const epoch = epochAt(at, trial.installation.trust.keys().parameters);
  const view = gate.view(epoch, at);
  if (!view) throw new Error('the gate has no lists of that instant');
  const slots = await ask<{ slot: string }>(trial, 'select slot from pass_slot_of');
  return slots.filter(({ slot }) => view.statusOf(indexes.indexOf(epoch, Number(slot))!) !== STATUS.green)
    .length;
}

function wantedBy(
  gate: ReturnType<typeof createGateLists>,
  files: ReturnType<typeof createStatusFiles>,
  at: Instant,
): string[] {
  gate.take(files.find('head')!, at, 'head');
  return gate.wanted();
}

/** What became of the statuses around an instant at which so many turned. */
export function statusFigures(
  ticks: readonly Tick[],
  instant: Instant,
  prepared: readonly Cpu[],
): readonly Omit<Figure, 'bench'>[] {
  const told = ticks.filter(({ changes }) => changes > 0);
  const last = told.at(-1);
  if (!last) throw new Error('nobody turned in the lists');
  const after = ticks.filter(({ endedAt }) => endedAt > instant);
  const sum = (some: readonly Cpu[], part: keyof Cpu) => some.reduce((all, cpu) => all + cpu[part], 0) / 1e6;
  return [
    figure('seconds after midnight at which the last status is published', (last.endedAt - instant) / 1_000),
    figure('statuses that had been worked out before', last.foreseen, 'people'),
    figure('CPU time in Node of working them out, in the minutes before', sum(prepared, 'node')),
    figure('CPU time in PostgreSQL of working them out, in the minutes before', sum(prepared, 'postgres')),
    figure('the call that publishes the delta of midnight', last.milliseconds / 1_000),
    figure('CPU time of that in Node', sum([last.cpu], 'node')),
    figure('CPU time of that in PostgreSQL', sum([last.cpu], 'postgres')),
    figure('longest call while the rows follow', Math.max(...after.map((one) => one.milliseconds)) / 1_000),
  ];
}

function figure(what: string, value: number, unit = 's'): Omit<Figure, 'bench'> {
  return { figure: what, value, unit };
}
