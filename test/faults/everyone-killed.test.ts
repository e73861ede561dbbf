import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { putRulesInForce, rulesWith } from '../../bench/everyone/changed-rules.ts';
import { checkPackage } from '../../domain/rules/check.ts';
import { compileRules } from '../../domain/rules/compile.ts';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { DAY_MS, NEVER, printInstant } from '../../domain/time.ts';
import { concludeEach } from '../../server/codes/conclude.ts';
import type { Decision } from '../../server/codes/decision.ts';
import { readDossiers, withKin } from '../../server/codes/dossiers.ts';
import { openInstallation } from '../../server/installation.ts';
import type { Db } from '../../server/platform/db/database.ts';
import { sql } from '../../server/platform/db/sql.ts';
import { BUCKETS } from '../../server/platform/db/uuid.ts';
import { openKeyRing } from '../../server/platform/keys/key-ring.ts';
import { freshDatabase } from '../database.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { until } from '../until.ts';
import { madeUpDocument } from './made-up-evidence.ts';
import { type Process, startProcess } from './service-process.ts';
import { databaseSite, holdTable, waitingForLocks } from './site.ts';
import { storedAssessments, storedDue } from './stored.ts';

const PATIENCE_MS = 60_000;
/** So many that whoever writes needs more than one transaction for the shares that a process takes at once. */
const PEOPLE = 6_000;
/** Those whom other rules concern: all but every tenth. */
const isChanged = (person: number) => person % 10 !== 0;
const OTHERS = rulesWith(15);

describe('kill -9 of a process that looks at everybody again', () => {
  const database = freshDatabase();
  const site = databaseSite(() => database.url);
  const folder = temporaryFolder();

  before(async () => {
    const file = join(folder, 'evidence.ndjson');
    writeFileSync(file, Array.from({ length: PEOPLE }, (_, i) => `${entryOf(i)}\n`).join(''));
    const imported = startProcess(site, ['import', '--source', 'customs', file]);
    assert.equal(await imported.ended, 0, imported.said());
    const installation = await openInstallation(
      { place: { url: database.url }, keysFolder: site.keysFolder },
      Date.now(),
    );
    await putRulesInForce(installation, OTHERS, 2, Date.now()).finally(installation.stop);
  });

  test('in the middle of its shares, again and again, loses nothing and writes nothing twice', async () => {
    const runs = new Set<string>();
    for (const least of [1, 2_000]) {
      const worker = startProcess(site, ['reassess', '--all', '--rate', '2000']);
      await site.onDatabase((db) => until(async () => (await written(db)) >= least, PATIENCE_MS));
      await killWhileItWrites(worker);
      const left = await site.onDatabase((db) =>
        db.rows<{ runId: string }>(sql`select run_id as "runId" from everyone_share`),
      );
      assert.ok(left.length > 0 && left.length <= BUCKETS, `${left.length} shares are left`);
      for (const { runId } of left) runs.add(runId);
      const count = await site.onDatabase(written);
      assert.ok(count >= least && count < PEOPLE * 0.9, `${count} are written`);
    }
    assert.equal(runs.size, 1, 'what is left is done, and nothing begins anew');
    const last = startProcess(site, ['reassess', '--all']);
    assert.equal(await last.ended, 0, last.said());
    await site.onDatabase(accountForEverybody);
    const again = startProcess(site, ['reassess', '--all']);
    assert.equal(await again.ended, 0, again.said());
    assert.equal(JSON.parse(again.said()).appended, 0);
    await site.onDatabase(accountForEverybody);
  });

  /** Its transaction has appended conclusions already, and has to wait for what else belongs to them. */
  async function killWhileItWrites(worker: Process): Promise<void> {
    const release = await holdTable(site, 'due');
    await site.onDatabase((db) => until(async () => (await waitingForLocks(db)) >= 1, PATIENCE_MS));
    await worker.kill();
    await release();
    // The server notices that nobody is there any more.
    await site.onDatabase((db) => until(async () => (await waitingForLocks(db)) === 0, PATIENCE_MS));
  }

  /** Everybody's newest conclusion is the one that follows from their evidence by the new rules, after one by the old. */
  async function accountForEverybody(db: Db): Promise<void> {
    const assessments = await storedAssessments(db);
    assert.equal(assessments.size, PEOPLE);
    const kin = await withKin(db, [...assessments.keys()]);
    const decision = decisionBy(OTHERS.text);
    const keys = openKeyRing(site.keysFolder);
    const { dossiers } = await readDossiers(db, keys, decision.lists, kin, NEVER);
    const { conclusions } = concludeEach(dossiers, decision, Date.now());
    const timers = new Map<string, number>();
    let changed = 0;
    for (const [personId, rows] of assessments) {
      const [latest, before, ...others] = rows;
      const { colour, result, nextResult, nextChangeAt } = conclusions.get(personId)!;
      assert.deepEqual([latest!.colour, latest!.result, latest!.nextResult], [colour, result, nextResult]);
      assert.deepEqual(others, [], 'nothing is written twice');
      if (before) {
        changed++;
        assert.deepEqual([latest!.rules, before.rules, latest!.number], [OTHERS.id, 'zj-2021-01', 2]);
      }
      if (nextChangeAt !== NEVER) timers.set(personId, nextChangeAt);
    }
    assert.equal(changed, Array.from({ length: PEOPLE }, (_, i) => i).filter(isChanged).length);
    const due = await storedDue(db);
    assert.deepEqual(new Map(due.map(({ personId, dueAt }) => [personId, dueAt])), timers);
    assert.equal(due.length, timers.size, 'nobody waits twice');
  }
});

/** How many conclusions were appended because everybody is looked at again. */
async function written(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    sql`select count(*) as count from assessment where cause = 'everyone'`,
  );
  return row!.count;
}

function entryOf(person: number): string {
  const daysAgo = isChanged(person) ? 1 + (person % 7) : 100;
  return JSON.stringify({
    ...{ source: 'customs', id: `E-${person}`, version: 1, kind: 'overseas' },
    person: { document: madeUpDocument(person) },
    data: { country: 'SG', enteredAt: printInstant(Date.now() - daysAgo * DAY_MS) },
  });
}

function decisionBy(text: string): Decision {
  const { rules } = checkPackage(JSON.parse(text));
  return {
    rules: compileRules(rules!),
    lists: listsOf(rules!),
    areasVersion: 'none',
    areas: () => ({ inside: [], possible: [] }),
  };
}
