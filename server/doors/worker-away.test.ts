import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { doorService } from '../../test/http/door-service.ts';
import { numbersApart } from '../../test/resident-numbers.ts';
import { script, sql } from '../platform/db/sql.ts';

const NUMBERS = numbersApart(6);
const read = (number: string) => ({ document: { type: 'resident-id', number }, identityVerified: true });

describe('a door while one node of the database is away', () => {
  const doors = doorService();
  const { owner } = doors.record.database;

  test('is told so of the people whom that node holds, and of everybody else what they may', async () => {
    for (const number of NUMBERS) await doors.colour(number, 'green');
    const gate = await doors.device({ category: 'bus', readsDocuments: true });
    const lost = await doors.personOf(NUMBERS[2]!);
    const codes = await Promise.all(NUMBERS.map(doors.codeOf));
    // What a coordinator says of the rows of a worker that was killed.
    await owner.change(
      script(`create function node_of(person uuid, away uuid) returns boolean language plpgsql as
        $$ begin if person = away then raise exception using errcode = '08006'; end if; return true; end $$`),
    );
    await owner.change(sql`alter table assessment enable row level security`);
    await owner.change(script(`create policy away on assessment using (node_of(person_id, '${lost}'))`));
    const told = await Promise.all([
      ...NUMBERS.map((number) => gate(read(number))),
      ...codes.map((code) => gate({ code })),
    ]);
    const usual = NUMBERS.map((_, i) => (i === 2 ? 'unavailable' : 'allow'));
    assert.deepEqual(
      told.map(({ body }) => body.outcome),
      [...usual, ...usual],
    );
  });
});
