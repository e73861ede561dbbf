import { ask, type Trial } from '../trial.ts';

/** Gives some people, whose ids a query selects, a code and a slot each; their ids then stand in `pass_slot_of`. */
export async function giveSlots(trial: Trial, personIds: string): Promise<void> {
  await ask(
    trial,
    `insert into pass_slot_of (person_id, slot, kind, added_at, erase_after)
     select id, nextval('pass_slot_number'), 'person', '2021-01-01', 'infinity' from (${personIds}) as people (id)`,
  );
  await ask(
    trial,
    `insert into pass_slot (slot, person_id, kind, added_at, erase_after)
     select slot, person_id, kind, added_at, erase_after from pass_slot_of`,
  );
  await ask(
    trial,
    `insert into holding (person_id, number, account_id, way, held_from, erase_after)
     select person_id, 1, person_id, 'claims', '2021-01-01', 'infinity' from pass_slot_of`,
  );
}

/** The ids of so many people of whom nothing else is known. */
export function newIds(count: number): string {
  return `select gen_random_uuid() from generate_series(1, ${count})`;
}
