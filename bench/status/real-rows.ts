import { parseInstant } from '../../domain/time.ts';
import { openIndexes } from '../../server/passes/slots/indexes.ts';
import { createPublisher } from '../../server/passes/status/publisher.ts';
import type { Figure } from '../figures.ts';
import { ask, cpuSince, openTrial, type Trial } from '../trial.ts';
import { ISSUERS } from './issuers.ts';
import { giveSlots, newIds } from './slots.ts';

const EVENING = parseInstant('2021-01-20T23:58:00+08:00');
/** What it takes to publish for so many people who all turn at once, with real rows in a database. */
export async function benchRows(people: number): Promise<Figure[]> {
  const trial = await openTrial(EVENING);
  try {
    await addPeople(trial, people);
    const { store, keys, decision, trust } = trial.installation;
    const parameters = () => trust.keys().parameters;
    let now = EVENING;
    const publisher = createPublisher({
      db: store.app,
      indexes: await openIndexes(store.app, keys, parameters, now),
      signing: { sign: async (use, payload) => ISSUERS[use as 'status' | 'delta'](payload) },
      sources: { db: store.app, keys, decision, parameters },
      parameters,
      ...{ clock: () => now, periodMs: 10_000, sweepMs: 0, aheadMs: 1_000 },
    });
    const figures: Figure[] = [];
    const tick = async (what: string, changes: number | undefined) => {
      const [before, begun] = [trial.cpu(), performance.now()];
      const ticked = await publisher.tick();
      const milliseconds = performance.now() - begun;
      if (changes !== undefined && ticked.changes !== changes)
        throw new Error(`${what}: ${ticked.changes} changes`);
      const { node, postgres } = cpuSince(trial, before);
      figures.push(figureOf(what, milliseconds, 'ms'));
      figures.push(figureOf(`${what}: CPU time in Node`, node / 1_000, 'ms'));
      figures.push(figureOf(`${what}: CPU time in PostgreSQL`, postgres / 1_000, 'ms'));
      now += 10_000;
    };
    const all = people.toLocaleString('en-US');
    await tick(`first base of ${all} people from their rows`, undefined);
    await tick('a call when nothing has happened', 0);
    now += 60_000;
    await turnGreen(trial, now);
    await tick(`a call after ${all} people have turned`, people);
    return figures;
  } finally {
    await trial.stop();
  }
}

/** People who are red, each with a code and a slot. */
async function addPeople(trial: Trial, people: number): Promise<void> {
  await giveSlots(trial, newIds(people));
  await ask(trial, assessments(1, 'red', '2021-01-10T00:00:00+08:00'));
  await ask(trial, 'vacuum analyze');
}

async function turnGreen(trial: Trial, at: number): Promise<void> {
  await ask(trial, assessments(2, 'green', new Date(at - 1_000).toISOString()));
}

function assessments(number: number, colour: string, at: string): string {
  return `insert into assessment (person_id, number, assessed_at, rules, areas, colour, next_change_at, next_colour,
                                  result, next_result, inputs_digest, cause, erase_after)
          select person_id, ${number}, '${at}', 'zj-2021-01', 'none', '${colour}', 'infinity', null,
                 '{"nextChangeAt":null,"grounds":[],"measures":[],"advisories":[]}', null, '\\x00', 'time', 'infinity'
            from pass_slot_of`;
}

function figureOf(figure: string, value: number, unit: string): Figure {
  return { bench: 'status', figure, value, unit };
}
