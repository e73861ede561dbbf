-- Printed codes (S10). What lies together by person_id is who may show the code of a person.

-- A printed code. The row with the highest number counts; the ones before have ended.
create table card (
  person_id    uuid        not null,
  number       bigint      not null check (number > 0),
  card_id      uuid        not null,
  slot         bigint      not null,
  sealed_card  bytea       not null,
  actor        text        not null,
  authority    text,
  issued_at    timestamptz not null,
  expires_at   timestamptz not null check (expires_at > issued_at),
  erase_after  timestamptz not null,
  primary key (person_id, number)
);
comment on table card is 'retention: identity; distributed by person_id; grows only';
comment on column card.person_id is 'sensitive: identity';
comment on column card.number is 'sensitive: no; 1, 2, 3 for each person';
comment on column card.card_id is 'sensitive: no; made up';
comment on column card.slot is 'sensitive: identity; its slot in the lists of status';
comment on column card.sealed_card is 'sensitive: identity; the signed text, the masked name and the year of birth, sealed with the data key of the person';
comment on column card.actor is 'sensitive: identity; the account that shows the code, or a member of staff';
comment on column card.authority is 'sensitive: no; of the member of staff; null when whoever shows the code issued it';
comment on column card.issued_at is 'sensitive: no';
comment on column card.expires_at is 'sensitive: no';
comment on column card.erase_after is 'sensitive: no';
grant select, insert on card to healthcode_app;
grant select on card to healthcode_reader;
grant select (person_id, number, erase_after), delete on card to healthcode_eraser;

-- That a printed code counts no more before its time is over.
create table card_end (
  person_id    uuid        not null,
  number       bigint      not null,
  reason       text        not null check (reason in ('replaced', 'cancelled', 'code-ended')),
  actor        text,
  ended_at     timestamptz not null,
  erase_after  timestamptz not null,
  primary key (person_id, number)
);
comment on table card_end is 'retention: identity; distributed by person_id; grows only';
comment on column card_end.person_id is 'sensitive: identity';
comment on column card_end.number is 'sensitive: no; of the card';
comment on column card_end.reason is 'sensitive: no; code-ended: the account that showed the code shows it no more';
comment on column card_end.actor is 'sensitive: identity; who replaced or cancelled it; null when the code ended';
comment on column card_end.ended_at is 'sensitive: no';
comment on column card_end.erase_after is 'sensitive: no';
grant select, insert on card_end to healthcode_app;
grant select on card_end to healthcode_reader;
grant select (person_id, number, erase_after), delete on card_end to healthcode_eraser;
