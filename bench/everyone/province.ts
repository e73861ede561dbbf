import { createHash } from 'node:crypto';
import { indexAreas } from '../../domain/places/area-index.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import { conclude } from '../../server/codes/conclude.ts';
import type { Decision } from '../../server/codes/decision.ts';
import { writeFacts } from '../../server/codes/everyone/facts-row.ts';
import { concludedFrom, setInForce } from '../../server/codes/everyone/look-again.ts';
import { NO_MARKS, reachMsOf } from '../../server/codes/everyone/marks.ts';
import { lastAtOf } from '../../server/codes/everyone/over.ts';
import { sealFacts } from '../../server/codes/everyone/sealed-facts.ts';
import type { CopyRow } from '../../server/platform/db/copy.ts';
import { script, time } from '../../server/platform/db/sql.ts';
import { bucketOf, timeUuid } from '../../server/platform/db/uuid.ts';
import { ask, type Trial } from '../trial.ts';
import { factsAbout, listedCounties, type MadeUpFact } from './made-up.ts';

const TOGETHER = 20_000;

interface MadeUpPerson {
  readonly personId: string;
  readonly facts: readonly MadeUpFact[];
}

/**
 * Puts a made-up province into an installation as it is after everyone was assessed, and its evidence, not sealed, into a
 * table `plain` for the references. The rows of the record itself, which nothing here reads, are left out.
 */
export async function fillProvince(trial: Trial, people: number, at: Instant): Promise<void> {
  const { installation } = trial;
  const { rules } = installation.rules.at(at);
  await ask(trial, PLAIN);
  await ask(trial, `insert into listed (region, listed_from) values ${listedRows(at)}`);
  const areas = indexAreas(listedCounties(at), at, rules.parameters);
  const decision: Decision = { ...installation.decision(at), areas };
  for (let first = 0; first < people; first += TOGETHER) {
    const some = Array.from({ length: Math.min(TOGETHER, people - first) }, (_, i) => ({
      personId: timeUuid(at + first + i),
      facts: factsAbout(first + i, at),
    }));
    await addPeople(trial, some, decision, at);
    await addPlain(trial, some);
  }
  await ask(trial, 'vacuum (analyze) person, assessment, facts, plain, listed, due');
  await ask(trial, 'checkpoint');
}

const PLAIN = `
  create table plain (person_id uuid not null, kind text not null, small text not null, first_at timestamptz not null,
                      second_at timestamptz not null, region text not null);
  create table listed (region text primary key, listed_from timestamptz not null);
  grant all on plain, listed to healthcode_app`;

function listedRows(at: Instant): string {
  return listedCounties(at)
    .map(({ region, from }) => `('${region}', '${time(from)}')`)
    .join(', ');
}

async function addPeople(
  { installation }: Trial,
  people: readonly MadeUpPerson[],
  decision: Decision,
  at: Instant,
): Promise<void> {
  const { app } = installation.store;
  const reachMs = reachMsOf(decision);
  const concluded = people.map(({ personId, facts }) => {
    const own = facts.map(({ fact }) => fact);
    const row = writeFacts(own)!;
    const marks = concludedFrom(new DataView(row.buffer), 0, decision, at, reachMs)!;
    setInForce(row, 1, marks);
    const inputsDigest = createHash('sha256').update(personId).digest().subarray(0, 16);
    const conclusion = conclude({ personId, facts: own, joined: [personId], inputsDigest }, decision, at);
    return { personId, bucket: bucketOf(personId), row, holds: marks !== NO_MARKS, conclusion, inputsDigest };
  });
  const sealed = sealFacts(installation.keys, concluded);
  const instant = time(at);
  const never = 'infinity';
  await app.copyIn(
    script(
      'copy person (person_id, bucket, wrapped_key, sealed_document, created_at, erase_after) from stdin',
    ),
    concluded.map(({ personId, bucket }): CopyRow => [personId, bucket, KEY, DOCUMENT, instant, never]),
  );
  await app.copyIn(
    script('copy facts (person_id, bucket, last_at, holds, content, inputs_digest) from stdin'),
    concluded.map(
      ({ personId, bucket, row, holds, inputsDigest }, i): CopyRow => [
        ...[personId, bucket, time(lastAtOf(row)), holds, sealed[i]!, inputsDigest],
      ],
    ),
  );
  await app.copyIn(
    script(`copy assessment (person_id, number, assessed_at, rules, areas, colour, next_change_at, next_colour, result,
                             next_result, inputs_digest, cause, erase_after, keeps_facts) from stdin`),
    concluded.map(({ personId, conclusion, inputsDigest }): CopyRow => {
      const { colour, nextChangeAt, nextColour, result, nextResult } = conclusion;
      return [
        ...[personId, 1, instant, decision.rules.id, 'none', colour, time(nextChangeAt), nextColour],
        ...[result, nextResult, inputsDigest, 'evidence', never, true],
      ];
    }),
  );
  await app.copyIn(
    script('copy due (person_id, due_id, bucket, due_at, cause) from stdin'),
    concluded.flatMap(({ personId, bucket, conclusion }): CopyRow[] => {
      const { nextChangeAt } = conclusion;
      return nextChangeAt === NEVER ? [] : [[personId, personId, bucket, time(nextChangeAt), 'time']];
    }),
  );
}

/** As long as those of the product, which nothing here opens. */
const KEY = Buffer.alloc(63);
const DOCUMENT = Buffer.alloc(93);

async function addPlain({ installation }: Trial, people: readonly MadeUpPerson[]): Promise<void> {
  await installation.store.app.copyIn(
    script('copy plain from stdin'),
    people.flatMap(({ personId, facts }) =>
      facts.map(
        ({ plain: { kind, small, first, second, region } }): CopyRow => [
          ...[personId, kind, small, time(first), time(second), region],
        ],
      ),
    ),
  );
}
