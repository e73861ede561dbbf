import { ask, type Trial } from '../trial.ts';

/** Chance of so many bytes: what is sealed cannot be packed either. */
const sealed = (bytes: number) =>
  `(select string_agg(uuid_send(gen_random_uuid()), '') from generate_series(1, ${Math.ceil(bytes / 16)}) where p.person_id is not null)`;
const INDEX = `substring(${sealed(48)} for 34)`;

/**
 * What people leave behind who use the service, which a province that is only delivered lacks: for everybody one account with
 * one confirmed application, one slot, one phone with its slot and one card, one notice and one look. Sealed columns have as
 * many bytes as the service makes of usual content.
 */
export async function addHabits(trial: Trial): Promise<void> {
  for (const statement of HABITS) await ask(trial, statement);
}

const HABITS: readonly string[] = [
  `create table habit as select p.person_id, gen_random_uuid() as account_id, gen_random_uuid() as application_id,
          gen_random_uuid() as phone_id, gen_random_uuid() as card_id, row_number() over () - 1 as slot,
          now() as at, now() + interval '1 year' as erase_after from person p`,
  `insert into account select account_id, person_id, at, at, at, erase_after from habit`,
  `insert into account_subject select ${INDEX}, account_id, at, erase_after from habit p`,
  `insert into application select account_id, application_id, 1, ${sealed(64)}, at, erase_after from habit p`,
  `insert into application_content select account_id, application_id, 1, ${sealed(480)}, 'infinity', at, erase_after from habit p`,
  `insert into application_step (account_id, application_id, number, step, person_id, taken_at, erase_after)
   select account_id, application_id, n, case n when 1 then 'made' else 'confirmed' end, case n when 2 then person_id end, at, erase_after
     from habit, generate_series(1, 2) n`,
  `insert into application_phone select ${INDEX}, account_id, application_id, erase_after from habit p`,
  `insert into holding select person_id, 1, account_id, 'claims', at, erase_after from habit`,
  `insert into pass_slot select slot * 2, person_id, 'person', null, at, erase_after from habit
   union all select slot * 2 + 1, person_id, 'phone', phone_id, at, erase_after from habit
   union all select slot + 1099511627776, person_id, 'card', card_id, at, erase_after from habit`,
  `insert into pass_slot_of select person_id, slot, kind, bearer_id, added_at, erase_after from pass_slot`,
  `insert into phone select person_id, phone_id, account_id, substring(${sealed(48)} for 33), slot * 2 + 1, ${sealed(64)}, at, at, erase_after from habit p`,
  `insert into card select person_id, 1, card_id, slot + 1099511627776, ${sealed(560)}, account_id::text, null, at, at + interval '30 days', erase_after from habit p`,
  `insert into notice select account_id, gen_random_uuid(), 'application-confirmed', null, at, erase_after from habit`,
  `insert into look select person_id, gen_random_uuid(), at, 'hospital-1', 'client', 'admission', 'assessment', erase_after from habit`,
  `drop table habit`,
];
