import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Type } from 'typebox';
import { CallError, TokenRefused } from '../../api/client.ts';
import { createProver } from '../../api/clients/proof.ts';
import { route } from '../../api/route.ts';
import { closed } from '../../api/shape.ts';
import { freshDatabase } from '../../test/database.ts';
import { leastOf } from '../../test/durations.ts';
import { clientService, type TestClient } from '../../test/http/client-service.ts';
import { testKeys } from '../../test/http/http-app.ts';
import { until } from '../../test/until.ts';
import { accepts } from '../platform/http/rules.ts';
import { serve } from '../platform/http/serve.ts';
import { disableClient } from './disable-client.ts';
import { signToken } from './token.ts';

const getSelf = route({
  method: 'GET',
  path: '/self',
  name: 'getSelf',
  summary: 'For tests.',
  query: closed({ page: Type.Optional(Type.Integer()) }, 'For tests.'),
  reply: closed(
    { clientId: Type.String(), scopes: Type.Array(Type.String()), sources: Type.Array(Type.String()) },
    'Who asks.',
  ),
});
const putThing = route({
  method: 'PUT',
  path: '/things',
  name: 'putThing',
  summary: 'For tests.',
  body: closed({}, 'Nothing.'),
  reply: closed({}, 'Nothing.'),
});

