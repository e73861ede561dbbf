import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { TYPESCRIPT } from '../cli/typescript/options.ts';

/** A process of its own that uses the embedded server on a folder. */
export interface EmbeddedProcess {
  /** Reaches the server as its administrator. */
  readonly url: string;
  readonly leave: () => Promise<void>;
  /** Kills it with everything that it started, as far as that is in its session, as a lost terminal does. */
  readonly kill: () => Promise<void>;
}

/** Starts a process that starts or joins the server on a folder, and leaves it when a test has ended, at the latest. */
export async function embeddedProcess(t: TestContext, folder: string): Promise<EmbeddedProcess> {
  const program = join(import.meta.dirname, 'embedded-process.ts');
  const child = spawn(process.execPath, [...TYPESCRIPT, program, folder], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const url = await firstLine(child);
  t.after(() => child.exitCode ?? child.signalCode ?? ended(child, () => child.stdin.end()));
  return {
    url,
    leave: () => ended(child, () => child.stdin.end()),
    kill: () => ended(child, () => process.kill(-child.pid!, 'SIGKILL')),
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the process ended without a word');
}

async function ended(child: ChildProcess, end: () => void): Promise<void> {
  const exit = once(child, 'exit');
  end();
  await exit;
}

/** The number of the process of the server on a folder, as it wrote it down; undefined when it has left properly. */
export function serverPid(folder: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8'), 10);
  } catch {
    return undefined;
  }
}
