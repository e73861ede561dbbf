import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import { Type } from 'typebox';
import { CallError, createClient, TokenRefused } from '../../api/client.ts';
import { route } from '../../api/route.ts';
import { closed } from '../../api/shape.ts';
import { Problem } from '../../server/platform/http/problem.ts';
import { accepts, open } from '../../server/platform/http/rules.ts';
import { serve } from '../../server/platform/http/serve.ts';
import { freshDatabase } from '../database.ts';
import { clientService } from './client-service.ts';

const Thing = closed(
  { id: Type.String(), tags: Type.Array(Type.String()), size: Type.Integer() },
  'A thing.',
);
const postThing = route({
  method: 'POST',
  path: '/things/:id',
  name: 'postThing',
  summary: 'For tests.',
  params: closed({ id: Type.String() }, 'Which.'),
  query: closed({ tags: Type.Optional(Type.Array(Type.String())) }, 'How.'),
  body: closed({ size: Type.Integer() }, 'A thing.'),
  reply: Thing,
  status: 201,
});
const getNothing = route({
  method: 'GET',
  path: '/nothing',
  name: 'getNothing',
  summary: 'For tests.',
  reply: closed({}, 'Nothing.'),
});

describe('the client of the interface', () => {
  const db = freshDatabase();
  let tokens = 0;
  let made = 0;
  const service = clientService(db.app, {
    routes: [
      (app) => {
        serve(
          app,
          postThing,
          { ...accepts('evidence:write'), idempotent: true },
          async ({ params, query, body }) => {
            made++;
            return { id: params.id, tags: query.tags ?? [], size: body.size };
          },
        );
        serve(app, getNothing, open, async () => {
          throw new Problem('overloaded', 'Later.', { headers: { 'retry-after': '7' } });
        });
      },
    ],
  });
  const countTokens = () => {
    tokens = 0;
    service.app.server.on('request', ({ url }) => {
      if (url === '/api/v1/oauth/token') tokens++;
    });
  };
  const thing = { params: { id: 'a/b ?ü' }, query: { tags: ['x', 'y&z'] }, body: { size: 3 } };

  test('sends every part of a request and gives the reply', async () => {
    const client = service.clientOf(await service.register());
    assert.deepEqual(await client.call(postThing, thing), { id: 'a/b ?ü', tags: ['x', 'y&z'], size: 3 });
    assert.deepEqual((await client.call(postThing, { ...thing, query: {} })).tags, []);
  });

  test('fetches one token for all its calls, and another when that one ends', async () => {
    countTokens();
    const client = service.clientOf(await service.register());
    await Promise.all(Array.from({ length: 5 }, () => client.call(postThing, thing)));
    await client.call(postThing, thing);
    assert.equal(tokens, 1);
    service.clock.pass(571_000);
    await Promise.all(Array.from({ length: 5 }, () => client.call(postThing, thing)));
    assert.equal(tokens, 2);
  });

  test('fetches another token when the service does not know the one it has', async () => {
    const { clientId, secret } = await service.register();
    // A clock that stands still for the client: it does not see that its token has ended.
    const now = service.clock.now();
    const client = createClient({ origin: service.url, credentials: { clientId, secret }, nowMs: () => now });
    await client.call(postThing, thing);
    service.clock.pass(700_000);
    assert.equal((await client.call(postThing, thing)).size, 3);
  });

  test('does the work once under one idempotency key', async () => {
    const client = service.clientOf(await service.register());
    made = 0;
    const options = { idempotencyKey: 'one' };
    await client.call(postThing, thing, options);
    await client.call(postThing, thing, options);
    assert.equal(made, 1);
    const other = client.call(postThing, { ...thing, body: { size: 4 } }, options);
    await assert.rejects(other, { code: 'idempotency-mismatch' });
  });

  test('throws what the service says, with the time to try again', async () => {
    const client = createClient({ origin: service.url, tries: 1 });
    await assert.rejects(client.call(getNothing, {}), (error) => {
      assert.ok(error instanceof CallError);
      const { status, code, retryAfterSeconds, problem } = error;
      assert.deepEqual([status, code, retryAfterSeconds, problem?.detail], [503, 'overloaded', 7, 'Later.']);
      return true;
    });
    await assert.rejects(client.call(postThing, thing), { code: 'unauthenticated' });
  });

  test('names the fields that are wrong', async () => {
    const client = service.clientOf(await service.register());
    const call = client.call(postThing, { ...thing, body: { size: 1.5 } });
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof CallError);
      assert.deepEqual(error.problem?.errors, [{ in: 'body', path: '/size', message: 'must be integer' }]);
      return true;
    });
  });

  test('throws when it gets no token, and tries anew at its next call', async () => {
    const { clientId } = await service.register();
    const client = service.clientOf({ clientId, secret: 'wrong' });
    for (let i = 0; i < 2; i++) {
      await assert.rejects(client.call(postThing, thing), (error) => {
        assert.ok(error instanceof TokenRefused);
        assert.equal(error.error, 'invalid_client');
        return true;
      });
    }
  });

  test('throws what stands in front of the service says, though it is no problem of ours', async () => {
    const gateway = createServer((_request, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    const { port } = gateway.address() as { port: number };
    const client = createClient({
      origin: `http://127.0.0.1:${port}`,
      credentials: { clientId: 'a', secret: 'b' },
    });
    await assert.rejects(client.call(getNothing, {}), { name: 'CallError', status: 502, code: undefined });
    gateway.closeAllConnections();
    gateway.close();
  });
});
