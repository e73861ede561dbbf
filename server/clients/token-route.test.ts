import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Compile } from 'typebox/compile';
import { createProver } from '../../api/clients/proof.ts';
import { TokenErrorReply, TokenReply } from '../../api/clients/token.ts';
import { freshDatabase } from '../../test/database.ts';
import { clientService, type TestClient } from '../../test/http/client-service.ts';
import { readToken } from './token.ts';

const isGranted = Compile(TokenReply);
const isRefused = Compile(TokenErrorReply);
const DAY_MS = 86_400_000;

describe('asking for a token', () => {
  const db = freshDatabase();
  const service = clientService(db.app);
  const address = () => `${service.url}/api/v1/oauth/token`;
  const basic = ({ clientId, secret }: TestClient) => ({
    authorization: `Basic ${btoa(`${clientId}:${secret}`)}`,
  });
  const ask = (body: string | Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(address(), { method: 'POST', headers, body: new URLSearchParams(body) });
  const grant = { grant_type: 'client_credentials' };
  const granted = async (response: Response): Promise<TokenReply> => {
    const reply = await response.json();
    assert.ok(response.status === 200 && isGranted.Check(reply), JSON.stringify(reply));
    assert.equal(response.headers.get('cache-control'), 'no-store');
    return reply;
  };
  const refused = async (response: Response, status: number, error: string): Promise<void> => {
    const reply = await response.json();
    assert.ok(isRefused.Check(reply), JSON.stringify(reply));
    assert.deepEqual([response.status, reply.error], [status, error]);
    assert.match(String(response.headers.get('content-type')), /^application\/json/);
  };

  test('by HTTP Basic or in the form gives one that says who may do what', async () => {
    const client = await service.register({ scopes: ['evidence:write', 'evidence:read'] });
    const form = { ...grant, client_id: client.clientId, client_secret: client.secret };
    for (const response of [await ask(grant, basic(client)), await ask(form)]) {
      const { access_token, token_type, expires_in, scope } = await granted(response);
      assert.deepEqual([token_type, expires_in, scope], ['Bearer', 600, 'evidence:write evidence:read']);
      const claims = readToken(service.parts.tokenKeys, 'test', access_token, service.clock.now());
      assert.ok(typeof claims === 'object');
      assert.equal(claims.client_id, client.clientId);
    }
  });

  test('for fewer scopes gives fewer, and for others none', async () => {
    const client = await service.register({ scopes: ['evidence:write', 'evidence:read'] });
    const { scope } = await granted(await ask({ ...grant, scope: 'evidence:read' }, basic(client)));
    assert.equal(scope, 'evidence:read');
    await refused(await ask({ ...grant, scope: 'areas:write' }, basic(client)), 400, 'invalid_scope');
    await refused(await ask({ ...grant, scope: 'everything' }, basic(client)), 400, 'invalid_scope');
    await refused(await ask({ ...grant, scope: 'constructor' }, basic(client)), 400, 'invalid_scope');
  });

  test('with a wrong secret, an unknown client or none at all is refused in the same words', async () => {
    const client = await service.register();
    const texts = await Promise.all(
      [
        ask(grant, basic({ ...client, secret: `${client.secret}x` })),
        ask(grant, basic({ clientId: 'nobody', secret: client.secret })),
        ask(grant, basic({ clientId: `' or 1=1 --`, secret: `'; drop table client; --` })),
      ].map(async (asked) => {
        const response = await asked;
        assert.equal(response.headers.get('www-authenticate'), 'Basic realm="healthcode"');
        const text = await response.clone().text();
        await refused(response, 401, 'invalid_client');
        return text;
      }),
    );
    assert.equal(new Set(texts).size, 1);
    await refused(await ask(grant), 401, 'invalid_client');
    await refused(await ask(grant, { authorization: 'Basic ???' }), 401, 'invalid_client');
    await refused(await ask(grant, { authorization: 'Bearer abc' }), 401, 'invalid_client');
    await granted(await ask(grant, basic(client)));
  });

  test('before a client begins, or after it has ended, is refused', async () => {
    const now = service.clock.now();
    const early = await service.register({ startsAt: now + DAY_MS });
    const late = await service.register({ startsAt: now - DAY_MS, expiresAt: now });
    await refused(await ask(grant, basic(early)), 401, 'invalid_client');
    await refused(await ask(grant, basic(late)), 401, 'invalid_client');
  });

  test('in a form that is malformed is refused as OAuth says', async () => {
    const client = await service.register();
    const twice = `grant_type=client_credentials&grant_type=client_credentials`;
    await refused(await ask(twice, basic(client)), 400, 'invalid_request');
    await refused(await ask({}, basic(client)), 400, 'invalid_request');
    await refused(await ask({ grant_type: 'password' }, basic(client)), 400, 'unsupported_grant_type');
    const both = { ...grant, client_id: client.clientId, client_secret: client.secret };
    await refused(await ask(both, basic(client)), 400, 'invalid_request');
    const nothing = await fetch(address(), { method: 'POST', headers: basic(client) });
    await refused(nothing, 400, 'invalid_request');
    const json = await fetch(address(), {
      method: 'POST',
      headers: { ...basic(client), 'content-type': 'application/json' },
      body: JSON.stringify(grant),
    });
    assert.equal(json.status, 415);
    assert.equal((await ask({ ...grant, scope: 'x'.repeat(9_000) }, basic(client))).status, 413);
  });

  test('with wrong secrets again and again is slowed down, which locks nobody out', async () => {
    const client = await service.register();
    const wrong = () => ask(grant, basic({ ...client, secret: 'wrong' }));
    const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await wrong()).status));
    assert.deepEqual([...new Set(statuses)].sort(), [401, 429]);
    const response = await wrong();
    assert.ok(Number(response.headers.get('retry-after')) >= 1);
    await refused(response, 429, 'invalid_client');
    await granted(await ask(grant, basic(client)));
    service.clock.pass(60_000);
    await refused(await wrong(), 401, 'invalid_client');
  });

  test('with ever new names from one address is slowed down', async () => {
    service.clock.pass(3_600_000);
    const names = Array.from({ length: 40 }, (_, i) =>
      ask(grant, basic({ clientId: `made-up-${i}`, secret: 'x' })),
    );
    const statuses = (await Promise.all(names)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 401).length, 30);
    assert.equal(statuses.filter((status) => status === 429).length, 10);
    service.clock.pass(3_600_000);
  });

  test('for a client that must prove its key needs a proof, which serves once', async () => {
    const client = await service.register({ proof: 'dpop' });
    await refused(await ask(grant, basic(client)), 400, 'invalid_dpop_proof');
    const prover = await createProver(service.clock.now);
    const dpop = await prover.prove('POST', address());
    const { token_type, access_token } = await granted(await ask(grant, { ...basic(client), dpop }));
    assert.equal(token_type, 'DPoP');
    const claims = readToken(service.parts.tokenKeys, 'test', access_token, service.clock.now());
    assert.ok(typeof claims === 'object' && claims.cnf);
    await refused(await ask(grant, { ...basic(client), dpop }), 400, 'invalid_dpop_proof');
    const other = await prover.prove('POST', `${service.url}/api/v1/evidence`);
    await refused(await ask(grant, { ...basic(client), dpop: other }), 400, 'invalid_dpop_proof');
  });

  test('with a wrong secret uses up no proof', async () => {
    const client = await service.register({ proof: 'dpop' });
    const prover = await createProver(service.clock.now);
    const dpop = await prover.prove('POST', address());
    await refused(await ask(grant, { ...basic({ ...client, secret: 'x' }), dpop }), 401, 'invalid_client');
    await granted(await ask(grant, { ...basic(client), dpop }));
  });
});
