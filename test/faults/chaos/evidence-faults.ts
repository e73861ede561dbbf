import { DAY_MS } from '../../../domain/time.ts';
import { script } from '../../../server/platform/db/sql.ts';
import { madeUpRecords } from '../made-up-evidence.ts';
import { newClient, send, sendAll } from '../sending.ts';
import type { Draw, Fault } from './fault.ts';
import type { Ground } from './ground.ts';

/** What goes wrong with what is sent. */
export const EVIDENCE_FAULTS: readonly Fault[] = [
  { name: 'a source sends ten times its quota', happen: sendGreedily },
  { name: 'the database refuses a record', happen: sendPoison },
];

const QUOTA = 5;
/** People about whom nothing else is stated. */
const GREEDY = 200_000;
const POISONED = 300_000;

async function sendGreedily({ site, services, ways, ledger, now }: Ground, draw: Draw): Promise<void> {
  const name = `greedy-${draw(2 ** 31)}`;
  const urls = services.map(({ url }) => url);
  const [greedy] = await newClient(site, urls, { quotaPerSecond: QUOTA }, now() - DAY_MS);
  const records = madeUpRecords({ name, records: 10 * QUOTA, people: 10, firstPerson: GREEDY, now: now() });
  await Promise.all(records.map((record) => send(greedy!, ledger, [record])));
  await sendAll(ways, ledger, [records]);
}

async function sendPoison({ site, ways, ledger, now }: Ground, draw: Draw): Promise<void> {
  const name = `poison-${draw(2 ** 31)}`;
  const records = madeUpRecords({ name, records: 20, people: 10, firstPerson: POISONED, now: now() });
  await site.onDatabase((db) =>
    db.change(script(`alter table evidence add constraint "${name}" check (record_id <> '${name}-7')`)),
  );
  await sendAll(ways, ledger, [records]);
}