describe('a call of a client', () => {
  const db = freshDatabase();
  const service = clientService(db.app, {
    routes: [
      (app) => {
        serve(app, getSelf, accepts('evidence:write'), async ({ client }) => ({
          clientId: client.clientId,
          scopes: [...client.scopes],
          sources: [...client.sources],
        }));
        serve(app, putThing, accepts('areas:write'), async () => ({}));
      },
    ],
  });
  const address = () => `${service.url}/api/v1/self`;
  const show = (headers: Record<string, string>, url = address()) => fetch(url, { headers });
  const bearer = (token: string) => show({ authorization: `Bearer ${token}` });
  const refused = async (response: Response, detail?: RegExp) => {
    const { code, detail: told } = (await response.json()) as { code: string; detail: string };
    assert.deepEqual([response.status, code], [401, 'unauthenticated']);
    if (detail) assert.match(told, detail);
    return response.headers.get('www-authenticate');
  };
  const claimsFor = ({ clientId }: TestClient, aud = 'test') => {
    const iat = Math.floor(service.clock.now() / 1_000);
    return { aud, client_id: clientId, scope: 'evidence:write', jti: '1', iat, exp: iat + 600 };
  };

  test('with a token is answered, and the route knows who asks', async () => {
    const client = await service.register({ sources: ['health', 'laboratory'] });
    assert.deepEqual(await service.clientOf(client).call(getSelf, { query: {} }), {
      clientId: client.clientId,
      scopes: ['evidence:write'],
      sources: ['health', 'laboratory'],
    });
  });

  test('without a token, or with something else, is refused and told how', async () => {
    for (const authorization of [
      '',
      'Basic YTpi',
      'Bearer',
      'Bearer a b',
      'Negotiate x',
      `Bearer ${'\u00e9'}`,
    ]) {
      const challenge = await refused(await show(authorization === '' ? {} : { authorization }));
      assert.equal(challenge, 'Bearer, DPoP algs="ES256"');
    }
    await refused(
      await show({}, `${address()}?access_token=${await service.tokenOf(await service.register())}`),
    );
  });

  test('with a token that is not ours is refused', async () => {
    const client = await service.register();
    const token = await service.tokenOf(client);
    const [header, payload] = token.split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const bad of [
      'x',
      `${header}.${payload}.`,
      `${none}.${payload}.`,
      token.slice(0, -2),
      `${token}x`,
    ]) {
      const challenge = await refused(await bearer(bad));
      assert.equal(challenge, 'Bearer error="invalid_token"');
    }
    await refused(await bearer(signToken(testKeys(), claimsFor(client))), /not ours/);
    await refused(
      await bearer(signToken(service.parts.tokenKeys, claimsFor(client, 'js'))),
      /another service/,
    );
  });

  test('with a token that has ended is refused, and our client gets another', async () => {
    const client = await service.register();
    const token = await service.tokenOf(client);
    const caller = service.clientOf(client);
    assert.equal((await bearer(token)).status, 200);
    await caller.call(getSelf, { query: {} });
    service.clock.pass(601_000);
    await refused(await bearer(token), /expired/);
    await caller.call(getSelf, { query: {} });
  });

  test('for what its client may not do is refused, and told which scope is missing', async () => {
    const caller = service.clientOf(await service.register());
    await assert.rejects(caller.call(putThing, { body: {} }), (error) => {
      assert.ok(error instanceof CallError);
      assert.deepEqual([error.status, error.code], [403, 'not-allowed']);
      assert.equal(error.problem?.detail, 'The scope areas:write is needed.');
      return true;
    });
  });

  test('with a token for a scope that its client never had is refused', async () => {
    const client = await service.register({ scopes: ['evidence:read'] });
    const token = signToken(service.parts.tokenKeys, claimsFor(client));
    assert.equal((await bearer(token)).status, 403);
  });

  test('with the token of a client that nobody registered is refused', async () => {
    const token = signToken(service.parts.tokenKeys, claimsFor({ clientId: 'nobody', secret: '' }));
    await refused(await bearer(token), /barred/);
  });

  test('within 5 s after its client was barred is refused everywhere, and gets no token', async () => {
    const bar = async () => {
      const client = await service.register();
      const token = await service.tokenOf(client);
      await disableClient(db.app, client.clientId, service.clock.now(), 'a test');
      const tookMs = await until(async () => (await bearer(token)).status !== 200);
      await refused(await bearer(token), /barred/);
      await assert.rejects(service.clientOf(client).call(getSelf, { query: {} }), TokenRefused);
      return tookMs;
    };
    assert.ok((await leastOf(5_000, bar)) < 5_000);
  });

  test('beyond its quota is told when to come again, and another client is not', async () => {
    const client = await service.register({ quotaPerSecond: 5 });
    const token = await service.tokenOf(client);
    const other = await service.tokenOf(await service.register());
    const responses = await Promise.all(Array.from({ length: 12 }, () => bearer(token)));
    const refusals = responses.filter(({ status }) => status === 429);
    assert.equal(refusals.length, 7);
    const { code } = (await refusals[0]!.json()) as { code: string };
    assert.deepEqual([code, refusals[0]!.headers.get('retry-after')], ['rate-limited', '1']);
    assert.equal((await bearer(other)).status, 200);
    service.clock.pass(200);
    assert.deepEqual([(await bearer(token)).status, (await bearer(token)).status], [200, 429]);
  });

  describe('that must prove its key', () => {
    const bound = async (quotaPerSecond = 100) => {
      const client = await service.register({ proof: 'dpop', quotaPerSecond });
      const prover = await createProver(service.clock.now);
      const url = `${service.url}/api/v1/oauth/token`;
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          authorization: `Basic ${btoa(`${client.clientId}:${client.secret}`)}`,
          dpop: await prover.prove('POST', url),
        },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      const { access_token: token } = (await response.json()) as { access_token: string };
      return { client, prover, token };
    };
    const withProof = (token: string, dpop: string, url?: string) =>
      show({ authorization: `DPoP ${token}`, dpop }, url);

    test('is answered with a proof for each request', async () => {
      const { client, prover, token } = await bound();
      const dpop = await prover.prove('GET', address(), token);
      assert.equal((await withProof(token, dpop, `${address()}?page=2`)).status, 200);
      const caller = service.clientOf(client, 'dpop');
      for (const page of [1, 2]) {
        assert.equal((await caller.call(getSelf, { query: { page } })).clientId, client.clientId);
      }
    });

    test('is refused when somebody else shows its token', async () => {
      const { prover, token } = await bound();
      const thief = await createProver(service.clock.now);
      assert.equal(await refused(await bearer(token)), 'DPoP algs="ES256", error="invalid_token"');
      const challenge = await refused(await show({ authorization: `DPoP ${token}` }));
      assert.equal(challenge, 'DPoP algs="ES256", error="invalid_dpop_proof"');
      await refused(await withProof(token, await thief.prove('GET', address(), token)));
      const { token: other } = await bound();
      await refused(await withProof(other, await prover.prove('GET', address(), other)));
    });

    test('is refused when a proof comes again, or is for something else, or is old', async () => {
      const { prover, token } = await bound();
      const dpop = await prover.prove('GET', address(), token);
      assert.equal((await withProof(token, dpop)).status, 200);
      await refused(await withProof(token, dpop));
      const wrong = [
        await prover.prove('POST', address(), token),
        await prover.prove('GET', `${service.url}/api/v1/things`, token),
        await prover.prove('GET', address()),
        await prover.prove('GET', address(), 'another token'),
      ];
      for (const proof of wrong) await refused(await withProof(token, proof));
      const old = await prover.prove('GET', address(), token);
      service.clock.pass(61_000);
      await refused(await withProof(token, old));
      await refused(await withProof(token, dpop));
    });

    test('is refused with a token that is not bound', async () => {
      const { client } = await bound();
      const free = signToken(service.parts.tokenKeys, claimsFor(client));
      await refused(await bearer(free));
      const prover = await createProver(service.clock.now);
      await refused(await withProof(free, await prover.prove('GET', address(), free)));
    });

    test('loses nothing of its quota to whoever shows its token without the key', async () => {
      const { token, prover } = await bound(2);
      await Promise.all(Array.from({ length: 20 }, () => withProof(token, 'x')));
      assert.equal((await withProof(token, await prover.prove('GET', address(), token))).status, 200);
    });
  });
});
