import { once } from 'node:events';
import { createWriteStream, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';

/** Where a command writes: a file that appears only when it is whole, or standard output. */
export interface Output {
  /** Waits while the reader is slow. False when nobody reads any more: the command may stop. */
  readonly write: (chunk: string | Buffer) => Promise<boolean>;
  /** Ends the output; a file gets its name only now. */
  readonly close: () => Promise<void>;
  /** Gives the output up; nothing is left of a file. */
  readonly discard: () => Promise<void>;
}

/** Opens a file for writing; `-` is standard output. */
export function openOutput(file: string): Output {
  if (file === '-') {
    const writer = watch(process.stdout);
    return { write: writer.write, close: writer.settle, discard: async () => {} };
  }
  const isWhole = isPlainFile(file);
  const unfinished = isWhole ? `${file}.unfinished` : file;
  const stream = createWriteStream(unfinished);
  const { write, settle } = watch(stream);
  const end = async (): Promise<void> => {
    if (!stream.destroyed) stream.end();
    if (!stream.closed) await once(stream, 'close');
  };
  return {
    write,
    close: async () => {
      await end();
      await settle();
      if (isWhole) await rename(unfinished, file);
    },
    discard: async () => {
      await end();
      if (isWhole) await rm(unfinished, { force: true });
    },
  };
}

/** A device, a pipe or a directory keeps its name; only a plain file, or none yet, may be replaced. */
function isPlainFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
}

/** Writes with back-pressure. A reader that went away (EPIPE, as with `| head`) is no fault; any other error is. */
function watch(stream: Writable): { write: Output['write']; settle: () => Promise<void> } {
  let failure: NodeJS.ErrnoException | undefined;
  let wake: (() => void) | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    failure = error;
    wake?.();
  });
  stream.on('drain', () => wake?.());
  const check = (): boolean => {
    if (failure && failure.code !== 'EPIPE') throw failure;
    return failure === undefined;
  };
  return {
    write: async (chunk) => {
      if (!check()) return false;
      if (!stream.write(chunk)) await new Promise<void>((resolve) => (wake = resolve));
      return check();
    },
    settle: async () => void check(),
  };
}
