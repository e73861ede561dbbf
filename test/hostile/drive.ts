/**
 * Runs commands one after another inside one process, as `cli/bin.js` would run each in its own, and
 * writes what each said: `node drive.ts PROGRAM JOBS RESULTS`, where the jobs are a JSON array of
 * arguments and the results are JSON Lines. A job that began and has no result ended the process.
 */
import { appendFileSync, readFileSync } from 'node:fs';

/** What a process said while it ran one job. */
export interface Said {
  readonly job: number;
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** For how long it kept the process busy. */
  readonly milliseconds: number;
}

type Main = (args: readonly string[]) => Promise<number>;

/** The programs that can be driven: ours, and the made-up one that the checks are tried on. */
const PROGRAMS = {
  healthcode: async (): Promise<Main> => (await import('../../cli/main.ts')).main,
  'made-up': async (): Promise<Main> => (await import('./made-up-commands.ts')).main,
};

export type Program = keyof typeof PROGRAMS;

/** Catches what is written to a stream from now on. */
function capture(stream: NodeJS.WriteStream): () => string {
  let chunks: Buffer[] = [];
  stream.setMaxListeners(0);
  stream.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    chunks.push(Buffer.from(chunk));
    const done = rest.at(-1);
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  return () => {
    const text = Buffer.concat(chunks).toString('utf8');
    chunks = [];
    return text;
  };
}

async function drive(main: Main, jobs: readonly (readonly string[])[], results: string): Promise<void> {
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  for (const [job, args] of jobs.entries()) {
    appendFileSync(results, `${JSON.stringify({ job, began: true })}\n`);
    const before = process.cpuUsage();
    const status = await main(args);
    // What a command left behind, such as a stream that fails late, still belongs to it.
    await new Promise((resolve) => setImmediate(resolve));
    const { user, system } = process.cpuUsage(before);
    const milliseconds = (user + system) / 1_000;
    const said: Said = { job, status, stdout: stdout(), stderr: stderr(), milliseconds };
    appendFileSync(results, `${JSON.stringify(said)}\n`);
  }
}

const [program, jobs, results] = process.argv.slice(2);
// `runs.ts` starts this file, with a program of the table.
const main = await PROGRAMS[program as Program]();
await drive(main, JSON.parse(readFileSync(jobs!, 'utf8')) as string[][], results!);
