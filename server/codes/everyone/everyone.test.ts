import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { assess } from '../../../domain/codes/assess.ts';
import { KINDS, SOURCES } from '../../../domain/evidence/fact.ts';
import { type AreaIndex, indexAreas } from '../../../domain/places/area-index.ts';
import { readListedArea } from '../../../domain/places/read-listed-area.ts';
import { checkPackage } from '../../../domain/rules/check.ts';
import { compileRules } from '../../../domain/rules/compile.ts';
import { listsOf } from '../../../domain/rules/own-tests.ts';
import { DAY_MS, NEVER, parseInstant, printInstant } from '../../../domain/time.ts';
import { defaultPackage, defaultRules } from '../../../test/default-rules.ts';
import { anyHistory, type History, type Step } from '../../../test/histories/history.ts';
import { mutantsOf } from '../../../test/rule-mutants.ts';
import { FIRST_RULES, type TestService, testService } from '../../../test/service.ts';
import { makeDue } from '../../applications/grant-code.ts';
import { closePerson, reopenPerson } from '../../people/erasing/store.ts';
import { script, sql } from '../../platform/db/sql.ts';
import { concludeEach } from '../conclude.ts';
import type { Decision, DecisionInForce } from '../decision.ts';
import { readDossiers, withKin } from '../dossiers.ts';
import { holdingAt } from '../read-assessments.ts';
import { latestAssessments } from '../store.ts';
import { beginRun } from './begin-with-everyone.ts';
import { reassessShares, type Sharing } from './reassess-shares.ts';
import { rehearse } from './rehearse.ts';
import { shares } from './store.ts';

const RUNS = { numRuns: 40, seed: 2022, interruptAfterTimeLimit: 120_000, markInterruptAsFailure: true };
const START = parseInstant('2020-12-20T12:00:00+08:00');
const EVERY_KIND = new Map<string, readonly string[]>(SOURCES.map((source) => [source, KINDS]));
const TABLES = [
  ...['person', 'person_document', 'kin', 'record', 'former_version', 'evidence', 'due', 'assessment'],
  ...['facts', 'everyone_share', 'look', 'batch', 'quarantine', 'quarantine_step'],
];
const { rules } = defaultRules();

/** Packages that differ from the one in force in one thing, and may decide. */
const OTHERS = mutantsOf(defaultPackage() as never).flatMap(({ group, value }) => {
  if (['admission cell', 'venue'].includes(group)) return [];
  const { rules: other } = checkPackage(JSON.parse(JSON.stringify(value)));
  return other ? [{ rules: { ...compileRules(other), id: 'another' }, lists: listsOf(other) }] : [];
});

describe('everybody again, after any history, by other rules and areas and at another time, while more comes,', () => {
  const service = testService();

  test('is what a fresh assessment of the same evidence gives, and to do it twice changes nothing', async () => {
    let appended = 0;
    let looked = 0;
    const holds = fc.asyncProperty(
      anyHistory,
      anyHistory,
      fc.nat(OTHERS.length - 1),
      fc.oneof(fc.constant(0), fc.nat(30 * DAY_MS)),
      async (history, other, changed, laterMs) => {
        await play(service, history);
        service.now += laterMs;
        const decision: DecisionInForce = {
          ...OTHERS[changed]!,
          inForce: FIRST_RULES,
          areasVersion: 'others',
          areas: areasFrom([...history.areas, ...other.areas]),
        };
        // Half of the time everybody is looked at for the first time.
        if (changed % 2 === 0)
          await service.database.owner.change(script('update bucket_turn set has_all_facts = default'));
        await rehearsalTells(service, decision);
        const perSecond = changed % 3 === 0 ? 10_000 : undefined;
        const steps = [...other.steps];
        const first = await everybody(service, decision, perSecond, () =>
          happen(service, steps, other.keepsTimes, decision),
        );
        appended += first.appended;
        looked += first.looked;
        await followsFromEvidence(service, decision);
        const again = await everybody(service, decision);
        assert.equal(again.appended, 0);
        await followsFromEvidence(service, decision);
      },
    );
    await fc.assert(holds, RUNS);
    assert.ok(OTHERS.length > 50 && appended > 5 && looked > 60, `${appended} of ${looked}`);
  });
});

async function play(service: TestService, { areas, steps, keepsTimes }: History): Promise<void> {
  await service.database.owner.change(script(`truncate ${TABLES.join(', ')}`));
  service.now = START;
  service.areas = areasFrom(areas);
  for (const { afterMs, batches, turns } of steps) {
    service.now += afterMs;
    const terms = { contracts: EVERY_KIND, keepsTimes, approved: true };
    for (const lines of batches)
      await service.deliver(
        lines.map((line) => asDelivered(line, keepsTimes, service.now)),
        terms,
      );
    if (turns) await service.turn();
  }
}

function asDelivered(line: string, keepsTimes: boolean, now: number): object {
  const { recordedAt, ...record } = JSON.parse(line);
  return keepsTimes
    ? { ...record, recordedAt: printInstant(Math.min(parseInstant(recordedAt), now)) }
    : record;
}

