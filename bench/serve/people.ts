import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { assess } from '../../domain/codes/assess.ts';
import { type Document, documentKey } from '../../domain/people/document.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../domain/time.ts';
import { COUNTS_ALONE_MS, SESSION_MS, sealSession } from '../../server/accounts/session-cookie.ts';
import { printResult } from '../../server/codes/conclude.ts';
import { bucketOf, timeUuid } from '../../server/platform/db/uuid.ts';
import { blindIndexes } from '../../server/platform/keys/blind-index.ts';
import { DATABASE, type Trial } from '../trial.ts';

/** Somebody whose code is green, as the benchmark needs them. */
export interface Someone {
  readonly personId: string;
  readonly accountId: string;
  readonly document: Document;
}

/** Of what nobody opens here there is only a size. */
const SEALED = randomBytes(120);
const TOGETHER = 10_000;
/** Whose companions they all may be, as doors see it. */
const FAMILY = timeUuid(0);

/** What the ids of all people begin with; their number follows, so that a script of `pgbench` finds one by chance. */
export function idPrefix(now: Instant): string {
  return timeUuid(now).slice(0, -NUMBER_DIGITS);
}

const NUMBER_DIGITS = 12;

/** Writes so many people down, each with an account that shows their code, and the conclusion that it is green. */
export async function addGreenPeople(
  trial: Trial,
  count: number,
  prefix: string,
  now: Instant,
): Promise<readonly Someone[]> {
  const people = Array.from({ length: count }, (_, i) => someone(prefix, i, now));
  const client = new pg.Client(trial.url(DATABASE));
  await client.connect();
  try {
    for (let from = 0; from < count; from += TOGETHER)
      await addSome(client, trial, people.slice(from, from + TOGETHER), now);
    await client.query('vacuum (analyze) person, person_document, assessment, account, application_step');
  } finally {
    await client.end();
  }
  return people;
}

function someone(prefix: string, i: number, now: Instant): Someone {
  const number = `E${String(i).padStart(8, '0')}`;
  return {
    personId: prefix + i.toString(16).padStart(NUMBER_DIGITS, '0'),
    accountId: timeUuid(now),
    document: { type: 'passport', number, issuer: 'FRA' },
  };
}

async function addSome(
  client: pg.Client,
  { installation: { keys, decision } }: Trial,
  people: readonly Someone[],
  now: Instant,
): Promise<void> {
  const { rules, areas } = decision(now);
  // What was concluded in the last minutes is looked at again for the lists.
  const at = new Date(now - HOUR_MS).toISOString();
  const erase = new Date(now + 365 * DAY_MS).toISOString();
  const ids = people.map(({ personId }) => personId);
  const accounts = people.map(({ accountId }) => accountId);
  await client.query(
    `insert into person (person_id, bucket, wrapped_key, sealed_document, created_at, erase_after)
     select p, b, $3, $3, $4, $5 from unnest($1::uuid[], $2::smallint[]) as n(p, b)`,
    [ids, ids.map(bucketOf), SEALED, at, erase],
  );
  await client.query(
    `insert into person_document (document_index, person_id, recorded_at, erase_after)
     select d, p, $3, $4 from unnest($1::bytea[], $2::uuid[]) as n(d, p)`,
    [people.map(({ document }) => blindIndexes(keys, 'document', documentKey(document))[0]), ids, at, erase],
  );
  await client.query(
    `insert into assessment (person_id, number, assessed_at, rules, areas, colour, next_change_at, result,
                             inputs_digest, cause, erase_after)
     select p, n, $2, $3, 'none', 'green', 'infinity', $4::json, $5, 'evidence', $6
       from unnest($1::uuid[]) as x(p), generate_series(1, 2) as n`,
    [ids, at, rules.id, printResult(assess([], rules, areas, now)), SEALED.subarray(0, 16), erase],
  );
  await client.query(
    `insert into account (account_id, person_id, bound_at, signed_in_at, erase_after)
     select a, p, $3, $3, $4 from unnest($1::uuid[], $2::uuid[]) as n(a, p)`,
    [accounts, ids, at, erase],
  );
  await client.query(
    `insert into holding (person_id, number, account_id, way, held_from, erase_after)
     select p, 1, $2, 'claims', $3, $4 from unnest($1::uuid[]) as n(p)`,
    [ids, FAMILY, at, erase],
  );
  await client.query(
    `insert into application (account_id, number, application_id, wrapped_key, made_at, erase_after)
     select a, 1, a, $2, $3, $4 from unnest($1::uuid[]) as n(a)`,
    [accounts, SEALED, at, erase],
  );
  await client.query(
    `insert into application_content (account_id, application_id, version, sealed_content, ends_at, written_at, erase_after)
     select a, a, 1, $2, 'infinity', $3, $4 from unnest($1::uuid[]) as n(a)`,
    [accounts, SEALED, at, erase],
  );
  await client.query(
    `insert into application_step (account_id, application_id, number, step, person_id, taken_at, erase_after)
     select a, a, n, case n when 1 then 'made' else 'confirmed' end, case n when 2 then p end, $3, $4
       from unnest($1::uuid[], $2::uuid[]) as x(a, p), generate_series(1, 2) as n`,
    [accounts, ids, at, erase],
  );
}

/** The cookie of somebody who has signed in, sealed as the service seals it. */
export function cookieOf(
  { installation: { keys } }: Trial,
  { personId, accountId, document }: Someone,
  now: Instant,
): string {
  return sealSession(keys, {
    session: {
      ...{ kind: 'citizen', sessionId: timeUuid(now), accountId, personId, signedInAt: now },
      verified: { name: '王小明', document },
    },
    endsAt: now + SESSION_MS,
    renewAfter: now + COUNTS_ALONE_MS,
  });
}
