-- Applying for a code (E1, R7, S3, S9, D3): what somebody states when they apply, who shows whose code since when, claims
-- to a code that another account shows, and what people are told of it.
--
-- What lies together by account_id is what an account has done; what lies together by person_id is who may show the code
-- of a person, which one transaction decides under the lock of that person.

-- An application for a code. How far it is, its steps say.
create table application (
  account_id      uuid        not null,
  application_id  uuid        not null,
  number          bigint      not null check (number > 0),
  wrapped_key     bytea,
  made_at         timestamptz not null,
  erase_after     timestamptz not null,
  primary key (account_id, application_id)
);
comment on table application is 'retention: identity; distributed by account_id';
comment on column application.account_id is 'sensitive: identity';
comment on column application.application_id is 'sensitive: no; made up';
comment on column application.number is 'sensitive: no; 1, 2, 3 for each account; the highest counts';
comment on column application.wrapped_key is 'sensitive: identity; the data key of what was stated, wrapped; null once the applicant has left or lost the code';
comment on column application.made_at is 'sensitive: no';
comment on column application.erase_after is 'sensitive: no; early for a visitor';
grant select, insert, update (wrapped_key, erase_after) on application to healthcode_app;
grant select on application to healthcode_reader;
grant select (account_id, application_id, erase_after), delete on application to healthcode_eraser;

-- What an applicant stated, whole in each version; the highest counts, and none is ever changed.
create table application_content (
  account_id      uuid        not null,
  application_id  uuid        not null,
  version         bigint      not null check (version > 0),
  sealed_content  bytea       not null,
  ends_at         timestamptz not null,
  written_at      timestamptz not null,
  erase_after     timestamptz not null,
  primary key (account_id, application_id, version)
);
comment on table application_content is 'retention: identity; distributed by account_id; grows only';
comment on column application_content.account_id is 'sensitive: identity';
comment on column application_content.application_id is 'sensitive: no';
comment on column application_content.version is 'sensitive: no; from 1';
comment on column application_content.sealed_content is 'sensitive: health; name, document, phone, residence and declaration, sealed with the data key of the application';
comment on column application_content.ends_at is 'sensitive: no; when a visitor has left; infinity for everybody else';
comment on column application_content.written_at is 'sensitive: no';
comment on column application_content.erase_after is 'sensitive: no';
grant select, insert on application_content to healthcode_app;
grant select on application_content to healthcode_reader;
grant select (account_id, application_id, version, erase_after), delete on application_content to healthcode_eraser;

-- Visitors are few: whether somebody is one costs next to nothing to look up.
create index application_content_of_visitors on application_content (account_id) where ends_at < 'infinity';

-- What became of an application, step by step.
create table application_step (
  account_id      uuid        not null,
  application_id  uuid        not null,
  number          bigint      not null check (number > 0),
  step            text        not null check (step in ('made', 'referred', 'recovery-opened', 'confirmed', 'document-seen', 'documents-joined', 'lost', 'withdrawn')),
  person_id       uuid,
  case_id         uuid,
  reference       text,
  expires_at      timestamptz,
  actor           text,
  authority       text,
  taken_at        timestamptz not null,
  erase_after     timestamptz not null,
  primary key (account_id, application_id, number)
);
comment on table application_step is 'retention: identity; distributed by account_id; grows only';
comment on column application_step.account_id is 'sensitive: identity';
comment on column application_step.application_id is 'sensitive: no';
comment on column application_step.number is 'sensitive: no; from 1';
comment on column application_step.step is 'sensitive: no';
comment on column application_step.person_id is 'sensitive: identity; whose code is meant, once that is proved';
comment on column application_step.case_id is 'sensitive: no; the claim to a code that another account shows';
comment on column application_step.reference is 'sensitive: no; what the applicant shows at a counter; it is worth nothing without the document';
comment on column application_step.expires_at is 'sensitive: no; of the reference';
comment on column application_step.actor is 'sensitive: no; the member of staff';
comment on column application_step.authority is 'sensitive: no; of the member of staff';
comment on column application_step.taken_at is 'sensitive: no';
comment on column application_step.erase_after is 'sensitive: no';
grant select, insert on application_step to healthcode_app;
grant select on application_step to healthcode_reader;
grant select (account_id, application_id, number, erase_after), delete on application_step to healthcode_eraser;

-- So are those who have been sent to a counter.
create index application_step_of_referred on application_step (account_id) where expires_at is not null;

