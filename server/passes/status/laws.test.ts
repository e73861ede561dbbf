import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { epochAt } from '../../../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../../../credential/trust/parameters.ts';
import { KINDS, SOURCES } from '../../../domain/evidence/fact.ts';
import { indexAreas } from '../../../domain/places/area-index.ts';
import { readListedArea } from '../../../domain/places/read-listed-area.ts';
import { type Instant, parseInstant, printInstant } from '../../../domain/time.ts';
import { createGateLists, type GateLists } from '../../../gate/status-lists.ts';
import { verify } from '../../../gate/verify.ts';
import { defaultRules } from '../../../test/default-rules.ts';
import { anyHistory, type History } from '../../../test/histories/history.ts';
import { keysOf, makeIssuer, namedKey } from '../../../test/pass-issuer.ts';
import { testService } from '../../../test/service.ts';
import { readAssessments } from '../../codes/read-assessments.ts';
import { script, sql, time } from '../../platform/db/sql.ts';
import { createFindSlots } from '../slots/find-slots.ts';
import { openIndexes } from '../slots/indexes.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import { createStatusFiles, type StatusFiles } from './status-files.ts';

const RUNS = { numRuns: 6, seed: 2021, includeErrorInReport: true };
const START = parseInstant('2020-12-20T12:00:00+08:00');
const EVERY_KIND = new Map<string, readonly string[]>(SOURCES.map((source) => [source, KINDS]));
const PERIOD_MS = 10_000;
const { rules } = defaultRules();

const TABLES = [
  ...['person', 'person_document', 'kin', 'record', 'former_version', 'evidence', 'due', 'assessment'],
  ...['batch', 'quarantine', 'quarantine_step', 'holding', 'holding_end'],
  ...['pass_slot', 'pass_slot_of', 'pass_slot_end', 'status_epoch', 'card_index_key', 'status_file'],
];

/** The keys of the lists; what may be signed is for the signer to say, and these histories go back in time. */
const ISSUERS = {
  status: makeIssuer(namedKey('lists'), 'status'),
  delta: makeIssuer(namedKey('deltas'), 'delta'),
};
const KEYS = keysOf(Object.values(ISSUERS));

