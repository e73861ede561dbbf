/** How often something is tried that another process may have slowed down. */
const TRIES = 5;

/**
 * The least figure of a few tries, such as how many milliseconds something took: what else a machine does only makes it
 * larger, so a defect is large each time. A try that gives less than `enough` is the last.
 */
export async function leastOf(enough: number, attempt: () => number | Promise<number>): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && least >= enough; tries++) least = Math.min(least, await attempt());
  return least;
}

/** For how many milliseconds something that does not wait keeps this process busy, whatever else the machine does. */
export function busyMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
