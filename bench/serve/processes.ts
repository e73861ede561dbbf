import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuOf, cpuSince, DATABASE, type Trial } from '../trial.ts';
import type { Answered, Asked, Asking } from './load.ts';
import type { Served } from './server.ts';

/** What is asked in one step. */
export interface Load {
  readonly name: string;
  /** Made anew before each use: what is shown lives for seconds. */
  readonly requests: () => readonly Asked[] | Promise<readonly Asked[]>;
}

/** One step: what is served, by how many processes, and what is asked. */
export interface Step {
  readonly what: Served['what'];
  readonly processes: number;
  /** The JSON of what is constant. */
  readonly text?: string;
  /** Signatures that are made and verified before what is constant is replied. */
  readonly signatures?: Served['signatures'];
  /** The process that signs. */
  readonly signer: { readonly socket: string; readonly pid: number };
  /** Where the requests are written for the process that asks. */
  readonly folder: string;
  readonly load: Load;
}

/** What came of a step: CPU times in µs. */
export interface Measured extends Answered {
  readonly serverUs: number;
  readonly postgresUs: number;
  readonly signerUs: number;
  readonly loadUs: number;
  /** One reply. */
  readonly text: string;
}

const CONNECTIONS = 64;
/** Code that was not run often yet is not compiled well: a service that runs has answered more than that. */
const WARMING_REPLIES = 60_000;
const SECONDS = 5;

/** Serves in processes of their own, asks from another one, and measures both. */
export async function measureServing(
  trial: Trial,
  { what, processes, text = '', signatures, signer, folder, load }: Step,
): Promise<Measured> {
  const { socket, pid } = signer;
  const served: Served = {
    ...{ what, processes, text, site: trial.site, url: trial.url(DATABASE), socket },
    ...(signatures && { signatures }),
  };
  const server = start('server.ts', served);
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }];
    const requestsFile = join(folder, 'requests.json');
    const url = `http://127.0.0.1:${port}`;
    const asking = { url, connections: CONNECTIONS, requestsFile };
    const write = async () => {
      const requests = await load.requests();
      writeFileSync(requestsFile, JSON.stringify(requests));
      return requests[0]!;
    };
    const reply = await replyTo(url, await write());
    await ask({ ...asking, replies: WARMING_REPLIES });
    await write();
    const before = { server: cpuOf(server.pid!), trial: trial.cpu(), signer: cpuOf(pid) };
    const answered = await ask({ ...asking, seconds: SECONDS });
    if (answered.failed > 0) throw new Error(`${load.name}: ${answered.failed} replies failed`);
    return {
      ...answered,
      serverUs: cpuOf(server.pid!) - before.server,
      signerUs: cpuOf(pid) - before.signer,
      postgresUs: cpuSince(trial, before.trial).postgres,
      loadUs: answered.cpuUs,
      text: reply,
    };
  } finally {
    server.disconnect();
    await once(server, 'exit');
  }
}

function start(file: string, argument: object): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(argument)]);
}

async function ask(asking: Asking): Promise<Answered> {
  const load = start('load.ts', asking);
  const [answered] = (await once(load, 'message')) as [Answered];
  await once(load, 'exit');
  return answered;
}

async function replyTo(url: string, { method, path, headers, body }: Asked): Promise<string> {
  const init = { method, ...(headers && { headers }), ...(body !== undefined && { body }) };
  const response = await fetch(`${url}${path}`, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return text;
}
