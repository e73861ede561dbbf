import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small disk in memory, where one may be mounted. */
export interface SmallDisk {
  readonly folder: string;
  /** Why it is only a folder; false where it is a disk. */
  readonly skip: string | false;
  /** Takes all room away but for so many bytes. */
  readonly fill: (leftBytes: number) => void;
  /** Gives the room back. */
  readonly empty: () => void;
  readonly unmount: () => void;
}

const MEGABYTE = 1 << 20;
const TRIES = 100;

/** Mounts a disk of some megabytes. */
export function mountDisk(megabytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-'));
  const mount = (...args: string[]) => spawnSync('mount', args).status === 0;
  const isMounted = mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);
  chmodSync(folder, 0o711);
  const resize = (bytes: number) => mount('-o', `remount,size=${bytes}`, folder);
  return {
    folder,
    skip: isMounted ? false : 'only where a disk can be mounted',
    fill: (leftBytes) => {
      // It cannot be smaller than what lies on it, and somebody may just have written more.
      for (let i = 0; i < TRIES; i++) if (resize(usedBytes(folder) + leftBytes)) return;
      throw new Error(`the disk ${folder} cannot be filled`);
    },
    empty: () => {
      if (!resize(megabytes * MEGABYTE)) throw new Error(`the disk ${folder} cannot be emptied`);
    },
    unmount: () => {
      if (isMounted) spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function usedBytes(folder: string): number {
  const { blocks, bfree, bsize } = statfsSync(folder);
  return (blocks - bfree) * bsize;
}
