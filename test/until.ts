import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so, for at most so many milliseconds. Returns how many it took. */
export async function until(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<number> {
  const start = Date.now();
  while (!(await isSo())) {
    if (Date.now() - start > limitMs) throw new Error(`not so within ${limitMs} ms`);
    await sleep(10);
  }
  return Date.now() - start;
}
