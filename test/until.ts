import { setTimeout as sleep } from 'node:timers/promises';

/** How long a test waits for what is certain to come. A slow machine needs a part of it; only a defect needs all. */
const PATIENCE_MS = 60_000;

/** Waits until something is so, for at most so many milliseconds. Returns how many it took. */
export async function until(isSo: () => boolean | Promise<boolean>, limitMs = PATIENCE_MS): Promise<number> {
  const start = performance.now();
  let isOver = false;
  const look = async () => {
    while (!isOver && !(await isSo())) await sleep(10);
  };
  let timer: NodeJS.Timeout | undefined;
  // It also keeps the process alive, which what is waited for may not do.
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(() => refuse(new Error(`not so within ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([look(), late]);
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
  return performance.now() - start;
}
