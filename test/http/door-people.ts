import { randomUUID } from 'node:crypto';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { findOrAddPeople } from '../../server/people/find-or-add-people.ts';
import { sql, time } from '../../server/platform/db/sql.ts';
import { recordOf, type TestService } from '../service.ts';
import type { TestPasses } from './test-passes.ts';

/** People of a test, their codes and colours. */
export interface PeopleAtDoors {
  /** The person of a document, added where nobody was known under it. */
  readonly personOf: (number: string) => Promise<string>;
  /** Gives the holder of a number a code, and returns an online pass of it as it is now, which says that it is green. */
  readonly codeOf: (number: string) => Promise<string>;
  /** Gives the holder of a number a code, which the account shows that is named, or one of their own. */
  readonly hold: (number: string, accountId?: string) => Promise<string>;
  /** States what makes somebody of this colour. */
  readonly colour: (number: string, colour: 'green' | 'yellow' | 'red') => Promise<void>;
}

/** People on the record of a test; `issued` makes their passes. */
export function peopleAtDoors(record: TestService, issued: () => TestPasses): PeopleAtDoors {
  const personOf = (number: string) => personUnder(record, number);
  const holding = async (number: string, accountId?: string) => {
    const personId = await personOf(number);
    await hold(record, personId, accountId);
    return personId;
  };
  return {
    personOf,
    hold: holding,
    codeOf: async (number) => {
      const personId = await holding(number);
      const document: Document = { type: 'resident-id', number };
      const { issuing } = issued().passes;
      return (await issuing.online({ personId, document }, 'green', record.now)).text;
    },
    colour: async (number, colour) => {
      const { accepted } = await record.deliver([recordFor(number, colour)]);
      if (accepted !== 1) throw new Error('the test states nothing that counts');
      await record.turn();
    },
  };
}

async function personUnder({ database, keys, now }: TestService, number: string): Promise<string> {
  const document: Document = { type: 'resident-id', number };
  const found = await database.app.transaction((db) => findOrAddPeople(db, keys(), [document], now));
  return found.get(documentKey(document))!.personId;
}

/** Lets an account show the code of a person. */
async function hold(
  { database, now }: TestService,
  personId: string,
  accountId: string = randomUUID(),
): Promise<void> {
  await database.app.change(sql`
    insert into holding (person_id, number, account_id, way, held_from, erase_after)
    values (${personId}, 1, ${accountId}, 'claims', ${time(now)}, ${time(now + 1e10)})
        on conflict do nothing
  `);
}

function recordFor(number: string, colour: 'green' | 'yellow' | 'red'): object {
  const id = randomUUID();
  switch (colour) {
    case 'green':
      return recordOf('laboratory', id, number, 'nat', {
        sampledAt: '2021-01-18T08:00:00+08:00',
        reportedAt: '2021-01-18T20:00:00+08:00',
        result: 'negative',
      });
    case 'yellow':
      return recordOf('health', id, number, 'symptom', { fever: true, from: '2021-01-19T08:00:00+08:00' });
    case 'red':
      return recordOf('health', id, number, 'case', {
        classification: 'confirmed',
        from: '2021-01-19T08:00:00+08:00',
      });
  }
}
