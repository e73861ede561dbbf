import { DAY_MS, type Instant } from '../../domain/time.ts';
import type { CopyRow } from '../../server/platform/db/copy.ts';
import { script, time } from '../../server/platform/db/sql.ts';
import { bucketOf, timeUuid } from '../../server/platform/db/uuid.ts';
import { ask, type Trial } from '../trial.ts';

const TOGETHER = 20_000;
const STAYS = 2;
/** Communities of the counties of the list, none of which it names. */
const COMMUNITIES = 20_000;

/** As long as those of the product; nobody opens the record of whoever was elsewhere. */
const KEY = Buffer.alloc(63);
const DOCUMENT = Buffer.alloc(93);
const DATA = Buffer.alloc(93);
const DIGEST = Buffer.alloc(16);
const GREEN = '{"nextChangeAt":null,"grounds":[],"measures":[],"advisories":[]}';

/** Puts people on record, assessed, who were in the same counties lately, and in no area of the list. */
export async function fillElsewhere(trial: Trial, people: number, at: Instant): Promise<void> {
  for (let first = 0; first < people; first += TOGETHER) {
    const count = Math.min(TOGETHER, people - first);
    const ids = Array.from({ length: count }, (_, i) => timeUuid(at - DAY_MS + first + i));
    await addPeople(trial, ids, first, at);
  }
  await ask(trial, 'vacuum (analyze) person, evidence, assessment, facts, due');
  await ask(trial, 'checkpoint');
}

async function addPeople({ installation }: Trial, ids: readonly string[], first: number, at: Instant) {
  const { app } = installation.store;
  const [instant, never] = [time(at), 'infinity'];
  await app.copyIn(
    script(
      'copy person (person_id, bucket, wrapped_key, sealed_document, created_at, erase_after) from stdin',
    ),
    ids.map((id): CopyRow => [id, bucketOf(id), KEY, DOCUMENT, instant, never]),
  );
  await app.copyIn(
    script(`copy evidence (person_id, source, record_id, version, kind, standing, sealed_data, region, place_from, place_to,
                           batch_id, client_id, received_at, recorded_at, erase_after) from stdin`),
    ids.flatMap((id, i) =>
      Array.from({ length: STAYS }, (_, stay): CopyRow => {
        const number = first + i;
        const from = at - (1 + ((number * 7 + stay * 3) % 20)) * DAY_MS;
        const where = (number * 31 + stay * 7_919) % COMMUNITIES;
        return [
          ...[id, 'telecom', `S-${number}-${stay}`, 1, 'stay', 'stated', DATA],
          ...[elsewhere(where), time(from), time(from + DAY_MS), id, 'operator', instant, instant, never],
        ];
      }),
    ),
  );
  await app.copyIn(
    script('copy facts (person_id, bucket, last_at, holds, content, inputs_digest) from stdin'),
    ids.map((id): CopyRow => [id, bucketOf(id), instant, false, null, DIGEST]),
  );
  await app.copyIn(
    script(`copy assessment (person_id, number, assessed_at, rules, areas, colour, next_change_at, next_colour, result,
                             next_result, inputs_digest, cause, erase_after, keeps_facts) from stdin`),
    ids.map((id): CopyRow => {
      const concluded = [id, 1, instant, 'zj-2021-01', '0', 'green', never, null, GREEN];
      return [...concluded, null, DIGEST, 'evidence', never, true];
    }),
  );
}

const LISTED_COUNTIES = 10;

/** The community of an area that the list names. */
export function listedCommunity(area: number): string {
  return `${county(area % LISTED_COUNTIES)}001${String(100 + Math.floor(area / LISTED_COUNTIES))}`;
}

function elsewhere(number: number): string {
  const within = Math.floor(number / LISTED_COUNTIES);
  return `${county(number % LISTED_COUNTIES)}0${10 + Math.floor(within / 800)}${String(100 + (within % 800))}`;
}

function county(number: number): string {
  return String(330_102 + number);
}
