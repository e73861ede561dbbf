-- Slots of passes, and the lists of their status (S7, S8, S10).
--
-- A pass names an index in the lists of an epoch and nothing else of its person. The index is a keyed permutation of a
-- slot: a number for each person, each phone and each card that shows a code. So issuing a pass writes no row.

-- The numbers of slots. Those of cards are others, so that a number says whether it is a card's.
create sequence pass_slot_number as bigint minvalue 0 start 0;
create sequence card_slot_number as bigint minvalue 1099511627776 start 1099511627776;
grant usage on sequence pass_slot_number, card_slot_number to healthcode_app;

-- Whose a slot is. A person has one for what is shown online; each phone and each card has one of its own.
create table pass_slot (
  slot         bigint      not null primary key check (slot >= 0),
  person_id    uuid        not null,
  kind         text        not null check (kind in ('person', 'phone', 'card') and (kind = 'card') = (slot >= 1099511627776)),
  bearer_id    uuid        check ((kind = 'person') = (bearer_id is null)),
  added_at     timestamptz not null,
  erase_after  timestamptz not null
);
create index pass_slot_by_person on pass_slot (person_id);
comment on table pass_slot is 'retention: identity; distributed by slot; grows only';
comment on column pass_slot.slot is 'sensitive: identity';
comment on column pass_slot.person_id is 'sensitive: identity';
comment on column pass_slot.kind is 'sensitive: no';
comment on column pass_slot.bearer_id is 'sensitive: identity; the phone or the card';
comment on column pass_slot.added_at is 'sensitive: no';
comment on column pass_slot.erase_after is 'sensitive: no';
grant select, insert on pass_slot to healthcode_app;
grant select on pass_slot to healthcode_reader;
grant select (slot, person_id, erase_after), delete on pass_slot to healthcode_eraser;

-- The slots of a person.
create table pass_slot_of (
  person_id    uuid        not null,
  slot         bigint      not null,
  kind         text        not null check (kind in ('person', 'phone', 'card')),
  bearer_id    uuid,
  added_at     timestamptz not null,
  erase_after  timestamptz not null,
  primary key (person_id, slot)
);
create unique index pass_slot_of_itself on pass_slot_of (person_id) where kind = 'person';
create index pass_slot_of_by_time on pass_slot_of (added_at);
comment on table pass_slot_of is 'retention: identity; distributed by person_id; grows only';
comment on column pass_slot_of.person_id is 'sensitive: identity';
comment on column pass_slot_of.slot is 'sensitive: identity';
comment on column pass_slot_of.kind is 'sensitive: no';
comment on column pass_slot_of.bearer_id is 'sensitive: identity; the phone or the card';
comment on column pass_slot_of.added_at is 'sensitive: no';
comment on column pass_slot_of.erase_after is 'sensitive: no';
grant select, insert on pass_slot_of to healthcode_app;
grant select on pass_slot_of to healthcode_reader;
grant select (person_id, slot, erase_after), delete on pass_slot_of to healthcode_eraser;

-- That a slot counts no more: its phone or card was removed, or its person left. It names nobody, and stays when the
-- person is erased, for as long as a pass of it may be about.
create table pass_slot_end (
  slot         bigint      not null primary key,
  ended_at     timestamptz not null,
  erase_after  timestamptz not null
);
create index pass_slot_end_by_time on pass_slot_end (ended_at);
comment on table pass_slot_end is 'retention: working; distributed by slot; grows only';
comment on column pass_slot_end.slot is 'sensitive: no; whose it was, only another table says';
comment on column pass_slot_end.ended_at is 'sensitive: no';
comment on column pass_slot_end.erase_after is 'sensitive: no';
grant select, insert on pass_slot_end to healthcode_app;
grant select on pass_slot_end to healthcode_reader;
grant select (slot, erase_after), delete on pass_slot_end to healthcode_eraser;

