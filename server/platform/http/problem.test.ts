import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { PROBLEM_CODES, ProblemReply } from '../../../api/problem.ts';
import { route } from '../../../api/route.ts';
import { closed } from '../../../api/shape.ts';
import { listeningApp, noDatabase, talk } from '../../../test/http/http-app.ts';
import { DatabaseError, type FailureKind } from '../db/failure.ts';
import { Problem, statusOf } from './problem.ts';
import { open } from './rules.ts';
import { serve } from './serve.ts';

const CITIZEN = '339900199001010011';
const isProblem = Compile(ProblemReply);

const postThing = route({
  method: 'POST',
  path: '/things/:id',
  name: 'postThing',
  summary: 'For tests.',
  params: closed({ id: Type.String({ maxLength: 30 }) }, 'Which.'),
  query: closed({ limit: Type.Optional(Type.Integer({ minimum: 1 })) }, 'How many.'),
  body: closed(
    {
      person: closed({ number: Type.String({ pattern: '^[0-9]{4}$' }) }, 'Who.'),
      count: Type.Optional(Type.Integer()),
    },
    'A thing.',
  ),
  reply: closed({ id: Type.String(), limit: Type.Integer() }, 'The thing.'),
  status: 201,
});

const getFailure = route({
  method: 'GET',
  path: '/failures/:name',
  name: 'getFailure',
  summary: 'For tests.',
  params: closed({ name: Type.String() }, 'Which.'),
  reply: closed({}, 'Nothing.'),
});

const failures: Readonly<Record<string, () => unknown>> = {
  problem: () => new Problem('conflict', 'It is there already.'),
  loud: () => new Problem('conflict', `There is somebody with ${CITIZEN}.`),
  bug: () => new TypeError(`cannot read ${CITIZEN}`),
  text: () => CITIZEN,
  status: () => Object.assign(new Error(CITIZEN), { statusCode: 418 }),
  ...Object.fromEntries(
    (['unavailable', 'conflict', 'duplicate', 'invalid', 'forbidden', 'defect'] as FailureKind[]).map(
      (kind) => [kind, () => new DatabaseError(kind, '08006', `Key (number)=(${CITIZEN})`)],
    ),
  ),
};

