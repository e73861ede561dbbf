import type { Alarm } from './socket/outcomes.ts';

/** Raises an alarm at once, and while it goes on, again after a while, with how many there were. */
export type Raise = (alarm: Omit<Alarm, 'count'>) => void;

const SILENT_MS = 10_000;

export function createAlarms(tell: (alarm: Alarm) => void, nowMs: () => number): Raise {
  const raised = new Map<string, { atMs: number; count: number }>();
  return ({ what, use, why }) => {
    const key = `${what} ${use} ${why}`;
    const before = raised.get(key) ?? { atMs: Number.NEGATIVE_INFINITY, count: 0 };
    const count = before.count + 1;
    const isSilent = nowMs() - before.atMs < SILENT_MS;
    raised.set(key, isSilent ? { ...before, count } : { atMs: nowMs(), count: 0 });
    if (!isSilent) tell({ what, use, why, count });
  };
}
