import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { leastOf } from '../../test/durations.ts';
import { type Answered, type Ask, doorService, verifier } from '../../test/http/door-service.ts';
import { talk } from '../../test/http/http-app.ts';
import { numbersApart, numbersInARow } from '../../test/resident-numbers.ts';
import { alarmsSince } from './store.ts';

const document = (number: string) => ({ document: { type: 'resident-id', number } });
const ROW = numbersInARow(10_000);
/** The places of those in the row who are known. */
const KNOWN = [0, 3, 5, 500, 9_999];
const QUARTER_MS = 15 * 60_000;

async function askAll(ask: Ask, numbers: readonly string[], rest: object): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (const number of numbers) answers.push(await ask({ ...document(number), ...rest }));
  return answers;
}

describe('ten thousand numbers in a row', () => {
  const doors = doorService();
  const { record } = doors;
  /** Asks about numbers one after another over one connection; status and body of each answer, without its own id. */
  const pipelined = async (token: string, numbers: readonly string[]): Promise<string[]> => {
    const requests = numbers.map((number, i) => {
      const body = JSON.stringify({ ...document(number), identityVerified: true, masked: true });
      const connection = i === numbers.length - 1 ? 'close' : 'keep-alive';
      return `POST /api/v1/checks HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\nconnection: ${connection}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    });
    const received = await talk(doors.port, [requests.join('')]);
    return received.split(/(?=HTTP\/1\.1 )/).map((answer) => {
      const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
      return `${answer.slice(9, 12)} ${body.replace(/urn:uuid:[0-9a-f-]+/, '')}`;
    });
  };
  const whenKnown = (() => {
    let known: Promise<void> | undefined;
    const make = async () => {
      for (const place of KNOWN) await doors.colour(ROW[place]!, 'red');
    };
    return () => {
      known ??= make();
      return known;
    };
  })();

  test('teach a device without authority nothing: one answer for all, and soon none', async () => {
    await whenKnown();
    const { token } = await doors.device({ category: 'bus' });
    const told: string[] = [];
    // Fewer than a service with much to do lets in at once.
    for (let at = 0; at < ROW.length; at += 25)
      told.push(...(await pipelined(token, ROW.slice(at, at + 25))));
    assert.equal(told.length, ROW.length);
    const [answered, barred] = [
      told.filter((one) => one.startsWith('200')),
      told.filter((one) => one.startsWith('429')),
    ];
    assert.equal(answered.length + barred.length, ROW.length);
    assert.ok(answered.length > 0 && answered.length < 36, `${answered.length} numbers before it is barred`);
    assert.equal(new Set(answered).size, 1);
    assert.match(answered[0]!, /"outcome":"ask-staff"/);
    assert.equal(new Set(barred).size, 1);
    assert.match(barred[0]!, /"code":"rate-limited"/);
  });

  test('are answered without authority as quickly where somebody is known', async () => {
    await whenKnown();
    const known = numbersApart(5, 7_000);
    for (const number of known) await doors.colour(number, 'red');
    // Few enough that the gate is not barred.
    const asked = { known, unknown: numbersApart(5, 8_000) };
    const median = (values: number[]) => values.sort((a, b) => a - b)[values.length / 2]!;
    const difference = async () => {
      const gate = await doors.device({ category: 'bus' });
      const times = { known: [] as number[], unknown: [] as number[] };
      for (let i = 0; i < 400; i++) {
        const kind = i % 2 === 0 ? 'known' : 'unknown';
        const startedAt = performance.now();
        const { body } = await gate({ ...document(asked[kind][(i >> 1) % 5]!), identityVerified: true });
        times[kind].push(performance.now() - startedAt);
        assert.equal(body.outcome, 'ask-staff');
      }
      const [first, second] = [median(times.known), median(times.unknown)];
      return Math.abs(first - second) / Math.max(first, second);
    };
    const least = await leastOf(0.3, difference);
    // To look somebody up would take longer than all the rest.
    assert.ok(least < 0.3, `${least} of the time`);
  });

  test('are soon too many for a registered reader too, and for staff, and codes are still read', async () => {
    await whenKnown();
    const code = await doors.codeOf(ROW[0]!);
    const reader = await doors.device({ category: 'bus', readsDocuments: true });
    const staff = doors.askAs(verifier());
    const asStaff = { venue: 'bus', reason: 'a lost phone' };
    for (const [ask, rest] of [
      [reader, {}],
      [staff, asStaff],
    ] as const) {
      const answers = await askAll(ask, ROW.slice(0, 300), rest);
      const told = answers.filter(({ status }) => status === 200).map(({ body }) => body.outcome);
      // Three of the first ten are known; with the seventh who is not, it is over.
      assert.deepEqual(told.filter((outcome) => outcome === 'ask-staff').length, 3);
      assert.deepEqual(told.filter((outcome) => outcome === 'not-found').length, 6);
      assert.equal(told.length, 9);
      assert.equal((await ask({ code, ...(ask === staff && { venue: 'bus' }) })).body.outcome, 'deny');
    }
  });

  test('raise an alarm that names no number, in the database, the log and the measures', async () => {
    await whenKnown();
    const reader = await doors.device({ category: 'bus', readsDocuments: true });
    const session = verifier();
    await askAll(reader, ROW.slice(1_000, 1_020), {});
    await askAll(doors.askAs(session), numbersApart(30, 3_000), { venue: 'bus', reason: 'a lost phone' });
    const alarms = await alarmsSince(record.database.app, record.now);
    const of = (actor: string) =>
      alarms.filter((alarm) => alarm.actor === actor).map(({ kind, count }) => [kind, count]);
    assert.deepEqual(of(reader.clientId), [['neighbouring-numbers', 7]]);
    assert.deepEqual(of(`account:${session.accountId}`), [['unknown-numbers', 21]]);
    const logged = doors.lines
      .map((line) => JSON.parse(line))
      .filter(({ actor }) => actor === reader.clientId);
    assert.deepEqual(logged, [
      {
        time: '2021-01-20T12:00:00+08:00',
        level: 'warn',
        event: 'numbers are tried out at a door',
        actor: reader.clientId,
        kind: 'neighbouring-numbers',
        count: 7,
      },
    ]);
    const metrics = await doors.metrics();
    assert.match(metrics, /^door_alarms_total\{kind="unknown-numbers"\} [1-9]/m);
    for (const text of [metrics, ...doors.lines, JSON.stringify(alarms)])
      for (const number of [...ROW.slice(0, 1_100), ...numbersApart(30, 3_000)])
        assert.ok(!text.includes(number));
  });

  test('are forgiven after a quarter of an hour', async () => {
    const reader = await doors.device({ category: 'bus', readsDocuments: true });
    const start = record.now;
    await askAll(reader, ROW.slice(2_000, 2_020), {});
    const [one] = numbersApart(1, 4_000) as [string];
    try {
      record.now = start + QUARTER_MS - 1;
      // The token of the device lives ten minutes.
      const ask = await doors.again(reader);
      assert.deepEqual(
        [(await ask(document(one))).status, (await ask(document(one))).retryAfter],
        [429, '1'],
      );
      record.now = start + QUARTER_MS;
      assert.equal((await ask(document(one))).body.outcome, 'not-found');
    } finally {
      record.now = start;
    }
  });

  test('are something else than a busy gate: two hundred people, nearly all known, one a second', async () => {
    const people = numbersApart(200, 6_000);
    await record.deliver(
      people.filter((_, i) => i % 40 !== 0).map((number, i) => negative(`busy-${i}`, number)),
    );
    await record.turn();
    const reader = await doors.device({ category: 'museum', readsDocuments: true });
    const start = record.now;
    const outcomes = new Map<string, number>();
    for (const [i, number] of people.entries()) {
      record.now = start + i * 1_000;
      const { status, body } = await reader({ ...document(number), identityVerified: true });
      assert.equal(status, 200);
      outcomes.set(body.outcome, (outcomes.get(body.outcome) ?? 0) + 1);
    }
    record.now = start;
    assert.deepEqual(Object.fromEntries(outcomes), { allow: 195, 'ask-staff': 5 });
  });
});

function negative(id: string, number: string): object {
  const data = {
    sampledAt: '2021-01-18T08:00:00+08:00',
    reportedAt: '2021-01-18T20:00:00+08:00',
    result: 'negative',
  };
  return { source: 'laboratory', id, version: 1, person: document(number), kind: 'nat', data };
}