-- A counter finds an application by what the applicant shows.
create table application_reference (
  reference       text        not null primary key,
  purpose         text        not null check (purpose in ('document', 'ward')),
  account_id      uuid        not null,
  application_id  uuid        not null,
  expires_at      timestamptz not null,
  erase_after     timestamptz not null
);
comment on table application_reference is 'retention: working; distributed by reference; grows only';
comment on column application_reference.reference is 'sensitive: no; by chance';
comment on column application_reference.purpose is 'sensitive: no; to see a document, or to register somebody who has none';
comment on column application_reference.account_id is 'sensitive: identity';
comment on column application_reference.application_id is 'sensitive: no';
comment on column application_reference.expires_at is 'sensitive: no';
comment on column application_reference.erase_after is 'sensitive: no';
grant select, insert on application_reference to healthcode_app;
grant select on application_reference to healthcode_reader;
grant select (reference, erase_after), delete on application_reference to healthcode_eraser;

-- Applications by phone, for telling people something; a phone opens nothing, and may be that of a family.
create table application_phone (
  phone_index     bytea       not null,
  account_id      uuid        not null,
  application_id  uuid        not null,
  erase_after     timestamptz not null,
  primary key (phone_index, account_id)
);
create index application_phone_by_account on application_phone (account_id);
comment on table application_phone is 'retention: identity; distributed by phone_index';
comment on column application_phone.phone_index is 'sensitive: identity; keyed hash of the phone, one for each live version of the index key';
comment on column application_phone.account_id is 'sensitive: identity';
comment on column application_phone.application_id is 'sensitive: no';
comment on column application_phone.erase_after is 'sensitive: no';
grant select, insert, delete on application_phone to healthcode_app;
grant select on application_phone to healthcode_reader;
grant select (phone_index, account_id, erase_after), delete on application_phone to healthcode_eraser;

-- Which account shows the code of a person, from when on and by what right. Of one person the highest number counts.
create table holding (
  person_id    uuid        not null,
  number       bigint      not null check (number > 0),
  account_id   uuid        not null,
  way          text        not null check (way in ('claims', 'counter', 'recovery', 'ward')),
  held_from    timestamptz not null,
  erase_after  timestamptz not null,
  primary key (person_id, number)
);
create index holding_by_account on holding (account_id);
comment on table holding is 'retention: identity; distributed by person_id; grows only';
comment on column holding.person_id is 'sensitive: identity';
comment on column holding.number is 'sensitive: no; 1, 2, 3 for each person';
comment on column holding.account_id is 'sensitive: identity';
comment on column holding.way is 'sensitive: no';
comment on column holding.held_from is 'sensitive: no';
comment on column holding.erase_after is 'sensitive: no';
grant select, insert on holding to healthcode_app;
grant select on holding to healthcode_reader;
grant select (person_id, number, erase_after), delete on holding to healthcode_eraser;

create table holding_end (
  person_id    uuid        not null,
  number       bigint      not null,
  reason       text        not null check (reason in ('taken-over', 'withdrawn', 'other-document', 'lapsed')),
  ended_at     timestamptz not null,
  erase_after  timestamptz not null,
  primary key (person_id, number)
);
comment on table holding_end is 'retention: identity; distributed by person_id; grows only';
comment on column holding_end.person_id is 'sensitive: identity';
comment on column holding_end.number is 'sensitive: no; of the holding';
comment on column holding_end.reason is 'sensitive: no';
comment on column holding_end.ended_at is 'sensitive: no';
comment on column holding_end.erase_after is 'sensitive: no';
grant select, insert on holding_end to healthcode_app;
grant select on holding_end to healthcode_reader;
grant select (person_id, number, erase_after), delete on holding_end to healthcode_eraser;

-- Somebody without a document, for whom another person answers (S9). Whether they still do, the holding says: it moves
-- with the code of whoever answers.
create table ward (
  guardian_person_id  uuid        not null,
  person_id           uuid        not null,
  sealed_ward         bytea       not null,
  actor               text        not null,
  authority           text        not null,
  registered_at       timestamptz not null,
  erase_after         timestamptz not null,
  primary key (guardian_person_id, person_id)
);
comment on table ward is 'retention: identity; distributed by guardian_person_id; grows only';
comment on column ward.guardian_person_id is 'sensitive: identity; who answers';
comment on column ward.person_id is 'sensitive: identity';
comment on column ward.sealed_ward is 'sensitive: identity; name, birthday and what was shown, sealed with the data key of the person';
comment on column ward.actor is 'sensitive: no; the member of staff';
comment on column ward.authority is 'sensitive: no; of the member of staff';
comment on column ward.registered_at is 'sensitive: no';
comment on column ward.erase_after is 'sensitive: no';
grant select, insert on ward to healthcode_app;
grant select on ward to healthcode_reader;
grant select (guardian_person_id, person_id, erase_after), delete on ward to healthcode_eraser;

