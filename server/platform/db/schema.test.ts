import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { emptyDatabase, freshDatabase } from '../../../test/database.ts';
import { checkSchema } from '../../../test/schema-rules.ts';
import { type Catalogue, readCatalogue } from './catalogue.ts';
import { openDatabase } from './database.ts';
import { describeSchema, SNAPSHOT } from './describe-schema.ts';
import { script } from './sql.ts';

describe('the schema', () => {
  const db = freshDatabase();
  let catalogue: Catalogue;
  before(async () => {
    catalogue = await readCatalogue(db.owner);
  });

  test('is what `npm run schema` wrote', () => {
    assert.equal(describeSchema(catalogue), readFileSync(SNAPSHOT, 'utf8'));
  });

  test('labels what is personal, erases it, lets nobody do more than needed, and can be distributed', () => {
    assert.ok(catalogue.tables.length > 10);
    assert.deepEqual(checkSchema(catalogue), []);
  });
});

const PERSON = `
  create table thing (
    person_id   uuid not null,
    place       integer not null,
    note        text,
    erase_after timestamptz not null,
    primary key (person_id, place)
  );
  comment on table thing is 'retention: evidence; distributed by person_id; grows only';
  comment on column thing.person_id is 'sensitive: identity';
  comment on column thing.place is 'sensitive: no; from 1';
  comment on column thing.note is 'sensitive: health';
  comment on column thing.erase_after is 'sensitive: no';
  grant select, insert on thing to healthcode_app;
  grant select on thing to healthcode_reader;
  grant select (person_id, erase_after), delete on thing to healthcode_eraser;
  create table kind (kind text primary key);
  comment on table kind is 'retention: configuration; reference';
  comment on column kind.kind is 'sensitive: no';
  create table other (person_id uuid not null primary key, erase_after date not null);
  comment on table other is 'retention: identity; distributed by person_id';
  comment on column other.person_id is 'sensitive: identity';
  comment on column other.erase_after is 'sensitive: no';
  grant delete on other to healthcode_eraser;
`;

