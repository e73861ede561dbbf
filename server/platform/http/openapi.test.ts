import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Type } from 'typebox';
import { PROBLEM_CODES, ProblemReply } from '../../../api/problem.ts';
import { route } from '../../../api/route.ts';
import { closed } from '../../../api/shape.ts';
import { listeningApp, noDatabase, startApp } from '../../../test/http/http-app.ts';
import { statusOf } from './problem.ts';
import { accepts, open } from './rules.ts';
import { serve } from './serve.ts';

const putThing = route({
  method: 'PUT',
  path: '/things/:id',
  name: 'putThing',
  summary: 'Puts a thing in its place.',
  params: closed({ id: Type.String({ description: 'Which.' }) }, 'Which.'),
  query: closed({ dry: Type.Optional(Type.Boolean({ description: 'Only try.' })) }, 'How.'),
  body: closed({ name: Type.String(), size: Type.Optional(Type.Integer({ maximum: 9 })) }, 'A thing.'),
  reply: closed({ id: Type.String() }, 'The thing.'),
  status: 201,
});
const getThings = route({
  method: 'GET',
  path: '/things',
  name: 'getThings',
  summary: 'All things.',
  reply: closed({ count: Type.Integer() }, 'The things.'),
});

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required: boolean;
}

type Content = Readonly<Record<string, { readonly schema: unknown }>>;

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content: Content }>>;
  readonly security?: unknown;
}

/** The parts of an OpenAPI document that these tests look at. */
interface Description {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<'get' | 'put', Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly securitySchemes: {
      readonly clientCredentials: {
        readonly flows: {
          readonly clientCredentials: { readonly tokenUrl: string; readonly scopes: object };
        };
      };
    };
  };
}

describe('the description of the interface', () => {
  const served = listeningApp(noDatabase, {
    version: '1.2.3',
    routes: [
      (app) => {
        serve(
          app,
          putThing,
          { ...accepts('evidence:write'), idempotent: true },
          async ({ params }) => params,
        );
        serve(app, getThings, open, async () => ({ count: 0 }));
      },
    ],
  });
  const read = async () => (await (await fetch(`${served.url}/api/v1/openapi.json`)).json()) as Description;

  test('is OpenAPI 3.1 of this version', async () => {
    const { openapi, info } = await read();
    assert.deepEqual([openapi, info.version], ['3.1.0', '1.2.3']);
  });

  test('tells paths, parameters, bodies and replies of each route, and no route for watchers', async () => {
    const { paths } = await read();
    assert.deepEqual(Object.keys(paths), ['/api/v1/things/{id}', '/api/v1/things']);
    const { put } = paths['/api/v1/things/{id}']!;
    assert.deepEqual([put.operationId, put.summary], ['putThing', 'Puts a thing in its place.']);
    assert.deepEqual(
      put.parameters.map((parameter) => [parameter.in, parameter.name, parameter.required].join(' ')),
      ['query dry false', 'path id true', 'header Idempotency-Key false'],
    );
    const body = put.requestBody.content['application/json']!.schema;
    assert.deepEqual(body, {
      type: 'object',
      description: 'A thing.',
      required: ['name'],
      properties: { name: { type: 'string' }, size: { type: 'integer', maximum: 9 } },
      additionalProperties: false,
    });
    assert.deepEqual(Object.keys(put.responses['201']!.content), ['application/json']);
  });

  test('lists every problem for every route', async () => {
    const { paths, components } = await read();
    const statuses = [...new Set(PROBLEM_CODES.map(statusOf))].map(String);
    for (const operation of [paths['/api/v1/things']!.get, paths['/api/v1/things/{id}']!.put]) {
      for (const status of statuses) {
        const { schema } = operation.responses[status]!.content['application/problem+json']!;
        assert.deepEqual(schema, { $ref: '#/components/schemas/Problem' });
      }
    }
    assert.deepEqual(components.schemas.Problem, JSON.parse(JSON.stringify(ProblemReply)));
  });

  test('says where tokens come from, and which scope a route needs', async () => {
    const { paths, components } = await read();
    const { flows } = components.securitySchemes.clientCredentials;
    assert.equal(flows.clientCredentials.tokenUrl, '/api/v1/oauth/token');
    assert.ok('evidence:write' in flows.clientCredentials.scopes);
    assert.deepEqual(paths['/api/v1/things/{id}']!.put.security, [{ clientCredentials: ['evidence:write'] }]);
    assert.equal(paths['/api/v1/things']!.get.security, undefined);
  });

  test('is refused, as the whole start is, for a route that does not say who may call it', async () => {
    const starting = startApp(noDatabase, { routes: [(app) => void app.get('/secret', async () => ({}))] });
    await assert.rejects(starting, { message: 'GET /api/v1/secret does not say who may call it' });
  });
});
