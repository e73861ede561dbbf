import fastifyCookie from '@fastify/cookie';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawReplyDefaultExpression,
  type RawRequestDefaultExpression,
  type RawServerDefault,
} from 'fastify';
import { API_ROOT } from '../../../api/route.ts';
import type { Deps } from '../../deps.ts';
import { keepReplies } from '../idempotency/keep-replies.ts';
import { type Authenticate, guardAccess, type Recognise } from './access.ts';
import { answerClientError } from './client-error.ts';
import { createErrorHandler } from './error-handler.ts';
import { frameworkLog } from './framework-log.ts';
import { healthRoutes } from './health-routes.ts';
import { bodyWithin, readOnlyJson } from './load/bodies.ts';
import { boundConnections } from './load/connections.ts';
import { drainOnClose } from './load/drain.ts';
import { limitRunning } from './load/in-flight.ts';
import { type Drain, type Limits, USUAL_DRAIN, USUAL_LIMITS } from './load/limits.ts';
import { describeApi } from './openapi.ts';
import { servePages } from './pages/pages.ts';
import { Problem } from './problem.ts';
import { sendReadyFirst } from './ready-files.ts';
import { keepRouteTable, type RouteTable } from './route-table.ts';
import { SAFE_HEADERS } from './safe-headers.ts';
import { compileValidator } from './validation.ts';

/** The HTTP side of the service, to which subjects add their routes. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Adds the routes of one subject, below the root of the interface. */
export type Routes = (app: App) => void | Promise<void>;

/** What an app is made of. */
export interface AppParts {
  readonly routes: readonly Routes[];
  readonly authenticate: Authenticate;
  /** Missing where nobody can sign in. */
  readonly recognise?: Recognise;
  /** Why the service cannot work now; undefined when it can. */
  readonly ready: () => Promise<string | undefined>;
  readonly version: string;
  /** The folder of the built pages; missing where there are none. */
  readonly pagesFolder?: string;
  readonly limits?: Partial<Limits>;
  readonly drain?: Partial<Drain>;
}

/** What an app needs of the service. */
export type AppDeps = Pick<Deps, 'db' | 'clock' | 'log' | 'metrics' | 'tokenKeys'>;

/** Makes the HTTP side of the service. It listens when told to, and `close()` drains it. */
export async function createApp(deps: AppDeps, parts: AppParts): Promise<App> {
  const limits = { ...USUAL_LIMITS, ...parts.limits };
  const app = makeServer(deps, limits);
  const isAnswering = boundConnections(app.server, limits.connections);
  const stopping = drainOnClose(app, { ...USUAL_DRAIN, ...parts.drain }, isAnswering);
  app.decorate('stopping', stopping);
  app.decorate('readyFiles', sendReadyFirst(app.server, { metrics: deps.metrics, stopping }));
  const table = keepRouteTable(app);
  readOnlyJson(app);
  app.setValidatorCompiler(compileValidator);
  handleFailures(app, deps, table);
  app.decorateRequest('rules', null);
  app.addHook('onRequest', (request, _reply, done) => {
    request.rules = request.routeOptions.config.rules ?? null;
    done();
  });
  limitRunning(app, { most: limits.running, metrics: deps.metrics });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(SAFE_HEADERS);
    done();
  });
  measureRequests(app, deps);
  await app.register(fastifyCookie);
  guardAccess(app, { authenticate: parts.authenticate, recognise: parts.recognise ?? nobody });
  app.addHook('onRoute', (route) => {
    // Of these no body is ever read.
    if (route.method === 'GET' || route.method === 'HEAD') return;
    const within = bodyWithin(route.config?.rules?.bodySeconds ?? limits.bodySeconds);
    route.preParsing = [within.preParsing, ...[route.preParsing ?? []].flat()];
    route.preValidation = [within.preValidation, ...[route.preValidation ?? []].flat()];
  });
  keepReplies(app, deps);
  await describeApi(app, table, parts.version);
  if (parts.pagesFolder !== undefined) servePages(app, parts.pagesFolder);
  healthRoutes(app, { metrics: deps.metrics, ready: parts.ready, stopping });
  await app.register(
    async (root) => {
      for (const routes of parts.routes) await root.register(async (scope) => routes(scope as App));
    },
    { prefix: API_ROOT },
  );
  return app;
}

function makeServer({ log }: AppDeps, limits: Limits): App {
  return fastify({
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersSeconds * 1_000,
      connectionsCheckingInterval: limits.checkSeconds * 1_000,
    },
    requestTimeout: limits.requestSeconds * 1_000,
    connectionTimeout: limits.silenceSeconds * 1_000,
    keepAliveTimeout: limits.keepAliveSeconds * 1_000,
    maxRequestsPerSocket: limits.requestsPerConnection,
    bodyLimit: limits.bodyBytes,
    trustProxy: false,
    requestIdHeader: false,
    // Only what fails gets an id, when it does.
    genReqId: () => '',
    loggerInstance: frameworkLog(log),
    logController: new LogController({ disableRequestLogging: true }),
    pluginTimeout: 0,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: answerClientError,
    frameworkErrors: createErrorHandler(log),
  }).withTypeProvider<TypeBoxTypeProvider>() as App;
}

const nobody: Recognise = () => {
  throw new Problem('unauthenticated', 'Nobody can sign in here.');
};

function handleFailures(app: App, { log }: AppDeps, table: RouteTable): void {
  app.setErrorHandler(createErrorHandler(log));
  app.setNotFoundHandler((request) => {
    const methods = table.methodsAt(request.url);
    if (methods.length === 0) throw new Problem('not-found', '');
    throw new Problem('method-not-allowed', '', { headers: { allow: methods.join(', ') } });
  });
}

function measureRequests(app: App, { metrics }: AppDeps): void {
  app.addHook('onResponse', (request, reply, done) => {
    // How long a reply was held open says nothing about how long people wait.
    if (request.rules?.lasting) return done();
    const { url: route = 'none' } = request.routeOptions;
    metrics.request(request.method, route, reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
}
