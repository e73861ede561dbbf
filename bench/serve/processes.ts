import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuOf, cpuSince, type Trial } from '../trial.ts';
import type { Answered, Asked, Asking } from './load.ts';

/** A server that runs, in so many processes that share a port. */
export interface Serving {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** Starts one of the servers of this folder. */
export async function startServing(
  file: 'server.ts' | 'reference-server.ts',
  argument: object,
): Promise<Serving> {
  const server = start(file, argument);
  const { port } = (await heard(server)) as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    pid: server.pid!,
    stop: async () => {
      server.disconnect();
      await once(server, 'exit');
    },
  };
}

/** One step: who is asked for what, and how long. */
export interface Step {
  readonly name: string;
  readonly serving: Serving;
  readonly requests: readonly Asked[];
  /** Makes them anew before it counts, where they do not live for long. */
  readonly renew?: () => readonly Asked[] | Promise<readonly Asked[]>;
  /** The status of every reply; 200 when missing. */
  readonly status?: number;
  readonly seconds: number;
  /** So many serve. */
  readonly processes: number;
  /** Over so many is asked at a time, for each of them. */
  readonly connections: number;
  /** Where the requests are written for the process that asks. */
  readonly folder: string;
  readonly trial: Trial;
  readonly signerPid: number;
}

/** What came of a step: CPU times in µs. */
export interface Measured extends Answered {
  readonly serverUs: number;
  readonly postgresUs: number;
  readonly signerUs: number;
}

/** Code that was not run often yet is not compiled well: a process that serves has answered more than that. */
const WARMING_REPLIES = 20_000;

/** Asks from a process of its own, first for nothing, then for the measure. */
export async function measure(step: Step): Promise<Measured> {
  const { name, serving, requests, status = 200, seconds, processes, folder, trial, signerPid } = step;
  const requestsFile = join(folder, 'requests.json');
  const write = (asked: readonly Asked[]) => writeFileSync(requestsFile, JSON.stringify(asked));
  write(requests);
  const asking: Asking = {
    ...{ url: serving.url, requestsFile, status, seconds },
    ...{ connections: processes * step.connections, warmingReplies: processes * WARMING_REPLIES },
  };
  const load = start('load.ts', asking);
  await heard(load);
  if (step.renew) write(await step.renew());
  load.send('count');
  await heard(load);
  const before = { server: cpuOf(serving.pid), trial: trial.cpu(), signer: cpuOf(signerPid) };
  const answered = (await heard(load)) as Answered;
  const measured = {
    ...answered,
    serverUs: cpuOf(serving.pid) - before.server,
    signerUs: cpuOf(signerPid) - before.signer,
    postgresUs: cpuSince(trial, before.trial).postgres,
  };
  await once(load, 'exit');
  if (answered.failed > 0) throw new Error(`${name}: ${answered.failed} replies failed`);
  return measured;
}

function start(file: string, argument: object): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(argument)]);
}

/** What a process tells next; an error when it ends instead. */
async function heard(child: ChildProcess): Promise<unknown> {
  const [told] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [])]);
  if (told === undefined) throw new Error('a process of the benchmark has ended early');
  return told;
}

/** The bytes of one reply, held against the status that it must have. */
export async function replyTo(
  { url }: Serving,
  { method, path, headers, body }: Asked,
  status = 200,
): Promise<Response> {
  const init = { method, ...(headers && { headers }), ...(body !== undefined && { body }) };
  const response = await fetch(`${url}${path}`, init);
  if (response.status !== status)
    throw new Error(`${path}: ${response.status} ${(await response.text()).slice(0, 500)}`);
  return response;
}
