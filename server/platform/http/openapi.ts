import fastifySwagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { SCOPES } from '../../../api/clients/scopes.ts';
import { TOKEN_PATH } from '../../../api/clients/token.ts';
import { PROBLEM_CODES, ProblemReply } from '../../../api/problem.ts';
import { API_ROOT } from '../../../api/route.ts';
import type { Importance } from './load/importance.ts';
import { statusOf } from './problem.ts';
import type { Registered, RouteTable } from './route-table.ts';
import { type Access, open } from './rules.ts';

const SCHEME = 'clientCredentials';
const SESSION = 'session';
/** The cookie that a session lives in; over plain HTTP it has no prefix. */
const COOKIE = '__Host-healthcode';

/** Describes every route in OpenAPI 3.1, made from the schemas that validate; served as `openapi.json`. */
export async function describeApi(app: FastifyInstance, table: RouteTable, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Zhejiang Health Code', version },
      components: {
        schemas: { Problem: ProblemReply as never },
        securitySchemes: {
          [SCHEME]: securityScheme(),
          [SESSION]: { type: 'apiKey', in: 'cookie', name: COOKIE },
        },
      },
    },
    convertConstToEnum: false,
    transformObject: (made) => {
      if (!('openapiObject' in made)) throw new Error('made for Swagger 2');
      for (const route of table.routes) complete(made.openapiObject.paths as Paths, route);
      return made.openapiObject;
    },
  });
  app.get(
    `${API_ROOT}/openapi.json`,
    { config: { rules: { ...open, importance: 'help' } }, schema: { hide: true } },
    async () => app.swagger(),
  );
}

function securityScheme() {
  const tokenUrl = `${API_ROOT}${TOKEN_PATH}`;
  return { type: 'oauth2' as const, flows: { clientCredentials: { tokenUrl, scopes: { ...SCOPES } } } };
}

interface Operation {
  /** What is turned away first when there is too much to do. */
  'x-importance'?: Importance;
  security?: unknown;
  parameters?: unknown[];
  responses: Record<string, unknown>;
}

type Paths = Record<string, Record<string, Operation | undefined> | undefined>;

/** Adds what the rules of a route mean for its callers. */
function complete(paths: Paths, { method, path, rules }: Registered): void {
  const operation = paths[path.replace(/:([^/]+)/g, '{$1}')]?.[method.toLowerCase()];
  if (!operation) return;
  if (rules.importance !== undefined) operation['x-importance'] = rules.importance;
  if (rules.access !== 'open') operation.security = securityOf(rules.access);
  if (rules.idempotent) {
    operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
  }
  // RFC 6749 has replies of its own for the one route that gives out tokens.
  if (path !== `${API_ROOT}${TOKEN_PATH}`) Object.assign(operation.responses, PROBLEM_RESPONSES);
}

/** Any one of these will do. */
function securityOf({ scope, citizen, role, signedIn }: Exclude<Access, 'open'>) {
  const isForSessions = citizen || signedIn || role !== undefined;
  return [
    ...(scope === undefined ? [] : [{ [SCHEME]: [scope] }]),
    ...(isForSessions ? [{ [SESSION]: [] }] : []),
  ];
}

const IDEMPOTENCY_KEY = {
  in: 'header',
  name: 'Idempotency-Key',
  required: false,
  description: 'A text of your choice: a second request with it gets the reply of the first.',
  schema: { type: 'string', minLength: 1, maxLength: 130 },
};

const PROBLEM_RESPONSES = Object.fromEntries(
  PROBLEM_CODES.map((code) => [statusOf(code), problemResponse(statusOf(code))]),
);

function problemResponse(status: number) {
  return {
    description: PROBLEM_CODES.filter((code) => statusOf(code) === status).join(', '),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}
