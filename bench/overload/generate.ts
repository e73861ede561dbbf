import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Counts, Generating } from './counts.ts';

/** Requests that are being sent by a process of its own. */
export interface Generation {
  readonly done: Promise<Counts>;
  /** Tells it that its requests were written anew. */
  readonly readAgain: () => void;
}

/** Starts to send. */
export function generate(generating: Generating): Generation {
  const process = fork(fileURLToPath(new URL('./generator.ts', import.meta.url)), [
    JSON.stringify(generating),
  ]);
  const done = new Promise<Counts>((resolve, reject) => {
    let counts: Counts | undefined;
    process.once('message', (told: { readonly counts: Counts }) => {
      counts = told.counts;
      process.disconnect();
    });
    process.once('exit', () => {
      if (counts) resolve(counts);
      else reject(new Error('whoever sends the load has died'));
    });
  });
  return { done, readAgain: () => process.connected && process.send('again') };
}
