import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { freshDatabase } from '../../../../test/database.ts';
import { type Catalogue, readCatalogue } from '../catalogue.ts';
import { openDatabase } from '../database.ts';
import { sql } from '../sql.ts';
import { columnGrantsOf, distribute } from './distribute.ts';
import { type Placement, placementOf } from './placement.ts';
import { planOf } from './plan.ts';

describe('the plan for the workers', () => {
  const db = freshDatabase();
  let catalogue: Catalogue;
  before(async () => {
    catalogue = await readCatalogue(db.owner);
  });

  test('puts each table where its comment says', () => {
    const { references, spread, misplaced } = planOf(catalogue, new Map());
    const said = (placement: (said: Placement | undefined) => boolean) =>
      catalogue.tables.filter(({ comment }) => placement(placementOf(comment))).map(({ name }) => name);
    assert.deepEqual(
      references.toSorted(),
      said((placement) => placement === 'reference'),
    );
    assert.deepEqual(
      spread.map(({ table }) => table),
      said((placement) => typeof placement === 'object'),
    );
    assert.ok(spread.length > 20 && references.length > 4);
    assert.deepEqual(misplaced, []);
  });

  test('puts what belongs to a person in one shard, and whom they answer for', () => {
    const { spread } = planOf(catalogue, new Map());
    const first = spread.find(({ column }) => column === 'person_id');
    const others = spread.filter(({ column, table }) => /person_id$/.test(column) && table !== first?.table);
    assert.equal(first?.beside, undefined);
    assert.ok(others.some(({ table }) => table === 'ward'));
    assert.deepEqual([...new Set(others.map(({ beside }) => beside))], [first?.table]);
  });

  test('puts a reference table behind those to which it refers', () => {
    const { references } = planOf(catalogue, new Map());
    const at = (name: string) => references.indexOf(name);
    assert.ok(at('rule_package') < at('rules_in_force') && at('rules_in_force') < at('rule_bundle'));
  });

  test('has nothing left to do when it was carried out, and puts what is new beside the rest', () => {
    const all = new Map(
      catalogue.tables.flatMap(({ name, comment }): [string, Placement][] => {
        const placement = placementOf(comment);
        return placement === undefined || placement === 'coordinator' ? [] : [[name, placement]];
      }),
    );
    assert.deepEqual(planOf(catalogue, all), { references: [], spread: [], misplaced: [] });
    all.delete('holding');
    const [holding, ...more] = planOf(catalogue, all).spread;
    assert.deepEqual([holding?.table, holding?.column, more], ['holding', 'person_id', []]);
    assert.match(placementOfBeside(holding?.beside, all), /person_id$/);
  });

  test('names what lies elsewhere than it says', () => {
    const elsewhere = new Map<string, Placement>([
      ['person', { column: 'bucket' }],
      ['session', 'reference'],
    ]);
    assert.deepEqual(planOf(catalogue, elsewhere).misplaced, ['person', 'session']);
  });

  test('grants on shards what is granted on columns', () => {
    const account = catalogue.tables.find(({ name }) => name === 'account')!;
    assert.deepEqual(columnGrantsOf(account), [
      'grant update (bound_at, erase_after, person_id, signed_in_at, verified_at) on %s to healthcode_app',
      'grant select (account_id, erase_after, person_id) on %s to healthcode_eraser',
    ]);
  });

  const needsPlain = process.env.CITUS_URL ? { skip: 'CITUS_URL names a cluster' } : {};
  test('a database without the extension is told what it lacks, and left alone', needsPlain, async () => {
    const login = openDatabase({ url: db.url, connections: 1 });
    await assert.rejects(distribute(db.owner, login).finally(login.close), {
      name: 'OperatorError',
      message: /no extension citus: let an administrator run "create extension citus"/,
    });
    assert.deepEqual(await readCatalogue(db.owner), catalogue);
  });

  const needsCitus = process.env.CITUS_URL ? {} : { skip: 'CITUS_URL names no coordinator of Citus' };
  test('a second time it changes nothing', needsCitus, async () => {
    const login = openDatabase({ url: db.url, connections: 1 });
    assert.deepEqual(await distribute(db.owner, login).finally(login.close), []);
    const [row] = await db.owner.rows<{ apart: number }>(sql`
      select count(distinct colocationid)::integer as apart from pg_dist_partition
       where logicalrelid = any('{person,evidence,due,assessment,ward,holding}'::regclass[])
    `);
    assert.equal(row?.apart, 1);
  });
});

function placementOfBeside(beside: string | undefined, all: ReadonlyMap<string, Placement>): string {
  const placement = all.get(beside ?? '');
  return typeof placement === 'object' ? placement.column : '';
}