describe('the rules for schemas', () => {
  const db = emptyDatabase();

  /** What is found in the sound schema above after a change, which is undone. */
  async function findings(change: string): Promise<string[]> {
    let found: string[] | undefined;
    const undo = new Error('undo');
    const changed = db.owner.transaction(async (owner) => {
      await owner.change(script(`${PERSON}${change}`));
      found = checkSchema(await readCatalogue(owner));
      throw undo;
    });
    await changed.catch((error) => {
      if (error !== undo) throw error;
    });
    return found!;
  }

  test('find nothing in a sound schema', async () => assert.deepEqual(await findings(''), []));

  // biome-ignore format: a table reads better as a table
  const sound: readonly string[] = [
    'alter table thing add foreign key (person_id) references other',
    'alter table thing add kind text references kind; comment on column thing.kind is \'sensitive: no\'',
    'alter table thing drop erase_after; comment on table thing is \'retention: working; distributed by person_id; erased with other\'',
    'alter table thing drop erase_after; comment on table thing is \'retention: working; distributed by person_id; erased when done\'',
    'alter table kind add number bigint generated always as identity; comment on column kind.number is \'sensitive: no\'',
    'create unique index on thing (place, person_id)',
  ];
  for (const change of sound)
    test(`allow: ${change}`, async () => assert.deepEqual(await findings(change), []));

  // biome-ignore format: a table reads better as a table
  const unsound: readonly (readonly [change: string, ...found: string[]])[] = [
    ['alter table thing add more text', 'thing.more does not say whether it is sensitive'],
    ["comment on column thing.note is 'sensitive: rather'", 'thing.note does not say whether it is sensitive'],
    ["comment on column thing.person_id is 'sensitive: no'", 'thing.person_id is a person and is not labelled as identity'],
    ["comment on table kind is 'retention: forever; reference'", 'kind names no class of retention'],
    ['comment on table kind is null', 'kind names no class of retention', 'kind does not say, once, how it is distributed'],
    ["comment on table kind is 'retention: configuration; reference; coordinator'", 'kind does not say, once, how it is distributed'],
    ['alter table thing drop erase_after', 'thing has people and no erase_after'],
    ['alter table thing alter erase_after drop not null', 'thing.erase_after must be a date or an instant, and not null'],
    ['alter table thing alter erase_after type text', 'thing.erase_after must be a date or an instant, and not null'],
    ["comment on table thing is 'retention: evidence; distributed by person_id; erased with nothing'", 'thing is erased with nothing, which is no table'],
    ['revoke delete on thing from healthcode_eraser', 'thing cannot be erased: the eraser may not delete'],
    ['grant select (note) on thing to healthcode_eraser', 'thing lets healthcode_eraser read about health'],
    ['grant select on thing to healthcode_eraser', 'thing lets healthcode_eraser read about health'],
    ['grant update on thing to healthcode_app', 'thing grows only and lets healthcode_app update'],
    ['grant update (note) on thing to healthcode_app', 'thing grows only and lets healthcode_app update'],
    ['grant delete on thing to healthcode_app', 'thing grows only and lets healthcode_app delete'],
    ['grant truncate on kind to healthcode_app', 'kind lets healthcode_app truncate'],
    ['grant insert on kind to healthcode_reader', 'kind lets healthcode_reader insert'],
    ['grant select on kind to public', 'kind lets public select'],
    ['create trigger eager before update on thing for each row execute function suppress_redundant_updates_trigger()', 'thing has the trigger eager'],
    ['alter table kind drop constraint kind_pkey', 'kind has no primary key'],
    ['alter table kind add number integer generated always as identity; comment on column kind.number is \'sensitive: no\'', 'kind.number is numbered with less than a bigint identity'],
    ['alter table kind add number bigserial; comment on column kind.number is \'sensitive: no\'', 'kind.number is numbered with less than a bigint identity'],
    ['create unique index thing_note on thing (note)', 'thing: thing_note is unique without person_id'],
    ['create unique index thing_place on thing (place) include (person_id)', 'thing: thing_place is unique without person_id'],
    ['alter table thing add constraint thing_alone exclude (place with =)', 'thing: thing_alone is unique without person_id'],
    ['alter table thing drop constraint thing_pkey, add primary key (place)', 'thing: thing_pkey is unique without person_id'],
    ["comment on table thing is 'retention: evidence; coordinator'", 'thing is about people and lies in one place'],
    ['alter table kind add person_id uuid references other; comment on column kind.person_id is \'sensitive: identity\'', 'kind has people and no erase_after', 'kind cannot be erased: the eraser may not delete', 'kind is about people and lies in one place', 'kind: kind_person_id_fkey refers to rows on other machines'],
    ['alter table thing add held uuid references other; comment on column thing.held is \'sensitive: identity\'', 'thing: thing_held_fkey refers to rows on other machines'],
    ['alter table thing add kind text references kind on delete set null; comment on column thing.kind is \'sensitive: no\'', 'thing: thing_kind_fkey changes rows when others go'],
  ];
  for (const [change, ...found] of unsound)
    test(`refuse: ${change}`, async () => assert.deepEqual((await findings(change)).sort(), found.sort()));

  test('refuse others who may make things, and what they make', async () => {
    const administrator = openDatabase({ url: db.url, connections: 1 });
    await administrator.change(script('grant create on schema public to healthcode_app'));
    await administrator.close();
    await db.app.change(script('create table mine (id uuid primary key)'));
    const found = checkSchema(await readCatalogue(db.owner));
    assert.ok(found.includes('healthcode_app may make things in the schema'), found.join('\n'));
    assert.ok(found.includes('mine belongs to healthcode_app'), found.join('\n'));
  });
});
