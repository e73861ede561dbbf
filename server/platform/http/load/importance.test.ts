import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runningService } from '../../../../test/running-service.ts';
import { IMPORTANCES, type Importance, SHARES } from './importance.ts';

type Operations = Readonly<Record<string, Readonly<Record<string, { readonly 'x-importance'?: string }>>>>;

describe('each route of the service', () => {
  const service = runningService();

  test('says how important it is, and tells whoever calls it', async () => {
    const described = await (await fetch(`${service.url}/api/v1/openapi.json`)).json();
    const { paths } = described as { paths: Operations };
    const said = new Map<string, string | undefined>();
    for (const [path, operations] of Object.entries(paths))
      for (const [method, operation] of Object.entries(operations))
        said.set(`${method.toUpperCase()} ${path.replace('/api/v1', '')}`, operation['x-importance']);
    assert.ok(said.size > 35, String(said.size));
    for (const [route, importance] of said)
      assert.ok((IMPORTANCES as readonly (string | undefined)[]).includes(importance), route);
    const expected: Readonly<Record<string, Importance>> = {
      'GET /areas': 'overview',
      'GET /me/events': 'overview',
      'GET /me/history': 'history',
      'POST /lookups': 'history',
      'POST /evidence': 'deferrable',
      'POST /me/code': 'deferrable',
      'GET /me/code': 'showing',
      'POST /me/phones/{phoneId}/passes': 'showing',
      'GET /session': 'showing',
      'POST /checks': 'checking',
      'POST /oauth/token': 'checking',
    };
    for (const [route, importance] of Object.entries(expected))
      assert.equal(said.get(route), importance, route);
    const reads = [...said].filter(([, importance]) => importance === 'checking').map(([route]) => route);
    assert.deepEqual(reads.filter((route) => !route.includes('/trust/')).sort(), [
      'POST /checks',
      'POST /oauth/token',
    ]);
  });

  test('of what is shed first fewer may run than of what is shed later', () => {
    const shares = IMPORTANCES.map((name) => SHARES[name]);
    for (let i = 1; i < shares.length; i++) assert.ok(shares[i - 1]! < shares[i]!);
    assert.equal(shares.at(-1), 1);
  });
});
