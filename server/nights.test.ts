import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stateEvidence } from '../api/evidence/evidence.ts';
import { runningService } from '../test/running-service.ts';
import { NUMBERS, recordOf } from '../test/service.ts';
import { until } from '../test/until.ts';
import { addSession, openSessions } from './accounts/store.ts';
import { denialRow } from './doors/denial-rule.ts';
import { addDenial } from './doors/store.ts';
import { startNights } from './nights.ts';
import { sql } from './platform/db/sql.ts';
import { BUCKETS, timeOf, timeUuid } from './platform/db/uuid.ts';
import { createLog } from './platform/log/log.ts';
import { eraseAfter } from './record/retention.ts';

const DAY_MS = 86_400_000;

describe('each night', () => {
  const service = runningService();

  test('decisions are made again, one that somebody changed behind our back is told, and denials and sessions are erased in time', async () => {
    const client = await service.clientOf({ scopes: ['evidence:write'], sources: ['laboratory'] });
    const nat = { sampledAt: '2021-01-18T08:00:00+08:00', reportedAt: '2021-01-18T20:00:00+08:00' };
    await client.call(stateEvidence, {
      body: NUMBERS.map((number, i) =>
        recordOf('laboratory', `N-${i}`, number, 'nat', { ...nat, result: 'positive' }),
      ),
    });
    await service.settled();
    const { store } = service.installation;
    const [changed] = await store.owner.rows<{ personId: string }>(sql`
      update assessment set colour = 'green'
       where person_id = (select min(person_id::text)::uuid from assessment)
      returning person_id as "personId"
    `);
    const denied = { venueId: undefined, category: 'bus', clause: 'M6', outcome: 'deny' };
    for (const daysAgo of [0, 40])
      await addDenial(store.app, denialRow(denied, Date.now() - daysAgo * DAY_MS));
    const ids = { old: timeUuid(Date.now() - 91 * DAY_MS), recent: timeUuid(Date.now() - 10 * DAY_MS) };
    for (const sessionId of Object.values(ids)) {
      const startedAt = timeOf(sessionId);
      const times = { startedAt, endsAt: startedAt + DAY_MS, eraseAfter: eraseAfter('working', startedAt) };
      await addSession(store.app, { sessionId, accountId: timeUuid(startedAt), ...times });
    }
    const lines: string[] = [];
    const log = createLog({
      clock: Date.now,
      write: (line) => lines.push(line),
      onPersonalData: 'throw',
    });
    // It stands, or a night of its own might begin in between.
    let now = Date.now();
    const nights = startNights(service.installation, () => now, log, 5);
    // Each night another share of the people is looked at.
    const denials = () => store.reader.rows(sql`select 1 from denial`);
    for (let night = 1; night <= BUCKETS; night++) {
      assert.equal(
        (await denials()).length,
        { 1: 2 }[night] ?? (night <= 31 ? 1 : 0),
        `before night ${night}`,
      );
      const before = lines.length;
      now += DAY_MS;
      await until(() => lines.length > before);
    }
    await nights.stop();
    const left = await openSessions(store.reader, Object.values(ids));
    assert.deepEqual(
      left.map(({ sessionId }) => sessionId),
      [ids.recent],
    );
    const told = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error');
    assert.deepEqual(
      told.map(({ event, personId, number }) => [event, personId, number]),
      [['a decision comes out otherwise', changed!.personId, 1]],
    );
  });
});
