-- What a gate trusts (S1, S7): the key lists that the roots of the province have signed, and the rule bundles.

create table key_list (
  version      bigint      not null primary key check (version > 0),
  message      bytea       not null,
  recorded_at  timestamptz not null,
  recorded_by  text        not null
);
comment on table key_list is 'retention: configuration; reference; grows only';
comment on column key_list.version is 'sensitive: no; the list with the highest one counts';
comment on column key_list.message is 'sensitive: no; COSE_Sign as it was published: public keys, and what they are for';
comment on column key_list.recorded_at is 'sensitive: no';
comment on column key_list.recorded_by is 'sensitive: no; an office or a program, not a name';
grant select, insert on key_list to healthcode_app;
grant select on key_list to healthcode_reader;

-- Without one that verifies no row of rules_in_force decides about anyone.
create table rule_bundle (
  number       bigint      not null references rules_in_force,
  revision     integer     not null check (revision > 0),
  message      bytea       not null,
  recorded_at  timestamptz not null,
  recorded_by  text        not null,
  primary key (number, revision)
);
comment on table rule_bundle is 'retention: configuration; reference; grows only';
comment on column rule_bundle.number is 'sensitive: no; that of the row of rules_in_force';
comment on column rule_bundle.revision is 'sensitive: no; a bundle that is signed again, with other keys, has a higher one';
comment on column rule_bundle.message is 'sensitive: no; COSE_Sign as it was published: the rule package';
comment on column rule_bundle.recorded_at is 'sensitive: no';
comment on column rule_bundle.recorded_by is 'sensitive: no; an office or a program, not a name';
grant select, insert on rule_bundle to healthcode_app;
grant select on rule_bundle to healthcode_reader;
