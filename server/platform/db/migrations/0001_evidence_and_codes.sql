-- People, what authorities state about them, and the colours that follow (S3, S4, M7, D3).
--
-- Tables with a person_id in their key lie together by it. What must be unique by itself (a document, the key of a
-- record) has a table of its own. Nothing here refers across people, so that people can be spread over machines.

-- Whoever is known under one document. Two documents of one person are two rows, linked by evidence, never merged.
create table person (
  person_id        uuid        not null primary key,
  bucket           smallint    not null check (bucket between 0 and 63),
  wrapped_key      bytea,
  sealed_document  bytea       not null,
  birth_year       smallint,
  created_at       timestamptz not null,
  erase_after      timestamptz not null
);
create index person_by_bucket on person (bucket);
comment on table person is 'retention: identity; distributed by person_id';
comment on column person.person_id is 'sensitive: identity; made up, says nothing by itself';
comment on column person.bucket is 'sensitive: no; the share of the work in which this person lies';
comment on column person.wrapped_key is 'sensitive: identity; the data key, wrapped; without it nothing sealed about this person can be read';
comment on column person.sealed_document is 'sensitive: identity; sealed with the data key';
comment on column person.birth_year is 'sensitive: identity; for counts by age band, where the document tells it';
comment on column person.created_at is 'sensitive: no';
comment on column person.erase_after is 'sensitive: no';
grant select, insert, update (wrapped_key) on person to healthcode_app;
grant select on person to healthcode_reader;
grant select (person_id, erase_after), delete on person to healthcode_eraser;

-- A document finds its person by keyed indexes, one for each live version of the index key (S3).
create table person_document (
  document_index  bytea       not null primary key,
  person_id       uuid        not null,
  recorded_at     timestamptz not null,
  erase_after     timestamptz not null
);
create index person_document_by_person on person_document (person_id);
comment on table person_document is 'retention: identity; distributed by document_index';
comment on column person_document.document_index is 'sensitive: identity; keyed hash of the document';
comment on column person_document.person_id is 'sensitive: identity';
comment on column person_document.recorded_at is 'sensitive: no';
comment on column person_document.erase_after is 'sensitive: no';
grant select, insert on person_document to healthcode_app;
grant select on person_document to healthcode_reader;
grant select (document_index, person_id, erase_after), delete on person_document to healthcode_eraser;

-- One delivery of records by a client, or by an operator (S4).
create table batch (
  batch_id     uuid        not null primary key,
  client_id    text        not null,
  received_at  timestamptz not null,
  accepted     integer     not null,
  unchanged    integer     not null,
  quarantined  integer     not null
);
comment on table batch is 'retention: audit; coordinator; grows only';
comment on column batch.batch_id is 'sensitive: no';
comment on column batch.client_id is 'sensitive: no; the client system, or the operator';
comment on column batch.received_at is 'sensitive: no';
comment on column batch.accepted is 'sensitive: no';
comment on column batch.unchanged is 'sensitive: no';
comment on column batch.quarantined is 'sensitive: no';
grant select, insert on batch to healthcode_app;
grant select on batch to healthcode_reader;

-- The highest version of each record and whom it is about. Its row is locked while a version is added, so that no two
-- people ever hold one record (S4).
create table record (
  record_id    text        not null check (record_id <> ''),
  source       text        not null,
  version      bigint      not null check (version >= 0),
  person_id    uuid        not null,
  digest       bytea       not null,
  links        boolean     not null,
  recorded_at  timestamptz not null,
  erase_after  timestamptz not null,
  primary key (record_id, source)
);
create index record_by_person on record (person_id);
comment on table record is 'retention: evidence; distributed by record_id';
comment on column record.record_id is 'sensitive: identity; the key that the source gave';
comment on column record.source is 'sensitive: no';
comment on column record.version is 'sensitive: no';
comment on column record.person_id is 'sensitive: identity';
comment on column record.digest is 'sensitive: health; keyed hash of the content';
comment on column record.links is 'sensitive: no; whether it ever joined two documents: then another version needs the approval of two people (S3)';
comment on column record.recorded_at is 'sensitive: no';
comment on column record.erase_after is 'sensitive: no';
grant select, insert, update (version, person_id, digest, links, recorded_at, erase_after) on record to healthcode_app;
grant select on record to healthcode_reader;
grant select (record_id, source, person_id, erase_after), delete on record to healthcode_eraser;