/** Looks at everybody again, and at whoever is due, until nothing is left. */
async function everybody(
  service: TestService,
  decision: DecisionInForce,
  perSecond?: number,
  meanwhile: () => Promise<void> = async () => {},
) {
  const { app } = service.database;
  const clock = () => service.now;
  const counts = { looked: 0, appended: 0 };
  const sharing: Sharing = {
    ...{ database: app, keys: service.keys(), decision: () => decision, clock },
    onLooked: (people, appended) => {
      counts.looked += people;
      counts.appended += appended;
    },
    // Who was looked at is not written about yet.
    pause: meanwhile,
  };
  await beginRun(app, { rules: decision.rules.id, ...decision.inForce }, service.now, perSecond);
  // The shares in which nobody is take the longest; here they are looked at without that.
  await app.change(sql`delete from everyone_share where bucket not in (select bucket from person)`);
  await app.change(
    sql`update bucket_turn set has_all_facts = true where bucket not in (select bucket from everyone_share)`,
  );
  while ((await shares(app)).length > 0) {
    while (await reassessShares(sharing));
    if (perSecond) service.now += 1;
  }
  counts.appended += await service.turn(decision);
  return counts;
}

/** What comes to pass between a look at a share and what is written of it: time, evidence, conclusions, and a withdrawal taken back. */
async function happen(
  service: TestService,
  steps: Step[],
  keepsTimes: boolean,
  decision: DecisionInForce,
): Promise<void> {
  const { app } = service.database;
  const step = steps.shift();
  if (!step) return;
  service.now += step.afterMs;
  const terms = { contracts: EVERY_KIND, keepsTimes, approved: true };
  for (const lines of step.batches)
    await service.deliver(
      lines.map((line) => asDelivered(line, keepsTimes, service.now)),
      terms,
    );
  if (step.turns) await service.turn(decision);
  if (step.batches.length % 2 === 0) return;
  const [person] = await app.rows<{ id: string; key: Buffer }>(
    sql`select person_id as id, wrapped_key as key from person order by person_id limit 1`,
  );
  if (!person) return;
  await closePerson(app, person.id);
  if (steps.length % 2 === 0) await service.turn(decision);
  await reopenPerson(app, person.id, person.key);
  await makeDue(app, person.id, service.now);
}

/** A rehearsal counts exactly those about whom a fresh assessment by either rules differs. */
async function rehearsalTells(service: TestService, other: Decision): Promise<void> {
  const { app, owner } = service.database;
  const at = service.now;
  // What came and nobody has concluded from yet is counted once it is.
  await service.turn();
  const before = await owner.rows(sql`select count(*) as count from assessment`);
  const inForce = service.decision();
  const rehearsal = await rehearse({ database: app, keys: service.keys(), inForce, other, at });
  const people = await owner.rows<{ id: string }>(sql`select person_id as id from person`);
  const kin = await withKin(
    app,
    people.map(({ id }) => id),
  );
  const colours: Record<string, number> = {};
  const [own, others] = [
    await readDossiers(app, service.keys(), inForce.lists, kin, NEVER),
    await readDossiers(app, service.keys(), other.lists, kin, NEVER),
  ];
  for (const { personId, facts } of own.dossiers) {
    if (others.unreadable.has(personId)) continue;
    const [one, two] = [inForce, other].map(({ rules: by, areas }) => assess(facts, by, areas, at));
    const texts = [one!, two!].map(({ rules: _, ...rest }) => JSON.stringify(rest));
    if (texts[0] === texts[1]) continue;
    const key = `${one!.colour} → ${two!.colour}`;
    colours[key] = (colours[key] ?? 0) + 1;
  }
  assert.deepEqual({ ...rehearsal.colours }, colours);
  assert.equal(rehearsal.people, people.length);
  assert.equal(rehearsal.unreadable, others.unreadable.size);
  assert.deepEqual(await owner.rows(sql`select count(*) as count from assessment`), before);
}

async function followsFromEvidence(service: TestService, decision: Decision): Promise<void> {
  const { app, owner } = service.database;
  const people = await owner.rows<{ id: string }>(sql`select person_id as id from person`);
  const kin = await withKin(
    app,
    people.map(({ id }) => id),
  );
  const { dossiers } = await readDossiers(app, service.keys(), decision.lists, kin, NEVER);
  const { conclusions } = concludeEach(dossiers, decision, service.now);
  const latest = await latestAssessments(app, [...kin.keys()]);
  const timers = await owner.rows<{ id: string; at: number }>(
    sql`select person_id as id, due_at as at from due where cause = 'time'`,
  );
  for (const [personId, { colour, result, nextChangeAt, nextResult }] of conclusions) {
    const row = latest.find((one) => one.personId === personId);
    if (!row) {
      // Somebody whose only record was another's after all: nothing has ever been known about them.
      assert.deepEqual(dossiers.find((one) => one.personId === personId)!.facts, []);
      continue;
    }
    const holding = holdingAt(row, service.now);
    assert.deepEqual([holding?.colour, holding?.result], [colour, result]);
    assert.deepEqual(
      timers.flatMap(({ id, at }) => (id === personId ? [at] : [])),
      nextChangeAt === NEVER ? [] : [nextChangeAt],
    );
    if (service.now < row.nextChangeAt) assert.equal(row.nextResult, nextResult);
  }
}

function areasFrom(lines: readonly string[]): AreaIndex {
  const areas = lines.map((line) => readListedArea(JSON.parse(line), rules.areaLevels).area!);
  return indexAreas(areas, START, rules.parameters);
}
