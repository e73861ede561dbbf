import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../../signer/socket/listen.ts';

/** What is started is the program as a user starts it; nothing of it is loaded here. */
const PROGRAM = join(import.meta.dirname, '../..', 'cli', 'bin.js');
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** How often the signer of another process is looked for. */
const STAND_BY_MS = 1_000;
/** One that ran for so long had begun well. */
const WELL_MS = 10_000;
const MOST_SAID = 500;

/** A signer that belongs to this process. */
export interface SignerProcess {
  readonly pid: () => number | undefined;
  readonly stop: () => Promise<void>;
}

/**
 * Keeps a signer running as a child: when it ends it is started again, and it ends with this process, however that ends.
 * Where another process has one on the same folder already, none is started before that one has ended. `onEnded` is told what it said last.
 */
export function keepSigner(
  folder: string,
  socket: string,
  onEnded: (said: string) => void,
  standByMs = STAND_BY_MS,
): SignerProcess {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopping = false;
  let pauseMs = FIRST_PAUSE_MS;
  const start = async () => {
    // Another process has one on this folder: to start a second one would only end it again.
    if (existsSync(socket) && (await isAlive(socket))) {
      if (!isStopping) timer = setTimeout(start, standByMs).unref();
      return;
    }
    if (isStopping) return;
    const startedMs = performance.now();
    const made = startChild(folder, socket);
    child = made.child;
    made.child.once('close', () => {
      child = undefined;
      if (isStopping) return;
      onEnded(made.said());
      pauseMs =
        performance.now() - startedMs > WELL_MS ? FIRST_PAUSE_MS : Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      timer = setTimeout(start, pauseMs).unref();
    });
  };
  void start();
  return {
    pid: () => child?.pid,
    stop: async () => {
      isStopping = true;
      clearTimeout(timer);
      const last = child;
      if (!last) return;
      const ended = new Promise<void>((done) => last.once('exit', () => done()));
      last.ref();
      last.stdin?.end();
      // One that has only begun to start does not read its input yet.
      last.kill('SIGTERM');
      await ended;
    },
  };
}

function startChild(folder: string, socket: string) {
  const args = ['signer', '--keys', folder, '--socket', socket, '--until-input-ends'];
  const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MOST_SAID);
  });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  // The signer alone keeps no process from ending.
  child.unref();
  for (const stream of [child.stdin, child.stderr]) (stream as unknown as { unref: () => void }).unref();
  return { child, said: () => said.trim() };
}
