import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { PrintedAssessment } from '../../domain/codes/print.ts';
import { KINDS, SOURCES } from '../../domain/evidence/fact.ts';
import { type AreaIndex, indexAreas } from '../../domain/places/area-index.ts';
import { readListedArea } from '../../domain/places/read-listed-area.ts';
import { type Instant, NEVER, parseInstant, printInstant } from '../../domain/time.ts';
import { defaultRules } from '../../test/default-rules.ts';
import { anyHistory, type History } from '../../test/histories/history.ts';
import { createLedger, type Ledger } from '../../test/histories/ledger.ts';
import { testService } from '../../test/service.ts';
import type { Outcome } from '../evidence/intake.ts';
import { NEEDS_TWO } from '../evidence/settle-versions.ts';
import { findPeople } from '../people/find-or-add-people.ts';
import { script, sql } from '../platform/db/sql.ts';
import { heldColours } from './current/store.ts';
import { readAssessments } from './read-assessments.ts';
import { replay } from './replay.ts';

const RUNS = { numRuns: 40, seed: 2021, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: true };
const START = parseInstant('2020-12-20T12:00:00+08:00');
const EVERY_KIND = new Map<string, readonly string[]>(SOURCES.map((source) => [source, KINDS]));
/** At so many changes, and instants of knowledge, of one history somebody looks. */
const MOST_MOMENTS = 4;
const LOOKING = { actor: 'test', authority: 'a test', purpose: 'test' };
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
    'facts',
    'look',
  ],
  ...['batch', 'quarantine', 'quarantine_step'],
];

describe('the record of evidence, after any history,', () => {
  const service = testService();

  let held = 0;

  test('gives everyone what a fresh assessment of the same evidence gives, at any instant', async () => {
    const holds = fc.asyncProperty(anyHistory, async (history) => {
      await begin(history);
      const ledger = await play(history);
      await whoeverLooksSees(ledger, service.now);
      await service.turn();
      await nobodyIsLeftBehind(ledger);
      for (const at of instantsAfter(ledger, history)) await whoeverLooksSees(ledger, at);
      for (const knownAt of ledger.moments().slice(-MOST_MOMENTS)) await itCanBeReplayed(ledger, knownAt);
    });
    await fc.assert(holds, RUNS);
    assert.ok(held > 0);
  });

  async function begin({ areas }: History): Promise<void> {
    await service.database.owner.change(script(`truncate ${TABLES.join(', ')}`));
    service.now = START;
    service.areas = areasFrom(areas);
  }

  async function play({ steps, keepsTimes }: History): Promise<Ledger> {
    const ledger = createLedger();
    const waiting: object[] = [];
    for (const { afterMs, batches, approves, turns } of steps) {
      service.now += afterMs;
      waiting.push(
        ...(await arrive(
          batches.map((lines) => lines.map(asDelivered)),
          false,
        )),
      );
      if (approves) for (const record of waiting.splice(0)) await arrive([[record]], true);
      if (turns) await service.turn();
    }
    return ledger;

    function asDelivered(line: string): object {
      const { recordedAt, ...record } = JSON.parse(line);
      if (!keepsTimes) return record;
      return { ...record, recordedAt: printInstant(Math.min(parseInstant(recordedAt), service.now)) };
    }

    /** Delivers batches at once and returns the records that need the approval of two. */
    async function arrive(batches: readonly (readonly object[])[], approved: boolean): Promise<object[]> {
      const terms = { contracts: EVERY_KIND, keepsTimes, approved };
      const receipts = await Promise.all(batches.map((batch) => service.deliver(batch, terms)));
      const outcomes = receipts.map((receipt) => receipt.outcomes);
      ledger.enter({ batches, outcomes, recordedAt: service.now, approved });
      return batches.flatMap((batch, i) => batch.filter((_, j) => needsTwo(outcomes[i]![j]!)));
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

  function instantsAfter(ledger: Ledger, { looksMs }: History): Instant[] {
    const changes = [...ledger.follows(service.areas, service.now, service.now).values()].flatMap(
      ({ nextChangeAt }) => (nextChangeAt === null ? [] : [parseInstant(nextChangeAt)]),
    );
    const around = [...new Set(changes)].flatMap((change) => [change - 1, change]);
    return [...around.slice(0, 2 * MOST_MOMENTS), ...looksMs.map((ms) => service.now + ms)];
  }

  async function whoeverLooksSees(ledger: Ledger, at: Instant): Promise<void> {
    const persons = await personsOf(ledger);
    const { app } = service.database;
    const ids = [...persons.keys()];
    const { current } = await readAssessments(app, service.keys(), service.decision(), ids, at);
    const expected = ledger.follows(service.areas, at, at);
    for (const [personId, key] of persons) {
      const { colour, result } = current.get(personId)!;
      assert.deepEqual({ colour, ...JSON.parse(result) }, bare(expected.get(key)), printInstant(at));
    }
    for (const { personId, colour } of await heldColours(app, ids, at)) {
      assert.equal(colour, expected.get(persons.get(personId)!)!.colour, printInstant(at));
      held++;
    }
  }

  async function itCanBeReplayed(ledger: Ledger, knownAt: Instant): Promise<void> {
    const installation = {
      store: service.database,
      keys: service.keys(),
      decisionKnownAt: async () => service.decision(),
    };
    const at = service.now;
    const expected = ledger.follows(service.areas, at, knownAt);
    for (const [key, document] of ledger.documents()) {
      const found = await replay(installation, document, at, knownAt, LOOKING, at);
      assert.deepEqual(found!.assessment, expected.get(key), `known at ${printInstant(knownAt)}`);
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

function needsTwo(outcome: Outcome): boolean {
  return outcome.outcome === 'quarantined' && outcome.faults[0]!.message === NEEDS_TWO.message;
}

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
