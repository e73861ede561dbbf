/** How long the turns of the event loop take: what comes meanwhile waits in its socket, where nobody sees it. */
export interface Turns {
  /**
   * By how many milliseconds turns are too long now: the lesser of the last one that is over and the one before it or, once it
   * is longer, the one that goes on. A single long one, as for the garbage collector, is no reason to turn anybody away.
   */
  readonly lateMs: (nowMs: number) => number;
  readonly stop: () => void;
}

/** So often a turn is looked at; one that is not longer is not late at all. */
export const LOOK_MS = 20;

/** Watches over the event loop of this process, without keeping it alive. */
export function watchTurns(): Turns {
  const turns = createTurns(performance.now());
  const timer = setInterval(() => turns.over(performance.now()), LOOK_MS).unref();
  return { lateMs: turns.lateMs, stop: () => clearInterval(timer) };
}

/** The same, told by others when a turn is over. */
export function createTurns(startMs: number) {
  let overMs = startMs;
  let [last, before] = [0, 0];
  const lateBy = (nowMs: number) => Math.max(0, nowMs - overMs - LOOK_MS);
  return {
    over: (nowMs: number) => {
      [last, before] = [lateBy(nowMs), last];
      overMs = nowMs;
    },
    lateMs: (nowMs: number) => Math.max(Math.min(last, before), Math.min(lateBy(nowMs), last)),
  };
}
