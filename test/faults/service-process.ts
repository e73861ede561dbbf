import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { PROGRAM } from '../program.ts';
import { until } from '../until.ts';
import type { Site } from './site.ts';

/** `healthcode` in a process of its own. */
export interface Process {
  readonly child: ChildProcess;
  /** What it has said on stdout and stderr so far. */
  readonly said: () => string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly kill: () => Promise<void>;
}

/** A service in a process of its own, that has said that it is ready. */
export interface ServiceProcess extends Process {
  readonly url: string;
  /** Asks it to stop, as a supervisor does. */
  readonly stop: () => Promise<number | NodeJS.Signals>;
}

/** How long a service may take to start on a machine that has much else to do. */
const START_MS = 180_000;

/** Runs a command of `healthcode`, of this release unless the program of another is given, on an installation. */
export function startProcess(site: Site, args: readonly string[], program = PROGRAM): Process {
  const { DATABASE_URL: _, ...inherited } = process.env;
  const child = spawn(process.execPath, [program, ...args, ...site.args], {
    env: { ...inherited, ...site.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      site.hear(text);
    });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  site.onEnd(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    said: () => said,
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Starts the service and waits until it is ready. */
export async function startServing(
  site: Site,
  port: number,
  options: readonly string[] = [],
  program = PROGRAM,
): Promise<ServiceProcess> {
  const running = startProcess(site, ['serve', '--port', String(port), ...options], program);
  const { child, said, ended } = running;
  const url = () => / is ready at (http:\S+)\n/.exec(said())?.[1];
  await until(() => url() !== undefined || child.exitCode !== null, START_MS);
  if (url() === undefined) throw new Error(`the service does not start: ${said()}`);
  const stop = async () => {
    child.kill('SIGTERM');
    return ended;
  };
  return { ...running, url: url()!, stop };
}

/** A port that was free a moment ago, so that a service can come back where it was. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