-- A claim to a code that another account shows, by somebody whose document is verified.
create table recovery (
  person_id           uuid        not null,
  case_id             uuid        not null,
  account_id          uuid        not null,
  application_id      uuid        not null,
  holder_account_id   uuid        not null,
  opened_at           timestamptz not null,
  erase_after         timestamptz not null,
  primary key (person_id, case_id)
);
create index recovery_by_time on recovery (opened_at);
comment on table recovery is 'retention: identity; distributed by person_id; grows only';
comment on column recovery.person_id is 'sensitive: identity';
comment on column recovery.case_id is 'sensitive: no; made up';
comment on column recovery.account_id is 'sensitive: identity; who claims';
comment on column recovery.application_id is 'sensitive: no; of who claims';
comment on column recovery.holder_account_id is 'sensitive: identity; who shows the code so far';
comment on column recovery.opened_at is 'sensitive: no';
comment on column recovery.erase_after is 'sensitive: no';
grant select, insert on recovery to healthcode_app;
grant select on recovery to healthcode_reader;
grant select (person_id, case_id, erase_after), delete on recovery to healthcode_eraser;

create table recovery_step (
  person_id    uuid        not null,
  case_id      uuid        not null,
  step_id      uuid        not null,
  step         text        not null check (step in ('contested', 'granted', 'closed')),
  actor        text        not null,
  taken_at     timestamptz not null,
  erase_after  timestamptz not null,
  primary key (person_id, case_id, step_id)
);
comment on table recovery_step is 'retention: identity; distributed by person_id; grows only';
comment on column recovery_step.person_id is 'sensitive: identity';
comment on column recovery_step.case_id is 'sensitive: no';
comment on column recovery_step.step_id is 'sensitive: no';
comment on column recovery_step.step is 'sensitive: no; closed: by whoever claimed, or because somebody else has got the code';
comment on column recovery_step.actor is 'sensitive: no; an account, a member of staff, or that time has passed';
comment on column recovery_step.taken_at is 'sensitive: no';
comment on column recovery_step.erase_after is 'sensitive: no';
grant select, insert on recovery_step to healthcode_app;
grant select on recovery_step to healthcode_reader;
grant select (person_id, case_id, step_id, erase_after), delete on recovery_step to healthcode_eraser;

-- What an account is told about itself.
create table notice (
  account_id   uuid        not null,
  notice_id    uuid        not null,
  kind         text        not null check (kind in ('recovery-opened', 'recovery-contested', 'code-taken-over',
                                                  'application-confirmed', 'phone-bound', 'phone-removed', 'card-issued', 'card-cancelled')),
  case_id      uuid,
  told_at      timestamptz not null,
  erase_after  timestamptz not null,
  primary key (account_id, notice_id)
);
comment on table notice is 'retention: working; distributed by account_id; grows only';
comment on column notice.account_id is 'sensitive: identity';
comment on column notice.notice_id is 'sensitive: no';
comment on column notice.kind is 'sensitive: no';
comment on column notice.case_id is 'sensitive: no';
comment on column notice.told_at is 'sensitive: no';
comment on column notice.erase_after is 'sensitive: no';
grant select, insert on notice to healthcode_app;
grant select on notice to healthcode_reader;
grant select (account_id, notice_id, erase_after), delete on notice to healthcode_eraser;

-- What a member of staff tries with references: whoever fails too often has to wait, so that nobody finds one by trying.
create table counter_attempt (
  account_id    uuid        not null,
  attempt_id    uuid        not null,
  attempted_at  timestamptz not null,
  erase_after   timestamptz not null,
  primary key (account_id, attempt_id)
);
comment on table counter_attempt is 'retention: working; distributed by account_id; erased when done';
comment on column counter_attempt.account_id is 'sensitive: no; of a member of staff';
comment on column counter_attempt.attempt_id is 'sensitive: no';
comment on column counter_attempt.attempted_at is 'sensitive: no';
comment on column counter_attempt.erase_after is 'sensitive: no';
grant select, insert, delete on counter_attempt to healthcode_app;
grant select on counter_attempt to healthcode_reader;
grant select (account_id, attempt_id, erase_after), delete on counter_attempt to healthcode_eraser;

-- Whoever has left and is still to be erased.
create index person_closed on person (person_id) where wrapped_key is null;
