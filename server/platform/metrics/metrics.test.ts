import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMetrics } from './metrics.ts';

describe('metrics', () => {
  test('count by labels whose values are known beforehand', async () => {
    const metrics = createMetrics();
    const count = metrics.counter({
      name: 'evidence_records_total',
      help: 'Records.',
      labels: { outcome: ['accepted', 'quarantined'] },
    });
    count({ outcome: 'accepted' }, 3);
    count({ outcome: 'accepted' });
    assert.match(await metrics.text(), /^evidence_records_total\{outcome="accepted"\} 4$/m);
  });

  test('begin at nothing, for each value, so that the first count is seen as growth', async () => {
    const metrics = createMetrics();
    metrics.counter({ name: 'x_total', help: 'x', labels: { a: ['1', '2'], b: ['3', '4'] } });
    const told = [...(await metrics.text()).matchAll(/^x_total\{a="(\d)",b="(\d)"\} 0$/gm)];
    assert.deepEqual(
      told.map(([, a, b]) => `${a}${b}`),
      ['13', '14', '23', '24'],
    );
  });

  test('refuse a label value that nobody declared, such as a document number', async () => {
    const metrics = createMetrics();
    const count = metrics.counter({ name: 'x_total', help: 'x', labels: { kind: ['a'] } });
    const time = metrics.timer({ name: 'y_seconds', help: 'y', labels: { kind: ['a'] }, bounds: [1] });
    const values = { kind: '339900199001010011' as 'a' };
    assert.throws(() => count(values), { message: 'x_total has no such value of kind' });
    assert.throws(() => time(values, 1), { message: 'y_seconds has no such value of kind' });
    assert.doesNotMatch(await metrics.text(), /339900/);
  });

  test('read a gauge when they are asked', async () => {
    const metrics = createMetrics();
    let waiting = 1;
    metrics.gauge('due_rows', 'Waiting.', async () => waiting);
    waiting = 7;
    assert.match(await metrics.text(), /^due_rows 7$/m);
  });

  test('are told though one of them cannot be read', async () => {
    const metrics = createMetrics();
    metrics.gauge('due_rows', 'Waiting.', () => Promise.reject(new Error('the database is away')));
    metrics.gauge('late_rows', 'Late.', () => 3);
    const text = await metrics.text();
    assert.match(text, /^due_rows Nan$/m);
    assert.match(text, /^late_rows 3$/m);
  });

  test('tell requests by route and status, and how this process does', async () => {
    const metrics = createMetrics();
    metrics.request('GET', '/api/v1/people/:id', 200, 0.003);
    metrics.request('GET', '/api/v1/people/:id', 200, 0.2);
    const text = await metrics.text();
    assert.match(
      text,
      /^http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/people\/:id",status="200"\} 2$/m,
    );
    const line = (part: string, le: string, value: string) =>
      assert.ok(
        text.includes(
          `http_request_duration_seconds_${part}{${le}method="GET",route="/api/v1/people/:id",status="200"} ${value}\n`,
        ),
        `${part} ${le}`,
      );
    line('bucket', 'le="0.0025",', '0');
    line('bucket', 'le="0.005",', '1');
    line('bucket', 'le="0.25",', '2');
    line('bucket', 'le="+Inf",', '2');
    line('sum', '', '0.203');
    assert.match(text, /^# TYPE http_request_duration_seconds histogram$/m);
    assert.match(text, /^process_cpu_seconds_total/m);
  });

  test('of two services in one process do not mix', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.counter({ name: 'x_total', help: 'x', labels: {} })({});
    assert.doesNotMatch(await other.text(), /x_total/);
  });
});
