import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createClient } from '../../api/client.ts';
import { checkAtDoor } from '../../api/doors/checks.ts';
import { stateEvidence } from '../../api/evidence/evidence.ts';
import { runningService } from '../../test/running-service.ts';
import { NUMBERS, recordOf } from '../../test/service.ts';
import { DEMO_GATE, demoGate } from './demo-gate.ts';

const [ANNA] = NUMBERS;

describe('the gate for trying out', () => {
  const service = runningService();

  test('asks the service that runs, with a new secret at each start', async () => {
    const laboratory = await service.clientOf({ scopes: ['evidence:write'], sources: ['laboratory'] });
    const data = {
      sampledAt: '2021-01-18T08:00:00+08:00',
      reportedAt: '2021-01-18T20:00:00+08:00',
      result: 'positive',
    };
    await laboratory.call(stateEvidence, { body: [recordOf('laboratory', 'N-1', ANNA, 'nat', data)] });
    await service.settled();
    const body = { document: { type: 'resident-id', number: ANNA }, identityVerified: true } as const;
    for (let start = 0; start < 2; start++) {
      const secret = await demoGate({ installation: service.installation, clock: Date.now });
      const gate = createClient({ origin: service.url, credentials: { clientId: DEMO_GATE, secret } });
      const { outcome, clause } = await gate.call(checkAtDoor, { body });
      assert.deepEqual([outcome, clause], ['deny', 'M6']);
    }
  });
});
