-- The risk areas (R5, R6): what was given, how it was judged, and what was known of which area from when on.
-- Nothing here is about a person, and nothing is ever rewritten.

-- Whoever locks the row may add to the areas; the lock ends with its transaction.
create table area_turn (
  turn  smallint not null primary key
);
insert into area_turn (turn) values (0);
comment on table area_turn is 'retention: configuration; coordinator';
comment on column area_turn.turn is 'sensitive: no';
grant select, update on area_turn to healthcode_app;

-- What was given, once each: an official list, or one area.
create table area_document (
  document_id   bigint      not null primary key,
  digest        bytea       not null unique,
  form          text        not null check (form in ('list', 'area')),
  published_at  timestamptz check ((form = 'list') = (published_at is not null)),
  content       bytea       not null,
  client_id     text        not null,
  received_at   timestamptz not null
);
create index area_document_by_time on area_document (published_at);
comment on table area_document is 'retention: configuration; coordinator; grows only';
comment on column area_document.document_id is 'sensitive: no; 1, 2, 3 in the order in which they were received';
comment on column area_document.digest is 'sensitive: no; SHA-256 of the content';
comment on column area_document.form is 'sensitive: no';
comment on column area_document.published_at is 'sensitive: no; the time that a list bears';
comment on column area_document.content is 'sensitive: no; JSON with every name as published, brotli';
comment on column area_document.client_id is 'sensitive: no; the client system, or the operator';
comment on column area_document.received_at is 'sensitive: no';
grant select, insert on area_document to healthcode_app;
grant select on area_document to healthcode_reader;

-- How a list was judged. One that cannot be true is held; a person who accepts it adds a row by which it is in force.
create table list_judgement (
  number        bigint      not null primary key,
  document_id   bigint      not null references area_document,
  held_field    text,
  line          json        not null,
  listed_since  bytea       check ((listed_since is null) = (held_field is not null)),
  begun_at      timestamptz check ((begun_at is null) = (held_field is not null)),
  client_id     text        not null,
  judged_at     timestamptz not null
);
create index list_judgement_by_document on list_judgement (document_id);
comment on table list_judgement is 'retention: configuration; coordinator; grows only';
comment on column list_judgement.number is 'sensitive: no; 1, 2, 3 in the order in which lists were judged';
comment on column list_judgement.document_id is 'sensitive: no';
comment on column list_judgement.held_field is 'sensitive: no; where the list shows that it cannot be true; null when it is in force';
comment on column list_judgement.line is 'sensitive: no; the line of areas import, with the reason why it is held';
comment on column list_judgement.listed_since is 'sensitive: no; since when each of its areas is listed, in its order, as JSON, brotli';
comment on column list_judgement.begun_at is 'sensitive: no; the time of the first list that tells since when areas are listed';
comment on column list_judgement.client_id is 'sensitive: no; the client system, or the operator';
comment on column list_judgement.judged_at is 'sensitive: no';
grant select, insert on list_judgement to healthcode_app;
grant select on list_judgement to healthcode_reader;

-- What is known about areas changes. The areas known at k are those of the changes known at or before k; of two that
-- speak of one area the higher number counts. An end that is planned is a change that is known when it has come.
create table area_change (
  number       bigint      not null primary key,
  received_at  timestamptz not null,
  known_at     timestamptz not null check (known_at >= received_at)
);
create index area_change_by_time on area_change (known_at, number);
comment on table area_change is 'retention: configuration; coordinator; grows only';
comment on column area_change.number is 'sensitive: no; 1, 2, 3 in the order in which they were received';
comment on column area_change.received_at is 'sensitive: no; never before that of a lower number';
comment on column area_change.known_at is 'sensitive: no';
grant select, insert on area_change to healthcode_app;
grant select on area_change to healthcode_reader;

-- An area that is listed from an instant on. One that comes back is another row.
create table listed_area (
  area_id      bigint      not null primary key,
  origin       text        not null check (origin in ('list', 'area')),
  level        text        not null check (level in ('low', 'medium', 'high', 'severe')),
  region       text        not null check (region ~ '^[0-9]{6,12}$'),
  place        text        not null,
  listed_from  timestamptz not null
);
comment on table listed_area is 'retention: configuration; coordinator; grows only';
comment on column listed_area.area_id is 'sensitive: no';
comment on column listed_area.origin is 'sensitive: no; whether official lists name it, or it was given by itself';
comment on column listed_area.level is 'sensitive: no';
comment on column listed_area.region is 'sensitive: no; code of 6, 9 or 12 digits';
comment on column listed_area.place is 'sensitive: no; the text inside the region; empty when all of it is meant';
comment on column listed_area.listed_from is 'sensitive: no';
grant select, insert on listed_area to healthcode_app;
grant select on listed_area to healthcode_reader;

-- Until when an area is listed, as far as a change tells.
create table area_end (
  area_id    bigint      not null references listed_area,
  number     bigint      not null references area_change,
  listed_to  timestamptz not null,
  primary key (area_id, number)
);
create index area_end_by_change on area_end (number);
comment on table area_end is 'retention: configuration; coordinator; grows only';
comment on column area_end.area_id is 'sensitive: no';
comment on column area_end.number is 'sensitive: no; the change';
comment on column area_end.listed_to is 'sensitive: no; infinity while it is listed; its own beginning when it never was, after all';
grant select, insert on area_end to healthcode_app;
grant select on area_end to healthcode_reader;

-- The changes that have made those due whom they concern. A change without a row has yet to.
create table area_concern (
  number    bigint      not null primary key references area_change,
  found_at  timestamptz not null
);
comment on table area_concern is 'retention: configuration; coordinator; grows only';
comment on column area_concern.number is 'sensitive: no; the change';
comment on column area_concern.found_at is 'sensitive: no';
grant select, insert on area_concern to healthcode_app;
grant select on area_concern to healthcode_reader;

-- A fever asks about exposures of any age (M10), so whoever has one is found by older stays too.
create index evidence_of_fever on evidence (person_id) where kind = 'symptom';
