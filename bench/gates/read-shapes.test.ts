import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { describePublic } from '../../test/public-data.ts';
import { busiest, readInflow, readTaps, seededChance } from './read-shapes.ts';

const half = () => 0.5;

describe('the shapes of gates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-gates-'));
  after(() => rmSync(folder, { recursive: true }));

  test('take entries only, each within its second, at its station', () => {
    const head = 'deal_date,close_date,card_no,deal_value,deal_type,company_name,car_no,station';
    const taps = [
      '"2018-08-31 22:13:41","2018-09-01 00:00:00",A,0,地铁入站,x,y,二',
      '"2018-08-31 22:13:39","2018-09-01 00:00:00",B,0,地铁入站,x,y,一',
      '"2018-08-31 22:13:38","2018-09-01 00:00:00",C,7,地铁出站,x,y,一',
    ];
    writeFileSync(join(folder, 'szt-card-taps-10000.csv'), [head, ...taps, ''].join('\n'));
    assert.deepEqual(readTaps(folder, half).arrivals, [
      { atMs: 0, station: 1 },
      { atMs: 2_000, station: 0 },
    ]);
  });

  test('take what was counted around the fullest ten minutes of the fullest day', () => {
    const rows = ['station,day,s0,s1', '0,0,9,0', '1,0,0,3', '0,1,1,4', '1,1,0,8'];
    writeFileSync(join(folder, 'hangzhou-metro-inflow-10min.csv'), rows.join('\n'));
    const { arrivals } = readInflow(folder, half);
    assert.equal(arrivals.length, 13);
    assert.deepEqual(arrivals[0], { atMs: 0, station: 0 });
    assert.equal(arrivals.filter(({ atMs, station }) => atMs === 600_000 && station === 1).length, 8);
  });

  test('are no shape when a count or a time is none', () => {
    writeFileSync(join(folder, 'hangzhou-metro-inflow-10min.csv'), 'station,day,s0\n0,0,many\n');
    assert.throws(() => readInflow(folder, half), /a count that is none/);
    const taps = 'deal_date,deal_type,station\nlately,地铁入站,一\n';
    writeFileSync(join(folder, 'szt-card-taps-10000.csv'), taps);
    assert.throws(() => readTaps(folder, half), /a time that is none/);
  });

  test('run faster around the moment at which most come', () => {
    const arrivals = [0, 5_000, 10_000, 10_500, 11_000, 30_000].map((atMs) => ({ atMs, station: 0 }));
    const times = (factor: number) =>
      busiest({ name: 'x', arrivals }, factor, 1).map(({ atMs }) => Math.round(atMs));
    assert.deepEqual(times(1), [0, 500]);
    assert.deepEqual(times(10), [0, 500, 550, 600]);
    assert.deepEqual(times(100), [0, 50, 100, 105, 110, 300]);
  });
});

describePublic('the gate logs of the public data', 'gate-logs', (folder) => {
  test('have the morning of Shenzhen: most enter within some minutes', () => {
    const shape = readTaps(folder, seededChance(1));
    assert.equal(shape.arrivals.length, 9_360);
    const peak = busiest(shape, 10, 60);
    assert.ok(peak.length > 4_000, `${peak.length} within ten minutes`);
  });

  test('have the peak of Hangzhou: 34,165 within ten minutes, 57 a second', () => {
    const shape = readInflow(folder, seededChance(1));
    const peak = busiest(shape, 10, 60).length;
    assert.ok(peak >= 34_165 && peak < 36_000, `${peak} within ten minutes`);
    assert.equal(new Set(shape.arrivals.map(({ station }) => station)).size, 80);
  });
});