describe('a problem', () => {
  const served = listeningApp(noDatabase, {
    routes: [
      (app) =>
        serve(app, postThing, open, async ({ params, query }) => ({
          id: params.id,
          limit: query.limit ?? 0,
        })),
      (app) =>
        serve(app, getFailure, open, async ({ params }) => {
          throw failures[params.name]!();
        }),
    ],
  });
  const ask = (path: string, init?: RequestInit) => fetch(`${served.url}/api/v1${path}`, init);
  const post = (body: unknown, path = '/things/a', type = 'application/json') =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const told = async (response: Response, code: string): Promise<ProblemReply> => {
    const text = await response.text();
    assert.doesNotMatch(text, new RegExp(CITIZEN));
    const reply = JSON.parse(text);
    assert.ok(isProblem.Check(reply), text);
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
    assert.deepEqual([reply.code, reply.status], [code, response.status]);
    assert.equal(reply.type, `urn:healthcode:problem:${code}`);
    assert.match(reply.instance, /^urn:uuid:[0-9a-f-]{36}$/);
    return reply;
  };

  test('has one status for each code', () => {
    for (const code of PROBLEM_CODES) assert.ok(statusOf(code) >= 400 && statusOf(code) < 600, code);
  });

  test('does not occur where the request is right', async () => {
    const response = await post({ person: { number: '1234' } }, '/things/a?limit=3');
    assert.deepEqual([response.status, await response.json()], [201, { id: 'a', limit: 3 }]);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(response.headers.get('server'), null);
  });

  // biome-ignore format: a table reads better as a table
  const broken: readonly (readonly [what: string, body: unknown, path: string, fault: string])[] = [
    ['a field that breaks its pattern', { person: { number: CITIZEN } }, '/things/a', 'body /person/number must match pattern "^[0-9]{4}$"'],
    ['a missing field', { person: {} }, '/things/a', 'body /person/number is missing'],
    ['an unknown field', { person: { number: '1234' }, more: 1 }, '/things/a', 'body  has an unknown field more'],
    ['an unknown field that is a number', { person: { number: '1234', [CITIZEN]: 1 } }, '/things/a', 'body /person has an unknown field'],
    ['a number as text', { person: { number: '1234' }, count: '1' }, '/things/a', 'body /count must be integer'],
    ['a text as number', { person: { number: 1234 } }, '/things/a', 'body /person/number must be string'],
    ['no object', [CITIZEN], '/things/a', 'body  must be object'],
    ['a query out of bounds', { person: { number: '1234' } }, '/things/a?limit=0', 'query /limit must be >= 1'],
    ['a query that is no number', { person: { number: '1234' } }, `/things/a?limit=${CITIZEN}x`, 'query /limit must be integer'],
    ['an unknown query', { person: { number: '1234' } }, '/things/a?lim=1', 'query  has an unknown field lim'],
    ['a path that is too long', { person: { number: '1234' } }, `/things/${CITIZEN}${CITIZEN}`, 'path /id must not have more than 30 characters'],
  ];
  for (const [what, body, path, fault] of broken) {
    test(`names the field and the rule for ${what}, not the value`, async () => {
      const { errors } = await told(await post(body, path), 'invalid');
      assert.deepEqual(
        errors?.map((error) => `${error.in} ${error.path} ${error.message}`),
        [fault],
      );
    });
  }

  // biome-ignore format: a table reads better as a table
  const requests: readonly (readonly [what: string, code: string, ask: () => Promise<Response>])[] = [
    ['JSON that is broken', 'invalid', () => post(`{"number":"${CITIZEN}"`)],
    ['JSON with a prototype', 'invalid', () => post('{"person":{"number":"1234"},"__proto__":{}}')],
    ['an empty body', 'invalid', () => post('')],
    ['no body', 'invalid', () => ask('/things/a', { method: 'POST' })],
    ['plain text', 'unsupported-media-type', () => post(CITIZEN, '/things/a', 'text/plain')],
    ['lines of JSON where none are read', 'unsupported-media-type', () => post('{}', '/things/a', 'application/x-ndjson')],
    ['a form', 'unsupported-media-type', () => post('a=1', '/things/a', 'application/x-www-form-urlencoded')],
    ['a content type that is none', 'unsupported-media-type', () => post('{}', '/things/a', CITIZEN)],
    ['an address that nobody has', 'not-found', () => ask(`/people/${CITIZEN}`)],
    ['a method that an address does not have', 'method-not-allowed', () => ask('/things/a', { method: 'DELETE' })],
    ['a malformed address', 'invalid', () => ask(`/things/${CITIZEN}%`)],
    ['a very long part of an address', 'uri-too-long', () => post({}, `/things/${'x'.repeat(201)}`)],
    ['a body over the limit', 'too-large', () => post(`"${'x'.repeat(1_048_576)}"`)],
  ];
  for (const [what, code, request] of requests) {
    test(`is ${code} for ${what}`, async () => void (await told(await request(), code)));
  }

  test('says which methods an address has', async () => {
    const response = await ask('/things/a', { method: 'PUT' });
    assert.equal(response.headers.get('allow'), 'POST');
  });

  test('that a use case throws is told as it is', async () => {
    const { detail } = await told(await ask('/failures/problem'), 'conflict');
    assert.equal(detail, 'It is there already.');
  });

  test('that a use case throws with a number of somebody in it is told without the number', async () => {
    const { detail } = await told(await ask('/failures/loud'), 'conflict');
    assert.equal(detail, 'There is somebody with ***.');
  });

  for (const name of ['unavailable', 'conflict']) {
    test(`is unavailable, with a time to try again, when the database says ${name}`, async () => {
      const response = await ask(`/failures/${name}`);
      assert.equal(response.headers.get('retry-after'), '2');
      assert.equal((await told(response, 'unavailable')).detail, undefined);
    });
  }

  for (const name of ['bug', 'text', 'status', 'duplicate', 'invalid', 'forbidden', 'defect']) {
    test(`is internal and says nothing for a fault of the program: ${name}`, async () => {
      const { instance, ...reply } = await told(await ask(`/failures/${name}`), 'internal');
      assert.deepEqual(reply, {
        type: 'urn:healthcode:problem:internal',
        title: 'A fault of the service',
        status: 500,
        code: 'internal',
      });
      const line = JSON.parse(served.lines.at(-1)!);
      assert.equal(`urn:uuid:${line.requestId}`, instance);
      assert.equal(line.route, '/api/v1/failures/:name');
    });
  }

  test('of the program is logged with its class and its place, and no request is logged otherwise', async () => {
    const before = served.lines.length;
    await ask('/failures/bug');
    await ask('/failures/problem');
    await post({ person: { number: '1234' } });
    const [line, ...others] = served.lines.slice(before).map((text) => JSON.parse(text));
    assert.deepEqual(others, []);
    assert.equal(line.error, 'TypeError');
    assert.match(line.at, /problem\.test\.ts/);
  });

  test('is the answer to what is not HTTP', async () => {
    const reply = await talk(served.port, [`${CITIZEN}\r\n\r\n`]);
    assert.match(reply, /^HTTP\/1\.1 400 Bad Request\r\n/);
    assert.match(reply, /\r\ncontent-type: application\/problem\+json\r\n/);
    assert.ok(isProblem.Check(JSON.parse(reply.slice(reply.indexOf('\r\n\r\n')))));
    assert.doesNotMatch(reply, new RegExp(CITIZEN));
  });
});
