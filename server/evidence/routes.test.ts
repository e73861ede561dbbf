import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stateEvidence } from '../../api/evidence/evidence.ts';
import {
  approveQuarantinedRecord,
  correctQuarantinedRecord,
  discardQuarantinedRecord,
  getQuarantined,
  listQuarantine,
  replayQuarantinedRecord,
} from '../../api/evidence/quarantine.ts';
import { lookUp } from '../../api/lookups/lookups.ts';
import { KINDS, SOURCES } from '../../domain/evidence/fact.ts';
import { runningService } from '../../test/running-service.ts';
import { NUMBERS, recordOf } from '../../test/service.ts';
import { looksAt } from '../record/store.ts';

const [ANNA, BO, CHEN, DING] = NUMBERS;
const NAT = {
  sampledAt: '2021-01-18T08:00:00+08:00',
  reportedAt: '2021-01-18T20:00:00+08:00',
  result: 'positive',
};
const LABORATORY = {
  scopes: ['evidence:write', 'evidence:read'],
  sources: ['laboratory'],
} as const;
const documentOf = (number: string) => ({ type: 'resident-id' as const, number });

/** A problem with this code. */
const problem = (code: string) => (error: { code?: string }) => error.code === code;

describe('evidence over HTTP', () => {
  const service = runningService();

  test('colours a person, whom a console can then look up; the look is on record', async () => {
    const laboratory = await service.clientOf(LABORATORY);
    const console = await service.clientOf({ clientId: 'console', scopes: ['assessments:read'] });
    const receipt = await laboratory.call(stateEvidence, {
      body: [recordOf('laboratory', 'N-1', ANNA, 'nat', NAT)],
    });
    assert.deepEqual(receipt.records, [{ position: 1, outcome: 'accepted' }]);
    await service.settled();
    const body = { document: documentOf(ANNA), purpose: 'a call to 12345' };
    const found = await console.call(lookUp, { body });
    assert.deepEqual([found.colour, found.grounds[0]?.clause], ['red', 'R2g']);
    const { app } = service.installation.store;
    const looks = await looksAt(app, await personOf(ANNA));
    assert.deepEqual(
      looks.map(({ actor, purpose }) => [actor, purpose]),
      [['console', 'a call to 12345']],
    );
  });

  test('comes as JSON Lines too, and line by line says what became of it', async () => {
    const token = await service.tokenOf(LABORATORY);
    const good = JSON.stringify(recordOf('laboratory', 'N-2', BO, 'nat', NAT));
    const response = await fetch(`${service.url}/api/v1/evidence`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: `${good}\n{"source":\n\n${good}\n`,
    });
    const { records } = (await response.json()) as { records: { position: number; outcome: string }[] };
    assert.deepEqual(
      records.map(({ position, outcome }) => [position, outcome]),
      [
        [1, 'accepted'],
        [2, 'quarantined'],
        [4, 'unchanged'],
      ],
    );
  });

  test('is invalid without a body, and when it is no batch', async () => {
    const token = await service.tokenOf(LABORATORY);
    for (const body of [undefined, 'null', '{}', '"x"', '{"records":1}', '{"records":[],"more":1}']) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const response = await fetch(`${service.url}/api/v1/evidence`, {
        method: 'POST',
        headers,
        ...(body !== undefined && { body }),
      });
      assert.equal(response.status, 400, body);
    }
  });

  test('is given the same reply for the same key, and the work is done once', async () => {
    const laboratory = await service.clientOf(LABORATORY);
    const body = [recordOf('laboratory', 'N-3', CHEN, 'nat', NAT)];
    const options = { idempotencyKey: 'batch-3' };
    const first = await laboratory.call(stateEvidence, { body }, options);
    const again = await laboratory.call(stateEvidence, { body }, options);
    assert.deepEqual(again, first);
    await assert.rejects(
      laboratory.call(stateEvidence, { body: [] }, options),
      problem('idempotency-mismatch'),
    );
  });

  test('is refused without a token, and without the scope', async () => {
    const body = [recordOf('laboratory', 'N-4', CHEN, 'nat', NAT)];
    const response = await fetch(`${service.url}/api/v1/evidence`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    assert.equal(response.status, 401);
    const reader = await service.clientOf({ scopes: ['evidence:read'], sources: ['laboratory'] });
    await assert.rejects(reader.call(stateEvidence, { body }), problem('not-allowed'));
    const writer = await service.clientOf(LABORATORY);
    const look = { body: { document: documentOf(ANNA), purpose: 'curious' } };
    await assert.rejects(writer.call(lookUp, look), problem('not-allowed'));
  });

  for (const source of SOURCES)
    test(`of ${source} is quarantined when it is of a kind outside the contract, a designation above all`, async () => {
      const client = await service.clientOf({ ...LABORATORY, sources: [source] });
      const contract = service.installation.contracts.kinds().get(source) ?? [];
      assert.ok(!contract.includes('designation'));
      const body = KINDS.filter((kind) => !contract.includes(kind)).map((kind, i) =>
        recordOf(source, `K-${i}`, DING, kind, DATA[kind]),
      );
      const receipt = await client.call(stateEvidence, { body });
      assert.deepEqual([receipt.accepted, receipt.quarantined], [0, body.length]);
      for (const { faults } of receipt.records) assert.equal(faults?.[0]?.field, 'kind');
    });

  test('of another source is quarantined, whatever the kind', async () => {
    const laboratory = await service.clientOf(LABORATORY);
    const body = [recordOf('health', 'C-1', ANNA, 'case', DATA.case)];
    const { records } = await laboratory.call(stateEvidence, { body });
    assert.equal(records[0]?.faults?.[0]?.field, 'source');
  });

  test('with a text that would be SQL, or a line of a log, is a text', async () => {
    const laboratory = await service.clientOf(LABORATORY);
    const texts = ["'; drop table evidence; --", '$1', '\u2028{"level":"error"}', '%s%n', '\\', '"'];
    const body = texts.map((text, i) =>
      recordOf('laboratory', `T${i} ${text.replace('\u2028', '')}`, ANNA, 'nat', {
        ...NAT,
        laboratory: text,
      }),
    );
    const receipt = await laboratory.call(stateEvidence, { body });
    assert.equal(receipt.accepted, texts.length);
    assert.ok(service.lines.every((line) => line.split('\n').length === 2));
  });

  async function personOf(number: string): Promise<string> {
    const { findPeople } = await import('../people/find-or-add-people.ts');
    const { store, keys } = service.installation;
    return [...(await findPeople(store.app, keys, [documentOf(number)])).values()][0]!;
  }
});

