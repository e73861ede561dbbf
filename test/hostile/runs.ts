import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TYPESCRIPT } from '../../cli/typescript/options.ts';
import type { Program, Said } from './drive.ts';

/** What came of one job: what it said, or how it ended the process that ran it. */
export interface Outcome {
  /** The exit code; undefined when the process crashed or hung. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** For how long it kept a process busy; a machine that does other things besides takes longer. */
  readonly milliseconds: number;
}

const DRIVER = join(import.meta.dirname, 'drive.ts');
/** A hundred megabytes do not fit in this heap twice. */
const HEAP = '--max-old-space-size=256';
const LONGEST_BATCH_MS = 600_000;

type Jobs = readonly (readonly string[])[];

/** Runs the jobs with a program, in one process as long as none of them ends it or outlasts the whole batch. */
export function runAll(
  program: Program,
  jobs: Jobs,
  folder: string,
  longestMs = LONGEST_BATCH_MS,
): Outcome[] {
  const outcomes: Outcome[] = [];
  while (outcomes.length < jobs.length) {
    outcomes.push(...runUntilEnded(program, jobs.slice(outcomes.length), folder, longestMs));
  }
  return outcomes;
}

function runUntilEnded(program: Program, jobs: Jobs, folder: string, longestMs: number): Outcome[] {
  const jobsFile = join(folder, 'jobs.json');
  const resultsFile = join(folder, 'results.ndjson');
  writeFileSync(jobsFile, JSON.stringify(jobs));
  rmSync(resultsFile, { force: true });
  const child = spawnSync(process.execPath, [HEAP, ...TYPESCRIPT, DRIVER, program, jobsFile, resultsFile], {
    encoding: 'utf8',
    timeout: longestMs,
    killSignal: 'SIGKILL',
  });
  const results = existsSync(resultsFile) ? readFileSync(resultsFile, 'utf8').trim().split('\n') : [];
  if (results.length === 0) throw new Error(`the driver did not start: ${child.stderr}`);
  const said = results
    .map((line) => JSON.parse(line) as Partial<Said>)
    .filter((result): result is Said => result.status !== undefined);
  if (said.length === jobs.length) return said;
  const ended = { status: undefined, stdout: child.stdout, stderr: `${child.signal ?? ''}\n${child.stderr}` };
  return [...said, { ...ended, milliseconds: 0 }];
}
