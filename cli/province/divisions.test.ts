import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CENSUS_2020, readDivisions } from './divisions.ts';

describe('the divisions of Zhejiang', () => {
  const divisions = readDivisions();

  test('are eleven cities with the people of the census of 2020', () => {
    assert.equal(divisions.cities.length, 11);
    assert.equal(
      Object.values(CENSUS_2020).reduce((sum, people) => sum + people, 0),
      64_567_588,
    );
    const shaoxing = divisions.cities.find(({ name }) => name === '绍兴市');
    assert.equal(shaoxing?.population, 5_270_977);
  });

  test('have all their communities and nobody else’s', () => {
    const communities = divisions.cities.flatMap((city) => city.communities);
    assert.equal(communities.length, 25_547);
    for (const { code, communities } of divisions.cities)
      for (const community of communities) assert.match(community, new RegExp(`^${code}\\d{8}$`));
  });

  test('have names from city to community', () => {
    const names = ['3306', '330602', '330602001', '330602001011'].map(divisions.nameOf);
    assert.deepEqual(names, ['绍兴市', '越城区', '塔山街道', '塔山社区']);
  });

  test('leave the counties of other provinces for journeys', () => {
    assert.ok(divisions.elsewhere.length > 2_700);
    for (const code of divisions.elsewhere) assert.match(code, /^(?!33)\d{6}$/);
  });
});