describe('a record in quarantine', () => {
  const service = runningService();
  const wrong = recordOf('laboratory', 'Q-1', ANNA, 'nat', { ...NAT, result: 'perhaps' });

  test('is listed with place and rule, shown to its client, and corrected', async () => {
    const laboratory = await service.clientOf(LABORATORY);
    const { records } = await laboratory.call(stateEvidence, { body: [wrong, wrong] });
    const itemId = records[0]!.itemId!;
    assert.equal(records[1]!.itemId, itemId);
    const { items } = await laboratory.call(listQuarantine, { query: {} });
    assert.deepEqual(
      items.map(({ itemId: id, state, faults }) => [id, state, faults[0]?.field]),
      [[itemId, 'waiting', 'data.result']],
    );
    const shown = await laboratory.call(getQuarantined, { params: { itemId } });
    assert.deepEqual(JSON.parse(shown.record), wrong);
    const record = recordOf('laboratory', 'Q-1', ANNA, 'nat', NAT);
    const { step } = await laboratory.call(correctQuarantinedRecord, {
      params: { itemId },
      body: { record },
    });
    assert.equal(step, 'corrected');
    const after = await laboratory.call(listQuarantine, { query: {} });
    assert.equal(after.items[0]?.state, 'closed');
    const again = laboratory.call(replayQuarantinedRecord, { params: { itemId } });
    await assert.rejects(again, problem('conflict'));
  });

  test('is nobody else’s business', async () => {
    const laboratory = await service.clientOf(LABORATORY);
    const { records } = await laboratory.call(stateEvidence, { body: [wrong] });
    const params = { itemId: records[0]!.itemId! };
    const stranger = await service.clientOf(LABORATORY);
    assert.deepEqual((await stranger.call(listQuarantine, { query: {} })).items, []);
    await assert.rejects(stranger.call(getQuarantined, { params }), problem('not-found'));
    await assert.rejects(stranger.call(replayQuarantinedRecord, { params }), problem('not-found'));
    const discard = { params, body: { reason: 'not mine' } };
    await assert.rejects(stranger.call(discardQuarantinedRecord, discard), problem('not-found'));
  });

  test('that undoes a link waits for two approvals of others', async () => {
    const border = await service.clientOf({
      scopes: ['evidence:write', 'evidence:approve'],
      sources: ['border'],
    });
    const link = { document: documentOf(ANNA), sameAs: documentOf(BO) };
    await border.call(stateEvidence, { body: [recordOf('border', 'I-1', ANNA, 'identity', link)] });
    const undo = recordOf('border', 'I-1', ANNA, 'identity', undefined, { version: 2, retracted: true });
    const { records } = await border.call(stateEvidence, { body: [undo] });
    const params = { itemId: records[0]!.itemId! };
    await assert.rejects(border.call(approveQuarantinedRecord, { params }), problem('conflict'));
    const first = await service.clientOf({ scopes: ['evidence:approve'] });
    const second = await service.clientOf({ scopes: ['evidence:approve'] });
    assert.equal((await first.call(approveQuarantinedRecord, { params })).step, 'approved');
    await assert.rejects(first.call(approveQuarantinedRecord, { params }), problem('conflict'));
    assert.equal((await second.call(approveQuarantinedRecord, { params })).step, 'accepted');
  });

  test('stands in pages that neither repeat nor skip', async () => {
    const laboratory = await service.clientOf(LABORATORY);
    const body = Array.from({ length: 7 }, (_, i) => recordOf('laboratory', `P-${i}`, ANNA, 'nat', {}));
    await laboratory.call(stateEvidence, { body });
    const positions: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const query = { limit: 3, ...(cursor !== undefined && { cursor }) };
      const page = await laboratory.call(listQuarantine, { query });
      for (const { position } of page.items) positions.push(position);
      cursor = page.next;
    }
    assert.deepEqual(positions.sort(), [1, 2, 3, 4, 5, 6, 7]);
  });
});

const TERM = { from: '2021-01-18T08:00:00+08:00', until: '2021-01-28T08:00:00+08:00' };

/** Data of each kind that would do if the contract held it. */
const DATA: Readonly<Record<(typeof KINDS)[number], object>> = {
  case: { classification: 'confirmed', from: TERM.from },
  contact: { level: 'close', lastExposure: TERM.from },
  overseas: { country: 'SG', enteredAt: TERM.from },
  stay: { region: '330106', from: TERM.from },
  symptom: { fever: true, from: TERM.from },
  nat: NAT,
  isolation: { form: 'home', ...TERM },
  designation: { colour: 'red', reason: 'manifest-contact', ...TERM, approval: 'A-1' },
  identity: { document: documentOf(ANNA), sameAs: documentOf(BO) },
};
