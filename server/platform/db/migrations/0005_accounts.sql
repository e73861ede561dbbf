-- Who signs in (S3, D1): accounts as an identity provider knows them, and their sessions.

-- Somebody who has signed in with an identity provider. What the provider says of them is not kept.
create table account (
  account_id    uuid        not null primary key,
  person_id     uuid,
  bound_at      timestamptz check ((bound_at is null) = (person_id is null)),
  signed_in_at  timestamptz not null,
  verified_at   timestamptz,
  erase_after   timestamptz not null
);
create index account_by_person on account (person_id) where person_id is not null;
comment on table account is 'retention: identity; distributed by account_id';
comment on column account.account_id is 'sensitive: identity; made up, says nothing by itself';
comment on column account.person_id is 'sensitive: identity; whose code the account shows; null before an application is confirmed';
comment on column account.bound_at is 'sensitive: no';
comment on column account.signed_in_at is 'sensitive: no; for the last time';
comment on column account.verified_at is 'sensitive: no; when the identity provider last vouched for a document of theirs';
comment on column account.erase_after is 'sensitive: no';
grant select, insert, update (person_id, bound_at, signed_in_at, verified_at, erase_after) on account to healthcode_app;
grant select on account to healthcode_reader;
grant select (account_id, person_id, erase_after), delete on account to healthcode_eraser;

-- An account is found by keyed indexes of its issuer and subject, one for each live version of the index key.
create table account_subject (
  subject_index  bytea       not null primary key,
  account_id     uuid        not null,
  recorded_at    timestamptz not null,
  erase_after    timestamptz not null
);
create index account_subject_by_account on account_subject (account_id);
comment on table account_subject is 'retention: identity; distributed by subject_index';
comment on column account_subject.subject_index is 'sensitive: identity; keyed hash of issuer and subject';
comment on column account_subject.account_id is 'sensitive: identity';
comment on column account_subject.recorded_at is 'sensitive: no';
comment on column account_subject.erase_after is 'sensitive: no';
grant select, insert, update (erase_after) on account_subject to healthcode_app;
grant select on account_subject to healthcode_reader;
grant select (subject_index, account_id, erase_after), delete on account_subject to healthcode_eraser;

-- The sessions that cookies stand for. One that has ended never begins again.
create table session (
  session_id   uuid        not null primary key,
  account_id   uuid        not null,
  started_at   timestamptz not null,
  ends_at      timestamptz not null,
  ended_at     timestamptz,
  erase_after  timestamptz not null
);
create index session_by_account on session (account_id);
create index session_by_end on session (ended_at) where ended_at is not null;
comment on table session is 'retention: working; coordinator';
comment on column session.session_id is 'sensitive: no; made up';
comment on column session.account_id is 'sensitive: identity';
comment on column session.started_at is 'sensitive: no';
comment on column session.ends_at is 'sensitive: no; it ends then at the latest';
comment on column session.ended_at is 'sensitive: no; by signing out, or because the account lost its code';
comment on column session.erase_after is 'sensitive: no';
grant select, insert, update (ended_at) on session to healthcode_app;
grant select on session to healthcode_reader;
grant select (session_id, account_id, erase_after), delete on session to healthcode_eraser;
