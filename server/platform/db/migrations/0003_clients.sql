-- The systems that may call the service, and the replies that they may ask for again (S4, D1).

-- A client and all its former selves. The row with the highest number counts.
create table client (
  client_id         text        not null,
  number            integer     not null check (number > 0),
  name              text        not null,
  secret_digest     bytea       not null,
  proof             text        not null check (proof in ('none', 'dpop')),
  scopes            text[]      not null,
  sources           text[]      not null,
  quota_per_second  integer     not null check (quota_per_second > 0),
  starts_at         timestamptz not null,
  expires_at        timestamptz not null check (expires_at > starts_at),
  disabled_at       timestamptz,
  recorded_at       timestamptz not null,
  recorded_by       text        not null,
  primary key (client_id, number)
);
comment on table client is 'retention: configuration; coordinator; grows only';
comment on column client.client_id is 'sensitive: no';
comment on column client.number is 'sensitive: no';
comment on column client.name is 'sensitive: no; of the system, not of a person';
comment on column client.secret_digest is 'sensitive: no; SHA-256 of 256 bits of chance';
comment on column client.proof is 'sensitive: no; whether each token is bound to a key of the client (RFC 9449)';
comment on column client.scopes is 'sensitive: no';
comment on column client.sources is 'sensitive: no; the sources whose evidence it may state';
comment on column client.quota_per_second is 'sensitive: no; requests';
comment on column client.starts_at is 'sensitive: no';
comment on column client.expires_at is 'sensitive: no';
comment on column client.disabled_at is 'sensitive: no';
comment on column client.recorded_at is 'sensitive: no';
comment on column client.recorded_by is 'sensitive: no; an office or a program, not a name';
grant select, insert on client to healthcode_app;
grant select on client to healthcode_reader;

-- What was replied to a request with an idempotency key, or that such a request runs.
create table idempotent_reply (
  client_id     text        not null,
  key           text        not null,
  attempt       uuid        not null,
  fingerprint   bytea       not null,
  key_version   integer     not null,
  sealed_reply  bytea,
  leased_until  timestamptz not null,
  erase_after   timestamptz not null,
  primary key (client_id, key)
);
create index idempotent_reply_by_end on idempotent_reply (erase_after);
comment on table idempotent_reply is 'retention: working; coordinator';
comment on column idempotent_reply.client_id is 'sensitive: no';
comment on column idempotent_reply.key is 'sensitive: no; chosen by the client; one that looks like an identity number is refused';
comment on column idempotent_reply.attempt is 'sensitive: no';
comment on column idempotent_reply.fingerprint is 'sensitive: health; keyed hash of the request';
comment on column idempotent_reply.key_version is 'sensitive: no; of the key that fingerprint and seal were made with';
comment on column idempotent_reply.sealed_reply is 'sensitive: health; sealed; null while the first request runs';
comment on column idempotent_reply.leased_until is 'sensitive: no; when the key is free again without a reply';
comment on column idempotent_reply.erase_after is 'sensitive: no';
grant select, insert, update on idempotent_reply to healthcode_app;
grant select on idempotent_reply to healthcode_reader;
grant select (client_id, key, erase_after), delete on idempotent_reply to healthcode_eraser;
