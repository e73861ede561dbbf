import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { PrintedAssessment } from '../../domain/codes/print.ts';
import { KINDS, SOURCES } from '../../domain/evidence/fact.ts';
import { type AreaIndex, indexAreas } from '../../domain/places/area-index.ts';
import { readListedArea } from '../../domain/places/read-listed-area.ts';
import { type Instant, NEVER, parseInstant, printInstant } from '../../domain/time.ts';
import { defaultRules } from '../../test/default-rules.ts';
import { anyHistory, type History, type Step } from '../../test/histories/history.ts';
import { createLedger, type Ledger } from '../../test/histories/ledger.ts';
import { testService } from '../../test/service.ts';
import { NEEDS_TWO } from '../evidence/settle-versions.ts';
import { findPeople } from '../people/find-or-add-people.ts';
import { script, sql } from '../platform/db/sql.ts';
import { readAssessments } from './read-assessments.ts';
import { replay } from './replay.ts';

const RUNS = { numRuns: 40, seed: 2021, endOnFailure: true };
const START = parseInstant('2020-12-20T12:00:00+08:00');
const EVERY_KIND = new Map<string, readonly string[]>(SOURCES.map((source) => [source, KINDS]));
const { rules } = defaultRules();

const TABLES = [
  ...[
    'person',
    'person_document',
    'kin',
    'record',
    'former_version',
    'evidence',
    'due',
    'assessment',
    'look',
  ],
  ...['batch', 'quarantine', 'quarantine_step'],
];

describe('the record of evidence, after any history,', () => {
  const service = testService();

  test('gives everyone what a fresh assessment of the same evidence gives, at any instant', async () => {
    const holds = fc.asyncProperty(anyHistory, async (history) => {
      await begin(history);
      const { ledger, moments } = await play(history);
      await service.turn();
      await nobodyIsLeftBehind(ledger);
      await whoeverLooksSees(ledger, history.looksMs);
      await itCanBeReplayed(ledger, moments);
    });
    await fc.assert(holds, RUNS);
  });

  async function begin({ areas }: History): Promise<void> {
    await service.database.owner.change(script(`truncate ${TABLES.join(', ')}`));
    service.now = START;
    service.areas = areasFrom(areas);
  }

  async function play({ steps }: History): Promise<{ ledger: Ledger; moments: Instant[] }> {
    const ledger = createLedger();
    const moments: Instant[] = [];
    let waiting: string[] = [];
    for (const step of steps) {
      service.now += step.afterMs;
      moments.push(service.now);
      await arrive(ledger, step.batches);
      if (step.approves) for (const line of waiting.splice(0)) await arrive(ledger, [[line]], true);
      if (step.turns) await service.turn();
    }
    return { ledger, moments };

    async function arrive(into: Ledger, batches: Step['batches'], approved = false): Promise<void> {
      const terms = { contracts: EVERY_KIND, approved };
      const deliver = (lines: readonly string[]) =>
        service.deliver(
          lines.map((line) => JSON.parse(line)),
          terms,
        );
      const outcomes = (await Promise.all(batches.map(deliver))).map((receipt) => receipt.outcomes);
      into.enter({ batches, outcomes, recordedAt: service.now, approved });
      for (const [batch, lines] of batches.entries())
        waiting = [
          ...waiting,
          ...lines.filter((_, i) => {
            const outcome = outcomes[batch]![i]!;
            return outcome.outcome === 'quarantined' && outcome.faults[0]!.message === NEEDS_TWO.message;
          }),
        ];
    }
  }

  /** What is stored is what follows now, its timer is set, and nothing else is due. */
  async function nobodyIsLeftBehind(ledger: Ledger): Promise<void> {
    const { owner } = service.database;
    const [count] = await owner.rows<{ records: number }>(
      sql`select count(*) as records from evidence where standing <> 'left'`,
    );
    assert.equal(count!.records, ledger.accepted());
    const stored = await owner.rows<{ personId: string; colour: string; result: string; next: Instant }>(sql`
      select person_id as "personId", colour, result::text as result, next_change_at as next
        from assessment a
       where number = (select count(*) from assessment b where b.person_id = a.person_id)
    `);
    const persons = await personsOf(ledger);
    assert.equal(stored.length, persons.size);
    const expected = ledger.follows(service.areas, service.now, service.now);
    for (const { personId, colour, result } of stored)
      assert.deepEqual(
        { colour, ...JSON.parse(result) },
        bare(expected.get(persons.get(personId)!)),
        personId,
      );
    const timers = await owner.rows<{ personId: string; next: Instant; cause: string }>(
      sql`select person_id as "personId", due_at as next, cause from due`,
    );
    const wanted = stored.filter(({ next }) => next !== NEVER);
    assert.deepEqual(
      timers.map(({ personId, next, cause }) => [personId, next, cause]).sort(),
      wanted.map(({ personId, next }) => [personId, next, 'time']).sort(),
    );
  }

  async function whoeverLooksSees(ledger: Ledger, looksMs: readonly number[]): Promise<void> {
    const persons = await personsOf(ledger);
    const now = ledger.follows(service.areas, service.now, service.now);
    const changes = [...now.values()].flatMap(({ nextChangeAt }) =>
      nextChangeAt === null ? [] : [parseInstant(nextChangeAt) - 1, parseInstant(nextChangeAt)],
    );
    for (const at of [...changes, ...looksMs.map((ms) => service.now + ms)]) {
      const expected = ledger.follows(service.areas, at, at);
      const { current } = await readAssessments(
        service.database.app,
        service.keys(),
        service.decision(),
        [...persons.keys()],
        at,
      );
      for (const [personId, key] of persons) {
        const { colour, result } = current.get(personId)!;
        assert.deepEqual({ colour, ...JSON.parse(result) }, bare(expected.get(key)), printInstant(at));
      }
    }
  }

  async function itCanBeReplayed(ledger: Ledger, moments: readonly Instant[]): Promise<void> {
    const installation = {
      store: service.database,
      keys: service.keys(),
      decisionKnownAt: async () => service.decision(),
    };
    for (const knownAt of moments) {
      for (const [key, document] of ledger.documents()) {
        const at = service.now;
        const looking = { actor: 'test', purpose: 'test' };
        const found = await replay(installation, document, at, knownAt, looking, service.now);
        const expected = ledger.follows(service.areas, at, knownAt).get(key);
        assert.deepEqual(found!.assessment, expected, `known at ${printInstant(knownAt)}`);
      }
    }
  }

  /** The key of the document of each person. */
  async function personsOf(ledger: Ledger): Promise<ReadonlyMap<string, string>> {
    const documents = [...ledger.documents().values()];
    const found = await findPeople(service.database.app, service.keys(), documents);
    assert.equal(found.size, documents.length);
    return new Map([...found].map(([key, personId]) => [personId, key]));
  }
});

/** What is stored of an assessment. */
function bare(assessment: PrintedAssessment | undefined): object {
  assert.ok(assessment);
  const { colour, nextChangeAt, grounds, measures, advisories } = assessment;
  return { colour, nextChangeAt, grounds, measures, advisories };
}

function areasFrom(lines: readonly string[]): AreaIndex {
  const areas = lines.map((line) => readListedArea(JSON.parse(line), rules.areaLevels).area!);
  return indexAreas(areas, START, rules.parameters);
}
