import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepSigner } from '../../server/passes/signer-process.ts';
import { SIGNER_FOLDER, socketIn } from '../../server/passes/trust/trust-folder.ts';
import type { Trial } from '../trial.ts';

/** The signer of an installation that is tried out. */
export interface OpenSigner {
  readonly socket: string;
  /** Waits until it signs. */
  readonly appeared: () => Promise<void>;
  /** Only once it has appeared. */
  readonly pid: () => number;
  readonly stop: () => Promise<void>;
}

const LOOK_MS = 50;

/** Starts the signer in a process of its own. */
export function openSigner({ installation: { trustFolder } }: Trial): OpenSigner {
  const socket = socketIn(trustFolder);
  const signer = keepSigner(join(trustFolder, SIGNER_FOLDER), socket, () => {});
  return {
    socket,
    // One that is started tests itself and its keys first.
    appeared: async () => {
      while (!existsSync(socket)) await sleep(LOOK_MS);
    },
    pid: () => signer.pid()!,
    stop: signer.stop,
  };
}
