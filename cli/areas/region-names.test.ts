import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRegionNames } from './region-names.ts';

describe('the name of a region', () => {
  const nameOf = createRegionNames();

  test('goes from the province to the village', () => {
    assert.equal(nameOf('330000'), '浙江省');
    assert.equal(nameOf('330600'), '浙江省绍兴市');
    assert.equal(nameOf('330683'), '浙江省绍兴市嵊州市');
    assert.equal(nameOf('110108'), '北京市海淀区');
    assert.match(nameOf('330106002')!, /^浙江省杭州市西湖区.+街道$/);
    assert.match(nameOf('330106002051')!, /^浙江省杭州市西湖区.+街道.+$/);
  });

  test('is there for a county that is no more, and not for one that never was', () => {
    assert.match(nameOf('330103')!, /^浙江省杭州市下城区$/);
    assert.equal(nameOf('339900'), undefined);
    assert.equal(nameOf('999999'), undefined);
  });
});
