import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { join } from 'node:path';

export { TYPESCRIPT } from '../cli/typescript/options.ts';

/** The file that a user's `healthcode` starts. */
export const PROGRAM = join(import.meta.dirname, '../cli/bin.js');

/** Runs the program in a process of its own, as its users do. */
export function runProgram(args: readonly string[], input = ''): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [PROGRAM, ...args], {
    input,
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 1 << 28,
  });
}
