import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { WhenOver } from '../site.ts';

/** One core, which the service shares with its signer and its database, while whoever asks has another. */
export interface Processor {
  readonly databasePid: number;
  /** So many processes that do nothing else keep it busy too, which makes it slower for the service. */
  readonly neighbours: number;
  /** From where the service is asked. */
  readonly connections: number;
  readonly repliesPerConnection: number;
}

/** It ends when whoever started it has ended, however that came. */
const NEIGHBOUR = 'const parent = process.ppid; while (process.ppid === parent);';
const OF_SERVICE = 0;
const OF_OTHERS = 1;

/** Leaves a service and its database one core, and everything else that this process has started and will start another. */
export function narrowProcessor(
  servicePid: number,
  { databasePid, neighbours }: Processor,
  whenOver: WhenOver,
): void {
  pinTo(OF_OTHERS, process.pid);
  pinTo(OF_SERVICE, servicePid);
  pinTo(OF_SERVICE, databasePid);
  for (let i = 0; i < neighbours; i++) {
    const neighbour = spawn(process.execPath, ['-e', NEIGHBOUR], { stdio: 'ignore' });
    pinTo(OF_SERVICE, neighbour.pid!);
    whenOver(async () => void neighbour.kill('SIGKILL'));
  }
}

function pinTo(core: number, pid: number): void {
  for (const member of familyOf(pid)) {
    const { status, error } = spawnSync('taskset', ['-a', '-c', '-p', String(core), String(member)]);
    if (error) throw new Error('taskset (util-linux) is needed to give a service one core', { cause: error });
    // Others of the family may have ended since.
    if (status !== 0 && member === pid) throw new Error(`there is no core ${core}`);
  }
}

/** A process and what it has started. */
function familyOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  const children = readdirSync(tasks).flatMap((task) => {
    return readFileSync(`${tasks}/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  });
  return [pid, ...children.flatMap(familyOf)];
}