-- Whoever publishes has to find whose code was given or given up lately.
create index holding_by_time on holding (held_from);
create index holding_end_by_time on holding_end (ended_at);

-- A span of time with lists and indexes of its own. Its key is destroyed when it is over: then nobody can tell whose an
-- index was.
create table status_epoch (
  epoch          bigint      not null primary key,
  capacity       bigint      not null check (capacity > 0),
  card_capacity  bigint      not null check (card_capacity > 0),
  sealed_key     bytea,
  made_at        timestamptz not null
);
comment on table status_epoch is 'retention: configuration; coordinator';
comment on column status_epoch.epoch is 'sensitive: no';
comment on column status_epoch.capacity is 'sensitive: no; how many slots of people and phones it has indexes for';
comment on column status_epoch.card_capacity is 'sensitive: no; the same for cards';
comment on column status_epoch.sealed_key is 'sensitive: no; the key of the permutation, sealed; it says nothing of anybody';
comment on column status_epoch.made_at is 'sensitive: no';
grant select, insert, update (sealed_key) on status_epoch to healthcode_app;
grant select on status_epoch to healthcode_reader;

-- The key of the indexes of cards, which are the same in each epoch.
create table card_index_key (
  number      smallint    not null primary key check (number = 1),
  sealed_key  bytea       not null,
  made_at     timestamptz not null
);
comment on table card_index_key is 'retention: configuration; coordinator';
comment on column card_index_key.number is 'sensitive: no';
comment on column card_index_key.sealed_key is 'sensitive: no; sealed; it says nothing of anybody';
comment on column card_index_key.made_at is 'sensitive: no';
grant select, insert, update (sealed_key) on card_index_key to healthcode_app;
grant select on card_index_key to healthcode_reader;

-- The lists. What is to be signed is written down before it is signed, so that a number never stands for two contents.
create table status_file (
  epoch    bigint      not null,
  kind     text        not null check (kind in ('base', 'token', 'delta', 'sum')),
  number   integer     not null check (number >= 0),
  payload  bytea,
  signed   bytea       check (num_nonnulls(payload, signed) = 1),
  made_at  timestamptz not null,
  primary key (epoch, kind, number)
);
create index status_file_unsigned on status_file (epoch) where signed is null;
comment on table status_file is 'retention: working; coordinator; erased when done';
comment on column status_file.epoch is 'sensitive: no';
comment on column status_file.kind is 'sensitive: no';
comment on column status_file.number is 'sensitive: no';
comment on column status_file.payload is 'sensitive: no; what is to be signed; it is published';
comment on column status_file.signed is 'sensitive: no; as it is published';
comment on column status_file.made_at is 'sensitive: no';
grant select, insert, update (payload, signed), delete on status_file to healthcode_app;
grant select on status_file to healthcode_reader;

-- Whose turn it is to publish, how far changes were looked for, and what lists there are.
create table status_turn (
  number       smallint    not null primary key check (number = 1),
  holder       uuid,
  held_until   timestamptz not null,
  looked_at    timestamptz not null,
  swept_after  uuid        not null,
  head         bytea
);
insert into status_turn (number, held_until, looked_at, swept_after)
values (1, '-infinity', '-infinity', '00000000-0000-0000-0000-000000000000');
comment on table status_turn is 'retention: configuration; coordinator';
comment on column status_turn.number is 'sensitive: no';
comment on column status_turn.holder is 'sensitive: no; the process that publishes';
comment on column status_turn.held_until is 'sensitive: no';
comment on column status_turn.looked_at is 'sensitive: no; whatever changed before is in the lists';
comment on column status_turn.swept_after is 'sensitive: no; where the slow look over everybody goes on';
comment on column status_turn.head is 'sensitive: no; the signed head, as it is published';
grant select, update (holder, held_until, looked_at, swept_after, head) on status_turn to healthcode_app;
grant select on status_turn to healthcode_reader;