describe('the lists, over any history,', () => {
  const service = testService();
  const { app, owner } = service.database;

  test('say of everybody what their code says, at the end of each period', async () => {
    const holds = fc.asyncProperty(anyHistory, fc.integer({ min: 0, max: 2 }), async (history, restarts) => {
      await begin(history);
      const files = createStatusFiles(app);
      const gate = createGateLists(() => KEYS, verify);
      let publisher = await open();
      for (const [i, step] of history.steps.entries()) {
        service.now += step.afterMs;
        for (const lines of step.batches)
          await service.deliver(
            lines.map((line) => withoutTime(line)),
            { contracts: EVERY_KIND, approved: step.approves },
          );
        await everybodyHasSlots();
        if (step.turns) await service.turn();
        await publishedIsShown(publisher, files, gate);
        if (i % 3 < restarts) {
          await publisher.leave();
          publisher = await open();
        }
      }
      await whatComesHolds(publisher, files, gate);
      const end = service.now;
      for (const looksMs of history.looksMs) {
        service.now = Math.max(service.now, end + looksMs);
        await publishedIsShown(publisher, files, gate);
        await itHoldsUntilTheNext(files, gate);
        service.now += PERIOD_MS;
        await publishedIsShown(publisher, files, gate);
      }
      await publishedIsShown(
        publisher,
        files,
        createGateLists(() => KEYS, verify),
      );
      await publisher.leave();
    });
    await fc.assert(holds, RUNS);
  });

  async function open(): Promise<Publisher> {
    const clock = () => service.now;
    return createPublisher({
      db: app,
      indexes: await indexes(),
      signing: { sign: async (use, payload) => ISSUERS[use as 'status' | 'delta'].issue(payload) },
      sources: {
        db: app,
        keys: service.keys(),
        decision: service.decision,
        parameters: () => USUAL_PARAMETERS,
      },
      parameters: () => USUAL_PARAMETERS,
      ...{ clock, periodMs: PERIOD_MS, sweepMs: 0, aheadMs: 1_000 },
    });
  }

  function indexes() {
    return openIndexes(app, service.keys(), () => USUAL_PARAMETERS, service.now);
  }

  async function begin({ areas }: History): Promise<void> {
    await owner.change(script(`truncate ${TABLES.join(', ')}`));
    await owner.change(
      sql`update status_turn set looked_at = '-infinity', held_until = '-infinity', head = null`,
    );
    service.now = START;
    service.areas = indexAreas(
      areas.map((line) => readListedArea(JSON.parse(line), rules.areaLevels).area!),
      START,
      rules.parameters,
    );
  }

  async function everybodyHasSlots(): Promise<void> {
    const { personSlot } = createFindSlots(app, () => service.now);
    const people = await app.rows<{ personId: string }>(sql`select person_id as "personId" from person`);
    for (const { personId } of people) {
      await personSlot(personId);
      await app.change(sql`
        insert into holding (person_id, number, account_id, way, held_from, erase_after)
        values (${personId}, 1, ${personId}, 'claims', ${time(service.now)}, 'infinity')
            on conflict do nothing
      `);
    }
  }

  async function publishedIsShown(publisher: Publisher, files: StatusFiles, gate: GateLists): Promise<void> {
    await publisher.tick();
    await files.refresh();
    for (const name of ['head', ...namesWanted(files, gate)]) {
      const taken = gate.take(files.find(name)!, service.now, name);
      assert.ok(taken === 'taken' || taken === 'known', `${name}: ${taken}`);
    }
    await isShown(gate, service.now);
  }

  function namesWanted(files: StatusFiles, gate: GateLists): string[] {
    gate.take(files.find('head')!, service.now);
    return gate.wanted();
  }

  /** What comes next is worked out, then told, and then so. */
  async function whatComesHolds(publisher: Publisher, files: StatusFiles, gate: GateLists): Promise<void> {
    await service.turn();
    const [next] = await app.rows<{ dueAt: Instant | null }>(
      sql`select min(due_at) as "dueAt" from due where cause = 'time' and due_at > ${time(service.now)}`,
    );
    const dueAt = next!.dueAt;
    if (dueAt === null) return;
    for (const beforeMs of [90_000, 5_000]) {
      service.now = Math.max(service.now, dueAt - beforeMs);
      await publishedIsShown(publisher, files, gate);
    }
    service.now = Math.ceil(dueAt / 1_000) * 1_000;
    await isShown(gate, service.now);
  }

  /** Nothing arrives until then, and what the clock turns is known already. */
  async function itHoldsUntilTheNext(_: StatusFiles, gate: GateLists): Promise<void> {
    for (const ms of [1_000, 4_000, PERIOD_MS - 1_000]) await isShown(gate, service.now + ms);
  }

  async function isShown(gate: GateLists, at: Instant): Promise<void> {
    // The lists go by whole seconds.
    const second = Math.floor(at / 1_000) * 1_000;
    const epoch = epochAt(second, USUAL_PARAMETERS);
    const view = gate.view(epoch, second);
    // Near the end of an epoch the next one may begin in between.
    if (!view) return assert.notEqual(epoch, epochAt(service.now, USUAL_PARAMETERS));
    const slots = await app.rows<{ personId: string; slot: number }>(
      sql`select person_id as "personId", slot from pass_slot_of`,
    );
    const people = slots.map(({ personId }) => personId);
    const read = await readAssessments(app, service.keys(), service.decision(), people, second);
    const { indexOf } = await indexes();
    for (const { personId, slot } of slots) {
      const colour = read.current.get(personId)?.colour ?? 'green';
      const expected = read.unreadable.has(personId) ? 1 : { green: 0, yellow: 2, red: 3 }[colour];
      assert.equal(view.statusOf(indexOf(epoch, slot)!), expected, `${personId} at ${printInstant(second)}`);
    }
  }
});

function withoutTime(line: string): object {
  const { recordedAt: _, ...record } = JSON.parse(line);
  return record;
}
