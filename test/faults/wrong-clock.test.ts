import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { putRulesInForce, rulesWith } from '../../bench/everyone/changed-rules.ts';
import { SOURCES } from '../../domain/evidence/fact.ts';
import { deliver } from '../../server/evidence/deliver.ts';
import { type Installation, openInstallation } from '../../server/installation.ts';
import { connectSigning } from '../../server/passes/signing.ts';
import { startStatus } from '../../server/passes/status/start-status.ts';
import { createLog, type Log } from '../../server/platform/log/log.ts';
import { createMetrics } from '../../server/platform/metrics/metrics.ts';
import { type Service, startService } from '../../server/start-service.ts';
import { freshDatabase } from '../database.ts';
import { NUMBERS, recordOf } from '../service.ts';
import { type HostedSigner, hostSigner } from '../signer.ts';
import { until } from '../until.ts';
import { databaseSite } from './site.ts';
import { storedAssessments } from './stored.ts';

const OFF_MS = 120_000;
/** Of which rules decide by the wrong clock only, for as long as a test may take. */
const AWAY_MS = 100_000;

describe('a service whose clock is two minutes off', () => {
  const database = freshDatabase();
  const site = databaseSite(() => database.url);
  const lines: Record<string, unknown>[] = [];
  let aheadMs = 0;
  const clock = () => Date.now() + aheadMs;
  let installation: Installation;
  let service: Service;
  let signer: HostedSigner;
  let log: Log;
  before(async () => {
    const place = { place: { url: database.url }, keysFolder: site.keysFolder };
    installation = await openInstallation(place, Date.now(), { connections: 4 });
    log = createLog({ clock, write: (line) => lines.push(JSON.parse(line)), onPersonalData: 'throw' });
    signer = await hostSigner(installation, clock);
    const config = { host: '127.0.0.1', port: 0, turnsCodes: true, version: '0.0.0', signer };
    service = await startService(installation, config, clock, log);
  });
  after(async () => {
    await service.stop();
    await signer.close();
    await installation.stop();
  });

  const told = (event: string) => lines.filter((line) => line.event === event);
  const aheadSeconds = async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    return Number(/^clock_ahead_seconds (\S+)$/m.exec(metrics)![1]);
  };
  const state = async (which: number) => {
    const fever = { fever: true, from: '2021-01-20T08:00:00+08:00' };
    const value = recordOf('health', `F-${which}`, NUMBERS[which]!, 'symptom', fever);
    for await (const { outcomes } of deliver(service.work, { clientId: 'test', sources: SOURCES }, [
      [{ position: 1, value }],
    ]))
      assert.deepEqual(
        outcomes.map(({ outcome }) => outcome),
        ['accepted'],
      );
  };
  /** By which rules the conclusion in force about each was drawn. */
  const concludedBy = () =>
    site.onDatabase(async (db) =>
      [...(await storedAssessments(db)).values()].map(([latest]) => latest!.rules).sort(),
    );
  const refusals = () =>
    told('codes are not turned').filter(({ error }) => String(error).startsWith('WrongClock')).length;

  /** As one does that is started now. */
  const leavesPublishingToOthers = async () => {
    const signing = connectSigning(signer);
    const parts = { installation, signing, clock, log, metrics: createMetrics() };
    const status = await startStatus(parts, { publishes: true });
    await until(() => told('statuses are not published').some(({ error }) => error === 'WrongClock'));
    await status.stop();
    signing.close();
  };

  test('says so in its log, its measures and its answers, until it is right again', async () => {
    await until(async () => (await aheadSeconds()) === 0);
    assert.equal(service.work.isLate(), false);
    for (const off of [OFF_MS, -OFF_MS]) {
      lines.length = 0;
      aheadMs = off;
      await until(() => service.work.isLate());
      assert.ok(Math.abs((await aheadSeconds()) - off / 1_000) < 10);
      const [{ why, level, what } = {}] = told('the clock is wrong');
      assert.deepEqual([level, what], ['error', 'clock']);
      assert.match(String(why), off > 0 ? /ms ahead of that of the database$/ : /ms behind that of/);
      aheadMs = 0;
      await until(() => !service.work.isLate());
      assert.equal(told('the clock is wrong').length, 1);
      assert.equal(told('the clock is right again').length, 1);
    }
    aheadMs = 20_000;
    await until(async () => (await aheadSeconds()) > 15);
    assert.equal(service.work.isLate(), false);
    aheadMs = 0;
  });

  test('goes on where nothing depends on it', async () => {
    aheadMs = OFF_MS;
    await state(0);
    await until(async () => (await concludedBy()).length === 1);
    aheadMs = 0;
  });

  test('concludes about nobody by rules that are yet to come', async () => {
    await putRulesInForce(installation, rulesWith(15), 2, Date.now() + AWAY_MS);
    await installation.refresh();
    lines.length = 0;
    aheadMs = OFF_MS;
    await state(1);
    await until(() => refusals() > 1);
    await leavesPublishingToOthers();
    assert.deepEqual(await concludedBy(), ['zj-2021-01']);
    aheadMs = 0;
    await until(async () => (await concludedBy()).length === 2);
    assert.deepEqual(await concludedBy(), ['zj-2021-01', 'zj-2021-01']);
  });

  test('nor by those that decide no more', async () => {
    await putRulesInForce(installation, rulesWith(16), 3, Date.now() - AWAY_MS);
    await installation.refresh();
    aheadMs = -OFF_MS;
    lines.length = 0;
    await state(2);
    await until(() => refusals() > 1);
    assert.deepEqual(await concludedBy(), ['zj-2021-01', 'zj-2021-01']);
    aheadMs = 0;
    await until(async () => (await concludedBy()).length === 3);
    assert.deepEqual(await concludedBy(), ['entry-16', 'zj-2021-01', 'zj-2021-01']);
  });
});
