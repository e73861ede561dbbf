import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { acceptKeyList } from '../../../credential/trust/key-list.ts';
import { acceptRuleBundle } from '../../../credential/trust/rule-bundle.ts';
import { verify } from '../../../gate/verify.ts';
import { runningService } from '../../../test/running-service.ts';
import { pinnedIn } from './trust-folder.ts';

describe('what a gate fetches', () => {
  const service = runningService();
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${service.url}/api/v1${path}`, { headers });
  const bytesOf = async (path: string) => new Uint8Array(await (await get(path)).arrayBuffer());

  test('is enough to trust the keys and the rules, from the pinned root on', async () => {
    const pin = pinnedIn(service.installation.trustFolder);
    const list = acceptKeyList(pin, await bytesOf('/trust/keys'), Date.now(), verify);
    assert.ok(!('refused' in list));
    const bundle = acceptRuleBundle(undefined, await bytesOf('/trust/rules'), list, verify);
    assert.equal('refused' in bundle ? bundle.refused : bundle.id, 'zj-2021-01');
  });

  for (const path of ['/trust/keys', '/trust/rules'])
    test(`says when it is the same as before: ${path}`, async () => {
      const first = await get(path);
      assert.equal(first.status, 200);
      assert.equal(first.headers.get('content-type'), 'application/cose');
      assert.match(first.headers.get('cache-control')!, /^public, max-age=\d+$/);
      const etag = first.headers.get('etag')!;
      for (const held of [etag, `"x", W/${etag}`, '*']) {
        const again = await get(path, { 'if-none-match': held });
        assert.deepEqual([again.status, again.headers.get('etag'), await again.text()], [304, etag, '']);
      }
      assert.equal((await get(path, { 'if-none-match': '"x"' })).status, 200);
    });

  test('is described', async () => {
    const { paths } = (await (await get('/openapi.json')).json()) as { paths: Record<string, object> };
    for (const path of ['/api/v1/trust/keys', '/api/v1/trust/rules'])
      assert.match(JSON.stringify(paths[path]), /"application\/cose"/);
  });
});
