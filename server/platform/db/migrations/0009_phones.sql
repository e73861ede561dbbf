-- Phones that show a code by themselves (S7). What lies together by person_id is who may show the code of a person.

-- A phone, bound by a key that was made in it and cannot leave it.
create table phone (
  person_id        uuid        not null,
  phone_id         uuid        not null,
  account_id       uuid        not null,
  public_key       bytea       not null check (length(public_key) = 33),
  slot             bigint      not null,
  sealed_name      bytea       not null,
  bound_at         timestamptz not null,
  last_fetched_at  timestamptz,
  erase_after      timestamptz not null,
  primary key (person_id, phone_id)
);
comment on table phone is 'retention: identity; distributed by person_id';
comment on column phone.person_id is 'sensitive: identity; whose code it shows';
comment on column phone.phone_id is 'sensitive: no; made up';
comment on column phone.account_id is 'sensitive: identity';
comment on column phone.public_key is 'sensitive: identity; a compressed point on P-256; in no pass';
comment on column phone.slot is 'sensitive: identity; its slot in the lists of status';
comment on column phone.sealed_name is 'sensitive: identity; what its owner calls it, sealed with the data key of the person';
comment on column phone.bound_at is 'sensitive: no';
comment on column phone.last_fetched_at is 'sensitive: no; when it last fetched passes, to a day';
comment on column phone.erase_after is 'sensitive: no';
grant select, insert, update (last_fetched_at) on phone to healthcode_app;
grant select on phone to healthcode_reader;
grant select (person_id, phone_id, erase_after), delete on phone to healthcode_eraser;

-- A phone that has ended never begins again.
create table phone_end (
  person_id    uuid        not null,
  phone_id     uuid        not null,
  reason       text        not null check (reason in ('removed', 'code-ended')),
  ended_at     timestamptz not null,
  erase_after  timestamptz not null,
  primary key (person_id, phone_id)
);
comment on table phone_end is 'retention: identity; distributed by person_id; grows only';
comment on column phone_end.person_id is 'sensitive: identity';
comment on column phone_end.phone_id is 'sensitive: no';
comment on column phone_end.reason is 'sensitive: no';
comment on column phone_end.ended_at is 'sensitive: no';
comment on column phone_end.erase_after is 'sensitive: no';
grant select, insert on phone_end to healthcode_app;
grant select on phone_end to healthcode_reader;
grant select (person_id, phone_id, ended_at, erase_after), delete on phone_end to healthcode_eraser;
