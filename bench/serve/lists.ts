import { printListName } from '../../credential/status/names.ts';
import { epochAt } from '../../credential/trust/epochs.ts';
import { connectSigning } from '../../server/passes/signing.ts';
import { openIndexes } from '../../server/passes/slots/indexes.ts';
import { createPublisher } from '../../server/passes/status/publisher.ts';
import { giveSlots, newIds } from '../status/slots.ts';
import { ask, type Trial } from '../trial.ts';

/** People who are not green: 1.5 % of a million. */
const NOT_GREEN = 15_000;
/** Of them so many turn green, which a delta tells. */
const TURNING = 1_000;

/** The names under which lists were published. */
export interface Published {
  readonly base: string;
  readonly delta: string;
}

/** Publishes the base of this epoch, with 15,000 people who are not green, and a delta, in which 1,000 of them turn. */
export async function publishLists(trial: Trial, socket: string): Promise<Published> {
  const { store, keys, decision, trust } = trial.installation;
  const rules = decision(Date.now()).rules.id;
  await addRedPeople(trial, rules);
  const parameters = () => trust.keys().parameters;
  const signing = connectSigning({ socket });
  const publisher = createPublisher({
    db: store.app,
    indexes: await openIndexes(store.app, keys, parameters, Date.now()),
    signing,
    sources: { db: store.app, keys, decision, parameters },
    parameters,
    ...{ clock: Date.now, periodMs: 10_000, sweepMs: 0, aheadMs: 0 },
  });
  try {
    await publisher.tick();
    await ask(trial, conclusions(rules, 2, 'green', '5 s', `order by slot limit ${TURNING}`));
    const { changes } = await publisher.tick();
    if (changes < TURNING) throw new Error(`a delta tells ${changes} changes`);
  } finally {
    await publisher.leave();
    signing.close();
  }
  const epoch = epochAt(Date.now(), parameters());
  return {
    base: printListName({ kind: 'base', epoch }),
    delta: printListName({ kind: 'delta', epoch, number: 1 }),
  };
}

/** Each with a code and a slot. */
async function addRedPeople(trial: Trial, rules: string): Promise<void> {
  await giveSlots(trial, newIds(NOT_GREEN));
  await ask(trial, conclusions(rules, 1, 'red', '1 hour', ''));
}

/** Statements about those who have a slot at this moment: nobody else has one yet. */
function conclusions(rules: string, number: number, colour: string, ago: string, which: string): string {
  return `insert into assessment (person_id, number, assessed_at, rules, areas, colour, next_change_at, result,
                                  inputs_digest, cause, erase_after)
          select person_id, ${number}, now() - interval '${ago}', '${rules}', 'none', '${colour}', 'infinity',
                 '{"nextChangeAt":null,"grounds":[],"measures":[],"advisories":[]}', '\\x00', 'time', 'infinity'
            from pass_slot_of ${which}`;
}