-- The versions below the highest: one content for each, for ever (S4).
create table former_version (
  record_id    text        not null,
  source       text        not null,
  version      bigint      not null,
  person_id    uuid        not null,
  digest       bytea       not null,
  recorded_at  timestamptz not null,
  erase_after  timestamptz not null,
  primary key (record_id, source, version)
);
create index former_version_by_person on former_version (person_id);
comment on table former_version is 'retention: evidence; distributed by record_id; grows only';
comment on column former_version.record_id is 'sensitive: identity; the key that the source gave';
comment on column former_version.source is 'sensitive: no';
comment on column former_version.version is 'sensitive: no';
comment on column former_version.person_id is 'sensitive: identity';
comment on column former_version.digest is 'sensitive: health; keyed hash of the content';
comment on column former_version.recorded_at is 'sensitive: no';
comment on column former_version.erase_after is 'sensitive: no';
grant select, insert on former_version to healthcode_app;
grant select on former_version to healthcode_reader;
grant select (record_id, source, version, person_id, erase_after), delete on former_version to healthcode_eraser;

-- The record of evidence (R2-R7). A correction is a higher version; a withdrawal is one that is retracted. `left` tells
-- that a version about somebody else took the record away from this person.
create table evidence (
  person_id    uuid        not null,
  source       text        not null,
  record_id    text        not null,
  version      bigint      not null,
  kind         text        not null,
  standing     text        not null check (standing in ('stated', 'retracted', 'left')),
  sealed_data  bytea       check (standing <> 'left' or sealed_data is null),
  region       text        check (region ~ '^[0-9]{2,12}$'),
  place_from   timestamptz,
  place_to     timestamptz,
  batch_id     uuid        not null,
  client_id    text        not null,
  received_at  timestamptz not null,
  recorded_at  timestamptz not null,
  erase_after  timestamptz not null,
  primary key (person_id, source, record_id, version)
);
create index evidence_by_region on evidence (region text_pattern_ops, place_to) where region is not null;
create index evidence_to_erase on evidence (erase_after);
comment on table evidence is 'retention: evidence; distributed by person_id; grows only';
comment on column evidence.person_id is 'sensitive: identity';
comment on column evidence.source is 'sensitive: no';
comment on column evidence.record_id is 'sensitive: identity; the key that the source gave';
comment on column evidence.version is 'sensitive: no';
comment on column evidence.kind is 'sensitive: health';
comment on column evidence.standing is 'sensitive: health';
comment on column evidence.sealed_data is 'sensitive: health; the stated data, sealed with the data key of the person';
comment on column evidence.region is 'sensitive: health; where a stay or a contact was, by significant digits, for finding those whom a new risk area concerns (R5)';
comment on column evidence.place_from is 'sensitive: health';
comment on column evidence.place_to is 'sensitive: health; infinity while the stay goes on';
comment on column evidence.batch_id is 'sensitive: no; lineage';
comment on column evidence.client_id is 'sensitive: no; lineage';
comment on column evidence.received_at is 'sensitive: no; lineage';
comment on column evidence.recorded_at is 'sensitive: no; when the system learned it';
comment on column evidence.erase_after is 'sensitive: no';
grant select, insert on evidence to healthcode_app;
grant select on evidence to healthcode_reader;
grant select (person_id, erase_after), delete on evidence to healthcode_eraser;

-- People whose documents any identity record ever joined (S3). Whether it still does, the evidence says.
create table kin (
  person_id    uuid        not null,
  kin_id       uuid        not null,
  recorded_at  timestamptz not null,
  erase_after  timestamptz not null,
  primary key (person_id, kin_id)
);
comment on table kin is 'retention: identity; distributed by person_id; grows only';
comment on column kin.person_id is 'sensitive: identity';
comment on column kin.kin_id is 'sensitive: identity';
comment on column kin.recorded_at is 'sensitive: no';
comment on column kin.erase_after is 'sensitive: no';
grant select, insert on kin to healthcode_app;
grant select on kin to healthcode_reader;
grant select (person_id, kin_id, erase_after), delete on kin to healthcode_eraser;

