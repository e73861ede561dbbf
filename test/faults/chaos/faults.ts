import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, HOUR_MS } from '../../../domain/time.ts';
import { until } from '../../until.ts';
import { DATABASE_FAULTS } from './database-faults.ts';
import { EVIDENCE_FAULTS } from './evidence-faults.ts';
import { type Draw, type Fault, LONGEST_MS, PATIENCE_MS } from './fault.ts';
import type { Ground } from './ground.ts';
import { signersOf } from './issuing.ts';
import { NETWORK_FAULTS } from './network-faults.ts';
import { killWorker } from './worker.ts';

const CHINA_MS = 8 * HOUR_MS;

/** Everything that may go wrong. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 of a service',
    happen: async ({ services, startAgain }, draw) => {
      const which = draw(services.length);
      await services[which]!.kill();
      await sleep(draw(LONGEST_MS));
      await startAgain(which);
    },
  },
  {
    name: 'a deploy: one service after the other stops and comes back',
    happen: async ({ services, startAgain }) => {
      for (const [which, service] of [...services].entries()) {
        assert.equal(await service.stop(), 0);
        await startAgain(which);
      }
    },
  },
  { name: 'a deploy of another release, which is taken back', happen: deployAnother },
  { name: 'kill -9 of a worker in mid-bucket', happen: killWorker },
  {
    name: 'kill -9 of the signer',
    happen: async ({ site, issuing }) => {
      const before = issuing.signed();
      for (const pid of signersOf(site)) process.kill(pid, 'SIGKILL');
      // One that a service starts again; nobody has to look.
      await until(() => issuing.signed() > before + 1, PATIENCE_MS);
    },
  },
  ...DATABASE_FAULTS,
  ...NETWORK_FAULTS,
  { name: 'the clock jumps an hour ahead', happen: async ({ moveClock }) => moveClock(HOUR_MS) },
  { name: 'the clock jumps an hour back', happen: async ({ moveClock }) => moveClock(-HOUR_MS) },
  {
    name: 'the clock leaps over a midnight',
    happen: async ({ moveClock, now }) => moveClock(DAY_MS - ((now() + CHINA_MS) % DAY_MS) + 1_000),
  },
  ...EVIDENCE_FAULTS,
];

/**
 * Beside a service of this release one of another works for a while: the one before, as in a deploy, or one to come whose
 * schema stays when it is taken back.
 */
async function deployAnother(ground: Ground, draw: Draw): Promise<void> {
  const { services, startAgain, otherReleases, isWell } = ground;
  const which = draw(services.length);
  const releases = otherReleases();
  const program = releases[draw(releases.length)]!;
  assert.equal(await services[which]!.stop(), 0);
  await startAgain(which, program);
  await isWell();
  await sleep(1_000 + draw(LONGEST_MS));
  assert.equal(await services[which]!.stop(), 0);
  await startAgain(which);
}
