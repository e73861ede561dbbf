import { ReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';

/** A line on the terminal that tells how far a command has come. */
export interface Progress {
  readonly at: (done: number) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

const REDRAW_MS = 100;
/** Takes away what stands on the line of a terminal, so that something else can be written there. */
export const CLEAR_LINE = '\r\x1b[K';
const BAR_WIDTH = 24;
const SILENT: Progress = { at: () => {}, end: () => {} };

/** Begins to show progress on stderr, or does nothing when stderr is no terminal. Without a total it only counts. */
export function startProgress(
  total: number | undefined,
  unit: string,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  if (!stream.isTTY) return SILENT;
  const start = performance.now();
  let drawn = start;
  return {
    at: (done) => {
      const now = performance.now();
      if (now - drawn < REDRAW_MS) return;
      drawn = now;
      stream.write(`${CLEAR_LINE}${progressLine(done, total, (now - start) / 1_000, unit)}`);
    },
    end: () => void stream.write(CLEAR_LINE),
  };
}

/**
 * Shows how much of a file has been read until the function that is returned is called. Nothing is
 * shown of standard input, whose length nobody knows.
 */
export function showReading(input: Readable): () => void {
  if (!(input instanceof ReadStream) || !process.stderr.isTTY) return () => {};
  const size = statSync(input.path, { throwIfNoEntry: false })?.size ?? 0;
  const progress = startProgress(size, 'bytes');
  const timer = setInterval(() => progress.at(input.bytesRead), REDRAW_MS);
  return () => {
    clearInterval(timer);
    progress.end();
  };
}

/**
 * How much is done of work in which others share: what is no longer left, whoever did it, and at least what was done here, which
 * is known sooner. Something that is done again counts once.
 */
export function sharedDone(total: number, doneHere: number, left: number): number {
  return Math.min(total, Math.max(doneHere, total - left));
}

/** `[██████············]  25%  250,000 of 1,000,000 people  125,000/s  6 s left`. */
export function progressLine(done: number, total: number | undefined, seconds: number, unit: string): string {
  const rate = seconds > 0 ? done / seconds : 0;
  if (total === undefined) return `${grouped(done)} ${unit}  ${grouped(Math.round(rate))}/s`;
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(share * BAR_WIDTH);
  const bar = '█'.repeat(full) + '·'.repeat(BAR_WIDTH - full);
  const left = rate > 0 ? `${Math.max(0, Math.ceil((total - done) / rate))} s left` : '';
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return `[${bar}] ${percent}  ${grouped(done)} of ${grouped(total)} ${unit}  ${grouped(Math.round(rate))}/s  ${left}`;
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
