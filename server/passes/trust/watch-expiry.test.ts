import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { followKeyList, type KeyList } from '../../../credential/trust/key-list.ts';
import { encodeKeyList } from '../../../credential/trust/key-list-content.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { verify } from '../../../gate/verify.ts';
import { listBy, listed, makePair, makeRoot, signTogether, TRUST_AT } from '../../../test/trust.ts';
import { until } from '../../../test/until.ts';
import { createLog } from '../../platform/log/log.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { watchExpiry } from './watch-expiry.ts';

const ROOT = makeRoot();
const END = TRUST_AT + 365 * DAY_MS;

function listWith(expiresAt: number, notAfter: number): KeyList {
  const keys = (['pass', 'status', 'delta'] as const).map((use) =>
    listed(makePair(), use, { notAfter: use === 'delta' ? notAfter : END + 365 * DAY_MS }),
  );
  const content = listBy(ROOT, { keys, expiresAt });
  const list = followKeyList(content, signTogether(encodeKeyList(content), ROOT.slice(0, 2)), verify);
  assert.ok(!('refused' in list));
  return list;
}

describe('the end of trust', () => {
  test('is told once a day from thirty days before, as an error when it has come, and not when it is far', async () => {
    let now = END - 31 * DAY_MS;
    let list = listWith(END, END + DAY_MS);
    const lines: string[] = [];
    const write = (line: string) => lines.push(line);
    const log = createLog({ clock: () => now, write, onPersonalData: 'throw' });
    const metrics = createMetrics();
    const stop = watchExpiry(
      () => list,
      () => now,
      log,
      metrics,
      5,
    );
    const told = () => lines.map((line) => JSON.parse(line)).map(({ level, what }) => `${level} ${what}`);
    const text = await metrics.text();
    assert.match(text, new RegExp(`^key_list_expires_in_seconds ${(31 * DAY_MS) / 1_000}$`, 'm'));
    assert.match(text, new RegExp(`^signing_keys_end_in_seconds ${(32 * DAY_MS) / 1_000}$`, 'm'));
    assert.deepEqual(told(), []);
    now += DAY_MS + 1_000;
    await until(() => lines.length === 1);
    now += 3_600_000;
    await new Promise((done) => setTimeout(done, 30));
    assert.deepEqual(told(), ['warn the key list']);
    now = END;
    await until(() => lines.length === 3);
    assert.deepEqual(told().slice(1), ['error the key list', 'warn the last signing key of a use']);
    list = listWith(END + 365 * DAY_MS, END + 365 * DAY_MS);
    now += DAY_MS;
    await new Promise((done) => setTimeout(done, 30));
    assert.equal(lines.length, 3);
    stop();
  });
});
