import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ApiClient } from '../../api/client.ts';
import { DAY_MS, HOUR_MS, type Instant, parseInstant, printInstant } from '../../domain/time.ts';
import { type Installation, openInstallation } from '../../server/installation.ts';
import { createLog } from '../../server/platform/log/log.ts';
import { type Service, startService } from '../../server/start-service.ts';
import { freshDatabase } from '../database.ts';
import { type HostedSigner, hostSigner } from '../signer.ts';
import { until } from '../until.ts';
import { account } from './accounting.ts';
import { freshFrom } from './fresh.ts';
import { look } from './looking.ts';
import { batchesOf, madeUpDocument, madeUpRecords, type Stated } from './made-up-evidence.ts';
import { newClient, newLedger, sendAll } from './sending.ts';
import { freePort } from './service-process.ts';
import { databaseSite } from './site.ts';
import { coloursOf } from './stored.ts';

const FOLLOW_MS = 120_000;
const TURNING = 5_000;
/** How far the days of China begin before those of the clock. */
const CHINA_MS = 8 * HOUR_MS;

describe('a clock that jumps an hour', () => {
  const database = freshDatabase();
  const site = databaseSite(() => database.url);
  const ledger = newLedger();
  let aheadMs = 0;
  const clock = {
    now: () => Date.now() + aheadMs,
    pass: (milliseconds: number) => {
      aheadMs += milliseconds;
    },
  };
  let port = 0;
  let installation: Installation;
  let service: Service;
  let signer: HostedSigner;
  let api: ApiClient;

  const start = async () => {
    const place = { place: { url: database.url }, keysFolder: site.keysFolder };
    installation = await openInstallation(place, clock.now(), { connections: 4 });
    const log = createLog({ clock: clock.now, write: site.hear, onPersonalData: 'throw' });
    signer = await hostSigner(installation, clock.now);
    const config = { host: '127.0.0.1', port, turnsCodes: true, version: '0.0.0', signer };
    service = await startService(installation, config, clock.now, log);
  };
  const stop = async () => {
    await service.stop();
    await signer.close();
    await installation.stop();
  };

  before(async () => {
    port = await freePort();
    await start();
    [api] = (await newClient(site, [service.url])) as [ApiClient];
  });
  after(stop);

  /** Orders to stay at home that end half an hour from now, so that a jump passes over their end. */
  const orders = (name: string, firstPerson: number, endsAt = clock.now() + HOUR_MS / 2): Stated[] =>
    Array.from({ length: 10 }, (_, i) => ({
      source: 'community',
      id: `${name}-${i}`,
      version: 1,
      person: { document: madeUpDocument(firstPerson + i) },
      kind: 'isolation',
      data: {
        form: 'home',
        from: printInstant(clock.now() - HOUR_MS),
        until: printInstant(endsAt),
      },
    }));
  const sendSome = async (name: string, firstPerson: number, endsAt?: Instant) => {
    const records = madeUpRecords({ name, records: 60, people: 20, firstPerson, now: clock.now() });
    await sendAll(
      [api],
      ledger,
      batchesOf([...records, ...orders(`${name}-order`, firstPerson + TURNING, endsAt)], 10),
    );
  };
  /** Everybody is shown rightly at once; those who have stood under an order are `colour`, and soon so in the rows. */
  const shows = async (name: string, firstPerson: number, colour: string) => {
    const fresh = freshFrom([...ledger.sent.values()]);
    for (let i = 0; i < 10; i++) {
      const document = madeUpDocument(firstPerson + TURNING + i);
      const shown = await look(api, document);
      assert.deepEqual(shown, fresh(document, parseInstant(shown.at)));
      assert.equal(shown.colour, colour);
    }
    await until(
      () => site.onDatabase(async (db) => (await coloursOf(db, `${name}-order`, colour)) === 10),
      FOLLOW_MS,
    );
  };
  const accounts = () => account({ site, ledger, api, now: clock.now });

  test('ahead turns what is due by it', async () => {
    await sendSome('before', 0);
    await shows('before', 0, 'red');
    clock.pass(HOUR_MS);
    await shows('before', 0, 'green');
    await sendSome('ahead', 1_000);
    await shows('ahead', 1_000, 'red');
    await accounts();
  });

  test('back turns it back', async () => {
    clock.pass(-HOUR_MS);
    await shows('before', 0, 'red');
    await shows('ahead', 1_000, 'red');
    await accounts();
    await sendSome('back', 2_000);
    await shows('back', 2_000, 'red');
  });

  test('back while the service was down does so too', async () => {
    clock.pass(HOUR_MS);
    await shows('back', 2_000, 'green');
    await stop();
    clock.pass(-HOUR_MS);
    await start();
    await shows('back', 2_000, 'red');
    await accounts();
    clock.pass(2 * HOUR_MS);
    for (const [name, firstPerson] of [
      ['before', 0],
      ['ahead', 1_000],
      ['back', 2_000],
    ] as const)
      await shows(name, firstPerson, 'green');
    await accounts();
  });

  test('or leaps over a midnight turns everybody whose days are over, and nobody else', async () => {
    const now = clock.now();
    const midnight = now - ((now + CHINA_MS) % DAY_MS) + DAY_MS;
    await sendSome('to-midnight', 3_000, midnight);
    await sendSome('past-midnight', 4_000, midnight + HOUR_MS);
    // Long enough before it, however slow the machine is.
    clock.pass(midnight - HOUR_MS / 2 - clock.now());
    await shows('to-midnight', 3_000, 'red');
    clock.pass(midnight + 60_000 - clock.now());
    await shows('to-midnight', 3_000, 'green');
    await shows('past-midnight', 4_000, 'red');
    await accounts();
  });
});