-- Work to be done about a person: something was stated, or an instant comes at which the colour may turn (M7). It is
-- written in the transaction of the fact that causes it, so that neither is ever without the other.
create table due (
  person_id  uuid        not null,
  due_id     uuid        not null,
  bucket     smallint    not null,
  due_at     timestamptz not null,
  cause      text        not null check (cause in ('evidence', 'time', 'areas', 'rules', 'everyone')),
  primary key (person_id, due_id)
);
create index due_by_bucket on due (bucket, due_at);
comment on table due is 'retention: working; distributed by person_id; erased when done';
comment on column due.person_id is 'sensitive: identity';
comment on column due.due_id is 'sensitive: no';
comment on column due.bucket is 'sensitive: no';
comment on column due.due_at is 'sensitive: no';
comment on column due.cause is 'sensitive: no';
grant select, insert, delete on due to healthcode_app;
grant select on due to healthcode_reader;
grant select (person_id, due_id), delete on due to healthcode_eraser;

-- Whoever locks the row of a bucket works on it; the lock ends with its transaction, however that ends.
create table bucket_turn (
  bucket        smallint    not null primary key,
  rules_from    timestamptz not null default '-infinity',
  rules_number  integer     not null default 0
);
insert into bucket_turn (bucket) select generate_series(0, 63);
comment on table bucket_turn is 'retention: configuration; coordinator';
comment on column bucket_turn.bucket is 'sensitive: no';
comment on column bucket_turn.rules_from is 'sensitive: no; from when on the rules decide by which everybody was last looked at again: nobody concludes by earlier ones';
comment on column bucket_turn.rules_number is 'sensitive: no; the number under which they were put in force';
grant select, update on bucket_turn to healthcode_app;

-- Every conclusion about a person, and why. The one with the highest number is the one in force; it carries the
-- next one, which follows at next_change_at if nothing new arrives (M7).
create table assessment (
  person_id       uuid        not null,
  number          bigint      not null,
  assessed_at     timestamptz not null,
  rules           text        not null,
  areas           text        not null,
  colour          text        not null check (colour in ('green', 'yellow', 'red')),
  next_change_at  timestamptz not null,
  next_colour     text        check (next_colour in ('green', 'yellow', 'red')),
  result          json        not null,
  next_result     json,
  inputs_digest   bytea       not null,
  cause           text        not null,
  erase_after     timestamptz not null,
  primary key (person_id, number)
);
create index assessment_by_time on assessment (assessed_at);
comment on table assessment is 'retention: evidence; distributed by person_id; grows only';
comment on column assessment.person_id is 'sensitive: identity';
comment on column assessment.number is 'sensitive: no; 1, 2, 3 for each person';
comment on column assessment.assessed_at is 'sensitive: no; the instant of the conclusion and of what was known';
comment on column assessment.rules is 'sensitive: no; the rule package';
comment on column assessment.areas is 'sensitive: no; the state of the listed areas';
comment on column assessment.colour is 'sensitive: health';
comment on column assessment.next_change_at is 'sensitive: health; infinity when only new evidence changes anything';
comment on column assessment.next_colour is 'sensitive: health';
comment on column assessment.result is 'sensitive: health; grounds, measures and advisories as printed';
comment on column assessment.next_result is 'sensitive: health; the same from next_change_at on';
comment on column assessment.inputs_digest is 'sensitive: no; which versions of which records counted';
comment on column assessment.cause is 'sensitive: no';
comment on column assessment.erase_after is 'sensitive: no';
grant select, insert on assessment to healthcode_app;
grant select on assessment to healthcode_reader;
grant select (person_id, number, erase_after), delete on assessment to healthcode_eraser;

-- Who looked at what about whom, and for what purpose (D4). No row, no answer.
create table look (
  person_id    uuid        not null,
  look_id      uuid        not null,
  looked_at    timestamptz not null,
  actor        text        not null,
  authority    text        not null,
  purpose      text        not null,
  subject      text        not null,
  erase_after  timestamptz not null,
  primary key (person_id, look_id)
);
comment on table look is 'retention: audit; distributed by person_id; grows only';
comment on column look.person_id is 'sensitive: identity';
comment on column look.look_id is 'sensitive: no';
comment on column look.looked_at is 'sensitive: no';
comment on column look.actor is 'sensitive: no; the client system or member of staff';
comment on column look.authority is 'sensitive: no; of the actor, as people read it who ask who looked at them';
comment on column look.purpose is 'sensitive: no';
comment on column look.subject is 'sensitive: no; what was looked at';
comment on column look.erase_after is 'sensitive: no';
grant select, insert on look to healthcode_app;
grant select on look to healthcode_reader;
grant select (person_id, look_id, erase_after), delete on look to healthcode_eraser;
