-- Doors (S7, D4): where they are, which systems ask there, and the little that is kept of what they were told. Nothing
-- here is about a person.

-- A place with a door. What it is decides which colours enter (M8, M9, M12).
create table venue (
  venue_id     text        not null primary key,
  name         text        not null,
  category     text        not null,
  region       text        not null check (region ~ '^[0-9]{6}([0-9]{3}){0,2}$'),
  recorded_at  timestamptz not null,
  recorded_by  text        not null
);
comment on table venue is 'retention: configuration; reference; grows only';
comment on column venue.venue_id is 'sensitive: no';
comment on column venue.name is 'sensitive: no; of the place, not of a person';
comment on column venue.category is 'sensitive: no; one of the categories of the rule package';
comment on column venue.region is 'sensitive: no; code of 6, 9 or 12 digits';
comment on column venue.recorded_at is 'sensitive: no';
comment on column venue.recorded_by is 'sensitive: no; an office or a program, not a name';
grant select, insert on venue to healthcode_app;
grant select on venue to healthcode_reader;

-- A client system that asks at a door, and all its former selves. The row with the highest number counts.
create table device (
  client_id          text        not null,
  number             integer     not null check (number > 0),
  venue_id           text        references venue,
  reads_documents    boolean     not null,
  people_per_minute  integer     not null check (people_per_minute > 0),
  starts_at          timestamptz not null,
  ends_at            timestamptz not null check (ends_at >= starts_at),
  recorded_at        timestamptz not null,
  recorded_by        text        not null,
  primary key (client_id, number)
);
comment on table device is 'retention: configuration; coordinator; grows only';
comment on column device.client_id is 'sensitive: no';
comment on column device.number is 'sensitive: no';
comment on column device.venue_id is 'sensitive: no; null for a device on the move, which names the category itself';
comment on column device.reads_documents is 'sensitive: no; whether it may ask by document';
comment on column device.people_per_minute is 'sensitive: no; how many may come at most; more different documents are numbers tried out';
comment on column device.starts_at is 'sensitive: no';
comment on column device.ends_at is 'sensitive: no; infinity until it is revoked';
comment on column device.recorded_at is 'sensitive: no';
comment on column device.recorded_by is 'sensitive: no; an office or a program, not a name';
grant select, insert on device to healthcode_app;
grant select on device to healthcode_reader;

-- That somebody was turned away at a door within an hour: not who, by which device, or when exactly (D4).
create table denial (
  denial_id    uuid        not null primary key,
  rule         text        not null,
  hour         timestamptz not null,
  venue_id     text,
  category     text        not null,
  clause       text        not null,
  outcome      text        not null,
  erase_after  timestamptz not null
);
create index denial_by_end on denial (erase_after);
comment on table denial is 'retention: working; distributed by denial_id; grows only';
comment on column denial.denial_id is 'sensitive: no; chance, without a time';
comment on column denial.rule is 'sensitive: no; the rule that permits to keep this row';
comment on column denial.hour is 'sensitive: no; its beginning';
comment on column denial.venue_id is 'sensitive: no; null where the venue is not registered';
comment on column denial.category is 'sensitive: no';
comment on column denial.clause is 'sensitive: health; of somebody in a crowd';
comment on column denial.outcome is 'sensitive: health; of somebody in a crowd';
comment on column denial.erase_after is 'sensitive: no';
grant select, insert on denial to healthcode_app;
grant select on denial to healthcode_reader;
grant select (denial_id, erase_after), delete on denial to healthcode_eraser;

-- That numbers were tried out, by whom (S7). Never which numbers.
create table alarm (
  alarm_id     uuid        not null primary key,
  actor        text        not null,
  kind         text        not null check (kind in ('many-numbers', 'unknown-numbers', 'neighbouring-numbers')),
  raised_at    timestamptz not null,
  count        integer     not null check (count > 0),
  erase_after  timestamptz not null
);
create index alarm_by_time on alarm (raised_at);
comment on table alarm is 'retention: audit; coordinator; grows only';
comment on column alarm.alarm_id is 'sensitive: no';
comment on column alarm.actor is 'sensitive: no; the client system, or the account of a member of staff';
comment on column alarm.kind is 'sensitive: no';
comment on column alarm.raised_at is 'sensitive: no';
comment on column alarm.count is 'sensitive: no; how many numbers it was about';
comment on column alarm.erase_after is 'sensitive: no';
grant select, insert on alarm to healthcode_app;
grant select on alarm to healthcode_reader;
grant select (alarm_id, erase_after), delete on alarm to healthcode_eraser;
