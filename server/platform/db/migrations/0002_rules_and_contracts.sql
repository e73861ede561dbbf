-- What decides (S1, S6): rule packages, when each is in force, and which source may state which kind of evidence.

-- What this database is, decided once: which keys it is written with, and whether it is for trying out only.
create table installation (
  only_one         boolean     not null primary key check (only_one),
  installation_id  uuid        not null,
  key_ring         text        not null,
  is_demo          boolean     not null,
  created_at       timestamptz not null
);
comment on table installation is 'retention: configuration; coordinator; grows only';
comment on column installation.only_one is 'sensitive: no';
comment on column installation.installation_id is 'sensitive: no; tokens are made for it and count nowhere else';
comment on column installation.key_ring is 'sensitive: no; the id of the key ring';
comment on column installation.is_demo is 'sensitive: no; a database for trying out can never become a real one';
comment on column installation.created_at is 'sensitive: no';
grant select, insert on installation to healthcode_app;
grant select on installation to healthcode_reader;

create table rule_package (
  rules        text        not null primary key,
  digest       bytea       not null,
  package      json        not null,
  recorded_at  timestamptz not null
);
comment on table rule_package is 'retention: configuration; reference; grows only';
comment on column rule_package.rules is 'sensitive: no; the id of the package';
comment on column rule_package.digest is 'sensitive: no; SHA-256 of the package';
comment on column rule_package.package is 'sensitive: no';
comment on column rule_package.recorded_at is 'sensitive: no';
grant select, insert on rule_package to healthcode_app;
grant select on rule_package to healthcode_reader;

-- The package that decides from an instant on, until the row with the next higher instant. There is no column for a city (S1).
create table rules_in_force (
  number         bigint      not null primary key,
  rules          text        not null references rule_package,
  in_force_from  timestamptz not null,
  recorded_at    timestamptz not null
);
comment on table rules_in_force is 'retention: configuration; reference; grows only';
comment on column rules_in_force.number is 'sensitive: no; of two rows for one instant the higher number counts';
comment on column rules_in_force.rules is 'sensitive: no';
comment on column rules_in_force.in_force_from is 'sensitive: no';
comment on column rules_in_force.recorded_at is 'sensitive: no';
grant select, insert on rules_in_force to healthcode_app;
grant select on rules_in_force to healthcode_reader;

-- Which kinds a source may state. The row with the highest number counts. No contract can hold a designation (R2g).
create table source_contract (
  source       text        not null,
  number       bigint      not null,
  kinds        text[]      not null check (not ('designation' = any (kinds))),
  recorded_at  timestamptz not null,
  recorded_by  text        not null,
  primary key (source, number)
);
comment on table source_contract is 'retention: configuration; reference; grows only';
comment on column source_contract.source is 'sensitive: no';
comment on column source_contract.number is 'sensitive: no';
comment on column source_contract.kinds is 'sensitive: no';
comment on column source_contract.recorded_at is 'sensitive: no';
comment on column source_contract.recorded_by is 'sensitive: no';
grant select, insert on source_contract to healthcode_app;
grant select on source_contract to healthcode_reader;
insert into source_contract (source, number, kinds, recorded_at, recorded_by)
values
  ('health',            1, '{case,contact,symptom}',  '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('public-security',   1, '{identity}',              '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('telecom',           1, '{stay}',                  '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('customs',           1, '{overseas}',              '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('border',            1, '{overseas,identity}',     '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('transport',         1, '{stay}',                  '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('aviation',          1, '{}',                      '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('railway',           1, '{}',                      '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('laboratory',        1, '{nat}',                   '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('isolation-site',    1, '{isolation}',             '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('community',         1, '{isolation}',             '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('national-platform', 1, '{}',                      '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('verified-report',   1, '{nat}',                   '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('province-office',   1, '{}',                      '2021-01-01T00:00:00+08:00', 'colour.md'),
  ('self',              1, '{stay,symptom}',          '2021-01-01T00:00:00+08:00', 'colour.md');

-- Records that could not be accepted: kept, listed, corrected or tried again, never dropped (S4).
create table quarantine (
  item_id        uuid        not null primary key,
  batch_id       uuid        not null,
  position       integer     not null,
  client_id      text        not null,
  source         text,
  sealed_record  bytea       not null,
  faults         json        not null,
  received_at    timestamptz not null,
  erase_after    timestamptz not null
);
create index quarantine_by_client on quarantine (client_id, received_at, item_id);
comment on table quarantine is 'retention: working; coordinator; grows only';
comment on column quarantine.item_id is 'sensitive: no';
comment on column quarantine.batch_id is 'sensitive: no';
comment on column quarantine.position is 'sensitive: no; its place in the batch, from 1';
comment on column quarantine.client_id is 'sensitive: no';
comment on column quarantine.source is 'sensitive: no';
comment on column quarantine.sealed_record is 'sensitive: health; the record as it came, sealed';
comment on column quarantine.faults is 'sensitive: no; places and rules, never values';
comment on column quarantine.received_at is 'sensitive: no';
comment on column quarantine.erase_after is 'sensitive: no';
grant select, insert on quarantine to healthcode_app;
grant select on quarantine to healthcode_reader;
grant select (item_id, erase_after), delete on quarantine to healthcode_eraser;

-- What became of a quarantined record: each try to correct, replay or discard it.
create table quarantine_step (
  item_id      uuid        not null,
  step_id      uuid        not null,
  step         text        not null check (step in ('approved', 'accepted', 'unchanged', 'still-faulty', 'superseded', 'corrected', 'discarded')),
  actor        text        not null,
  reason       text,
  taken_at     timestamptz not null,
  erase_after  timestamptz not null,
  primary key (item_id, step_id)
);
comment on table quarantine_step is 'retention: working; coordinator; grows only';
comment on column quarantine_step.item_id is 'sensitive: no';
comment on column quarantine_step.step_id is 'sensitive: no';
comment on column quarantine_step.step is 'sensitive: no';
comment on column quarantine_step.actor is 'sensitive: no';
comment on column quarantine_step.reason is 'sensitive: no';
comment on column quarantine_step.taken_at is 'sensitive: no';
comment on column quarantine_step.erase_after is 'sensitive: no';
grant select, insert on quarantine_step to healthcode_app;
grant select on quarantine_step to healthcode_reader;
grant select (item_id, step_id, erase_after), delete on quarantine_step to healthcode_eraser;
