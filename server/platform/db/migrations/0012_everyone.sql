-- Everybody again (M7, S6): what is known about people in a form that is read quickly, and who is still to be looked at.

-- What is known about a person in a short form, kept by whoever concludes about them, in the transaction of the conclusion;
-- what came since, `due` says. It is sealed with a key of the installation: to open a key for each person would take most
-- of the time. It can be made again from evidence at any time. A share of the people lies together in a part of its own.
create table facts (
  person_id      uuid         not null,
  bucket         smallint     not null check (bucket between 0 and 63),
  last_at        timestamptz  not null,
  holds          boolean      not null,
  content        bytea,
  inputs_digest  bytea        not null,
  primary key (person_id, bucket)
) partition by range (bucket);
do $$
begin
  for bucket in 0..63 loop
    -- Room in each page, so that facts that change stay where they are and no index hears of it.
    execute format('create table facts_%s partition of facts for values from (%s) to (%s) with (fillfactor = 85)',
                   bucket, bucket, bucket + 1);
    execute format('alter table facts_%s alter content set storage external', bucket);
  end loop;
end $$;
comment on table facts is 'retention: evidence; distributed by person_id; erased with person';
comment on column facts.person_id is 'sensitive: identity';
comment on column facts.bucket is 'sensitive: no';
comment on column facts.last_at is 'sensitive: health; until when anything but a test without a finding usually matters; infinity when that has no end';
comment on column facts.holds is 'sensitive: health; whether the conclusion in force, or the next one, says anything but green without a reason';
comment on column facts.content is 'sensitive: health; version of the key, layout and sealed facts; null when only evidence tells all that matters';
comment on column facts.inputs_digest is 'sensitive: no; which versions of which records counted';
grant select, insert, update (last_at, holds, content, inputs_digest), delete on facts to healthcode_app;
grant select on facts to healthcode_reader;
grant select (person_id), delete on facts to healthcode_eraser;

-- Whether whoever wrote a conclusion kept the facts of the person too. A release that does not know them may run beside.
alter table assessment add keeps_facts boolean not null default true;
alter table assessment alter keeps_facts set default false;
comment on column assessment.keeps_facts is 'sensitive: no; whether the facts of the person were kept with it';
create index assessment_without_facts on assessment (person_id) where not keeps_facts;

-- Whoever was there before this table has no facts, until everybody in their bucket was looked at once.
alter table bucket_turn add has_all_facts boolean not null default false;
comment on column bucket_turn.has_all_facts is 'sensitive: no; whether facts are kept about everybody in the bucket whom anything is known about, or they are due';

-- The shares of the people that are still to be looked at again. Whoever locks a row works on the share; the lock ends with
-- the transaction, which takes the row away when all is done, or notes how far it has come.
create table everyone_share (
  run_id        uuid         not null,
  bucket        smallint     not null check (bucket between 0 and 63),
  rules_number  integer      not null,
  begun_at      timestamptz  not null,
  looked_to     uuid         not null default '00000000-0000-0000-0000-000000000000',
  primary key (run_id, bucket)
);
comment on table everyone_share is 'retention: working; coordinator; erased when done';
comment on column everyone_share.run_id is 'sensitive: no';
comment on column everyone_share.bucket is 'sensitive: no';
comment on column everyone_share.rules_number is 'sensitive: no; the number of the rules by which everybody is looked at again';
comment on column everyone_share.begun_at is 'sensitive: no';
comment on column everyone_share.looked_to is 'sensitive: no; so far people were looked at, in the order of their ids, which say nothing by themselves';
grant select, insert, update, delete on everyone_share to healthcode_app;
grant select on everyone_share to healthcode_reader;

-- That everybody was to be looked at again. Once none of its shares is left, every conclusion from before it is one by its
-- rules too, by whichever it was drawn.
create table everyone_run (
  run_id        uuid         not null primary key,
  rules         text         not null,
  rules_number  integer      not null,
  begun_at      timestamptz  not null
);
comment on table everyone_run is 'retention: configuration; coordinator';
comment on column everyone_run.run_id is 'sensitive: no';
comment on column everyone_run.rules is 'sensitive: no; the rule package by which everybody is looked at again';
comment on column everyone_run.rules_number is 'sensitive: no; the number under which it was put in force';
comment on column everyone_run.begun_at is 'sensitive: no';
grant select, insert, delete on everyone_run to healthcode_app;
grant select on everyone_run to healthcode_reader;

-- How many people a second all processes together look at, when there is a limit. Whoever looks at some takes their time before.
create table everyone_pace (
  one         smallint     not null primary key check (one = 1),
  per_second  bigint       not null check (per_second > 0),
  free_at     timestamptz  not null
);
comment on table everyone_pace is 'retention: configuration; coordinator';
comment on column everyone_pace.one is 'sensitive: no; there is one row or none';
comment on column everyone_pace.per_second is 'sensitive: no';
comment on column everyone_pace.free_at is 'sensitive: no; until when the time of those who were looked at goes';
grant select, insert, update (per_second, free_at), delete on everyone_pace to healthcode_app;
grant select on everyone_pace to healthcode_reader;

-- Where the document was registered, for counts by city and county; the document itself is sealed.
alter table person add registered_region text check (registered_region ~ '^[0-9]{6}$');
comment on column person.registered_region is 'sensitive: identity; the county of registration, for counts, where the document tells it';
