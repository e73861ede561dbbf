// A process of the benchmark `serve`: what is constant, and rows by their key, by plain Fastify in so many processes that share a port.
import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import pg from 'pg';
import { HOST, serveTogether } from './serve-together.ts';

/** Signatures of P-256 that are made, and verified, before a constant is replied. */
export interface Signatures {
  readonly made: number;
  readonly verified: number;
}

/** A constant reply at an address of its own. */
export interface Constant {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** The JSON of an object, which Fastify prints each time; or bytes as base64, which it sends as they are, with headers. */
  readonly body:
    | { readonly json: string }
    | { readonly bytes: string; readonly headers: Readonly<Record<string, string>> };
  /** Without a body, when it is 304. */
  readonly status: number;
  readonly signatures?: Signatures;
}

/** What the references serve. */
export interface References {
  readonly processes: number;
  readonly constants: readonly Constant[];
  /** Reaches the database for rows. */
  readonly url: string;
}

/** What a signature is made over: as long as a pass. */
const MESSAGE = randomBytes(96);
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const SIGNED = sign('sha256', MESSAGE, privateKey);
const { processes, constants, url } = JSON.parse(process.argv[2]!) as References;

await serveTogether(import.meta.url, processes, async (port) => {
  const app = fastify();
  for (const constant of constants) addConstant(app, constant);
  addRows(app);
  await app.listen({ host: HOST, port });
});

function addConstant(app: FastifyInstance, { method, path, body, status, signatures }: Constant): void {
  if ('bytes' in body) {
    const bytes = Buffer.from(body.bytes, 'base64');
    const { headers } = body;
    app.get(path, (_request, reply) =>
      status === 304 ? reply.code(304).headers(headers).send() : reply.headers(headers).send(bytes),
    );
    return;
  }
  const object = JSON.parse(body.json) as object;
  const reply = async () => {
    if (signatures) bareSignatures(signatures);
    return object;
  };
  app.route({ method, url: path, handler: reply });
}

/** With keys that are ready, and nothing around it. */
function bareSignatures({ made, verified }: Signatures): void {
  for (let i = 0; i < made; i++) sign('sha256', MESSAGE, privateKey);
  for (let i = 0; i < verified; i++) verify('sha256', MESSAGE, publicKey, SIGNED);
}

/** One row by its primary key for each request, by a named statement. */
function addRows(app: FastifyInstance): void {
  const pool = new pg.Pool({ connectionString: url, max: 8 });
  app.get<{ Params: { id: string } }>('/rows/:id', async ({ params }) => {
    const statement =
      'select person_id, number, colour, next_change_at, result from assessment where person_id = $1 and number = 1';
    const { rows } = await pool.query({ name: 'row', text: statement, values: [params.id] });
    return rows[0];
  });
}
