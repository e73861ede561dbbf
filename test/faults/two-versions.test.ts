import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { ApiClient } from '../../api/client.ts';
import { freshDatabase } from '../database.ts';
import { PROGRAM } from '../program.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { account } from './accounting.ts';
import { freshFrom } from './fresh.ts';
import { keepLooking, type Seen } from './looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords } from './made-up-evidence.ts';
import { nextRelease, previousRelease } from './releases.ts';
import { newClient, newLedger, sendAll } from './sending.ts';
import { type ServiceProcess, startServing } from './service-process.ts';
import { databaseSite } from './site.ts';

/** A deploy replaces one process after the other: code that does not know the newest migrations works beside code that does. */
describe('versions of the service side by side', () => {
  const database = freshDatabase();
  const site = databaseSite(() => database.url);
  const folder = temporaryFolder();
  const previous = previousRelease(folder);
  const ledger = newLedger();
  const services: ServiceProcess[] = [];
  let ways: ApiClient[];
  /** What was seen while the schema was changed. */
  let seen: Seen;

  before(async () => {
    const first = await startServing(site, 0);
    ways = await newClient(site, [first.url]);
    await sendSome('settled', 2_000, ways);
    const people = Array.from({ length: 20 }, (_, i) => madeUpDocument(2_000 + i));
    const stopLooking = keepLooking(ways[0]!, first.url, people, freshFrom([...ledger.sent.values()]));
    let isMigrated = false;
    const sending = (async () => {
      for (let round = 0; !isMigrated; round++) await sendSome(`meanwhile-${round}`, 3_000, ways);
    })();
    // It brings a schema along that the first one does not know, and which stays when the deploy is taken back.
    const newest = await startServing(site, 0, [], nextRelease(folder).program);
    isMigrated = true;
    await sending;
    seen = await stopLooking();
    const last = await startServing(site, 0, [], previous.skip === false ? previous.program : PROGRAM);
    services.push(newest, first, last);
    ways = await newClient(
      site,
      services.map(({ url }) => url),
    );
  });

  const sendSome = (name: string, firstPerson: number, through: readonly ApiClient[]) => {
    const records = madeUpRecords({ name, records: 100, people: 30, firstPerson, now: Date.now() });
    return Promise.all(through.map((way) => sendAll([way], ledger, batchesOf(records, 5), { atOnce: 2 })));
  };

  test('change the schema while one of them works, and nobody finds the service away', () => {
    assert.ok(seen.right > 0);
    for (const { broken, refusals } of [seen, ledger])
      assert.deepEqual([broken, refusals.get('unavailable') ?? 0], [0, 0]);
  });

  test('take the same evidence, assess the same people, and agree on everything', async () => {
    await sendSome('all', 0, ways);
    for (const api of ways) await account({ site, ledger, api, isRepeated: true });
  });

  // It has taken part above too; where there is none, the report says so by this test.
  test('and so does the release before this one', { skip: previous.skip }, async () => {
    const [, , before] = ways as [ApiClient, ApiClient, ApiClient];
    await sendSome('before', 500, [before]);
    await account({ site, ledger, api: before, isRepeated: true });
  });

  test('and the older ones may go while the newest takes more', async () => {
    const [newest, ...older] = services;
    const sending = sendSome('deployed', 1_000, [ways[0]!]);
    for (const service of older) assert.equal(await service.stop(), 0);
    await sending;
    await account({ site, ledger, api: ways[0]!, isRepeated: true });
    assert.equal(await newest!.stop(), 0);
  });
});
