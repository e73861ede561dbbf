// A process of the benchmark `serve`: what it serves, in so many processes that share a port. It tells its parent the port.
import cluster from 'node:cluster';
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastify from 'fastify';
import pg from 'pg';
import { type Installation, openInstallation, type Site } from '../../server/installation.ts';
import { createLog } from '../../server/platform/log/log.ts';
import { startService } from '../../server/start-service.ts';

/** What is served: the service, a constant object or text, or one row by its primary key. */
export interface Served {
  readonly what: 'service' | 'object' | 'text' | 'row';
  readonly processes: number;
  readonly site: Site;
  /** Reaches the database for the row. */
  readonly url: string;
  /** The JSON of what is constant. */
  readonly text: string;
  /** So many signatures of P-256 are made, and verified, before what is constant is replied. */
  readonly signatures?: { readonly made: number; readonly verified: number };
  /** Where the signer listens. */
  readonly socket: string;
}

const HOST = '127.0.0.1';
/** What a signature is made over: as long as a pass. */
const MESSAGE = randomBytes(96);
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SIGNED = sign('sha256', MESSAGE, privateKey);
const { what, processes, site, url, text, signatures, socket } = JSON.parse(process.argv[2]!) as Served;

if (cluster.isPrimary) {
  const port = await freePort();
  cluster.setupPrimary({ exec: fileURLToPath(import.meta.url), args: [process.argv[2]!] });
  for (let i = 0; i < processes; i++) {
    const worker = cluster.fork({ PORT: String(port) });
    await once(worker, 'listening');
  }
  process.send!({ port });
  process.on('disconnect', () => process.exit());
} else {
  const port = Number(process.env.PORT);
  await { service: serveService, object: serveObject, text: serveText, row: serveRow }[what](port);
  process.on('disconnect', () => process.exit());
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function serveService(port: number): Promise<void> {
  const installation: Installation = await openInstallation(site, Date.now());
  const log = createLog({ clock: Date.now, write: (line) => console.error(line), onPersonalData: 'throw' });
  const usual = { host: HOST, port, turnsCodes: false, version: '0.0.0' };
  const config = { ...usual, limits: { running: 1_024 }, signer: { socket } };
  await startService(installation, config, Date.now, log);
}

/** A constant object, which Fastify prints each time. */
async function serveObject(port: number): Promise<void> {
  const app = fastify();
  const object = JSON.parse(text) as object;
  const reply = async () => {
    bareSignatures();
    return object;
  };
  app.get('/', reply);
  // The same requests as those to the service: what comes along is read, and thrown away.
  app.get('/api/v1/*', reply);
  app.post('/api/v1/*', reply);
  await app.listen({ host: HOST, port });
}

/** The plainest reply that Fastify gives: a text that is printed already. */
async function serveText(port: number): Promise<void> {
  const app = fastify();
  app.get('/', (_request, reply) => reply.type('application/json; charset=utf-8').send(text));
  await app.listen({ host: HOST, port });
}

/** One row by its primary key for each request, by a named statement. */
async function serveRow(port: number): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  const app = fastify();
  app.get<{ Params: { id: string } }>('/:id', async ({ params }) => {
    const statement =
      'select person_id, number, colour, next_change_at, result from assessment where person_id = $1 and number = 1';
    const { rows } = await pool.query({ name: 'row', text: statement, values: [params.id] });
    return rows[0];
  });
  await app.listen({ host: HOST, port });
}

/** With keys that are ready, and nothing around it. */
function bareSignatures(): void {
  const { made = 0, verified = 0 } = signatures ?? {};
  for (let i = 0; i < made; i++) sign('sha256', MESSAGE, privateKey);
  for (let i = 0; i < verified; i++) verify('sha256', MESSAGE, publicKey, SIGNED);
}
