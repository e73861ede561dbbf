// A process of the benchmark `overload`: Fastify, which replies 503 to everything, or what the service does before its routes,
// with its one place taken for good. It tells its parent the port.
import fastify from 'fastify';
import { type App, type AppDeps, createApp } from '../../server/platform/http/app.ts';
import { open } from '../../server/platform/http/rules.ts';
import { createLog } from '../../server/platform/log/log.ts';
import { createMetrics } from '../../server/platform/metrics/metrics.ts';

const BODY = JSON.stringify({ code: 'overloaded', status: 503 });
const HOST = '127.0.0.1';

const [port, fill] = process.argv[2] === 'service' ? await serveFull() : await serveConstant();
fill();
process.send!({ port });
process.on('disconnect', () => process.exit());

async function serveConstant(): Promise<readonly [number, () => void]> {
  const app = fastify();
  app.get('/api/v1/*', (_request, reply) =>
    reply.code(503).header('retry-after', '1').type('application/problem+json').send(BODY),
  );
  await app.listen({ host: HOST, port: 0 });
  return [(app.server.address() as { port: number }).port, () => {}];
}

async function serveFull(): Promise<readonly [number, () => void]> {
  const log = createLog({ clock: Date.now, write: (line) => console.error(line), onPersonalData: 'throw' });
  // Nothing is looked at of what is refused.
  const nothing = {} as Pick<AppDeps, 'db' | 'tokenKeys'>;
  const rules = { ...open, importance: 'showing' } as const;
  const app: App = await createApp(
    { ...nothing, clock: Date.now, log, metrics: createMetrics() },
    {
      routes: [(scope) => void scope.get('/me/code', { config: { rules } }, () => new Promise(() => {}))],
      authenticate: () => Promise.reject(new Error('nobody calls anything else')),
      ready: async () => undefined,
      version: '0.0.0',
      limits: { running: 1 },
    },
  );
  const url = await app.listen({ host: HOST, port: 0 });
  return [Number(new URL(url).port), () => void fetch(`${url}/api/v1/me/code`)];
}
