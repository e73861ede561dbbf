-- What has to outlive a restore (D3, S4).
--
-- A restored database is as it was at an instant of the past. Whatever was taken away after that is there again: a list
-- beside the backups names it, so that it is taken away again.

-- That the database was restored. What was stated and decided between the two instants is lost; its numbers may come again.
-- Slots are not given again: whose those between two numbers were, nobody knows, so that the lists say nothing of them.
create table restoration (
  restoration_id    uuid        not null primary key,
  restored_to       timestamptz not null,
  restored_at       timestamptz not null check (restored_at >= restored_to),
  first_slot        bigint      not null,
  end_of_slots      bigint      not null check (end_of_slots >= first_slot),
  first_card_slot   bigint      not null,
  end_of_card_slots bigint      not null check (end_of_card_slots >= first_card_slot)
);
create index restoration_by_time on restoration (restored_at);
comment on table restoration is 'retention: configuration; coordinator; grows only';
comment on column restoration.restoration_id is 'sensitive: no';
comment on column restoration.restored_to is 'sensitive: no; the last instant whose transactions are in the database';
comment on column restoration.restored_at is 'sensitive: no';
comment on column restoration.first_slot is 'sensitive: no; the first slot that may have been given in the time that is lost';
comment on column restoration.end_of_slots is 'sensitive: no; the first one that was not';
comment on column restoration.first_card_slot is 'sensitive: no; the same of cards';
comment on column restoration.end_of_card_slots is 'sensitive: no; the same of cards';
grant select, insert on restoration to healthcode_app;
grant select on restoration to healthcode_reader;

-- That somebody left, and whose codes their account showed.
create table withdrawal (
  withdrawal_id uuid        not null primary key,
  account_id    uuid        not null,
  person_ids    uuid[]      not null,
  withdrawn_at  timestamptz not null,
  erase_after   timestamptz not null
);
create index withdrawal_by_time on withdrawal (withdrawn_at);
comment on table withdrawal is 'retention: working; coordinator; grows only';
comment on column withdrawal.withdrawal_id is 'sensitive: no';
comment on column withdrawal.account_id is 'sensitive: identity; made up, says nothing by itself';
comment on column withdrawal.person_ids is 'sensitive: identity; the same';
comment on column withdrawal.withdrawn_at is 'sensitive: no';
comment on column withdrawal.erase_after is 'sensitive: no';
grant select, insert on withdrawal to healthcode_app;
grant select on withdrawal to healthcode_reader;
grant select (withdrawal_id, erase_after), delete on withdrawal to healthcode_eraser;
