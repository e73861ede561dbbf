import type { KeyUse } from '../credential/trust/keys.ts';

/** How much a use may sign: so many a second, and so many at once after a rest. */
export interface Allowance {
  readonly perSecond: number;
  readonly burst: number;
}

export type Budget = Readonly<Record<KeyUse, Allowance>>;

/**
 * What a province of 65 million asks for at its busiest, and a little more: whoever gets hold of the socket can sign no
 * more than that, and is heard.
 */
export const USUAL_BUDGET: Budget = {
  pass: { perSecond: 30_000, burst: 120_000 },
  proof: { perSecond: 0, burst: 0 },
  status: { perSecond: 20, burst: 4_000 },
  delta: { perSecond: 20, burst: 2_000 },
  rules: { perSecond: 0, burst: 0 },
  venue: { perSecond: 0, burst: 0 },
  province: { perSecond: 0, burst: 0 },
};

/** Whether one more may be signed now; counts it if so. */
export type Spend = (use: KeyUse, nowMs: number) => boolean;

/** Starts with a full budget. `nowMs` is of a clock that only rises. */
export function startBudget(budget: Budget): Spend {
  const left = new Map<KeyUse, { tokens: number; atMs: number }>();
  return (use, nowMs) => {
    const { perSecond, burst } = budget[use];
    const purse = left.get(use) ?? { tokens: burst, atMs: nowMs };
    left.set(use, purse);
    const gained = (Math.max(0, nowMs - purse.atMs) * perSecond) / 1_000;
    purse.tokens = Math.min(burst, purse.tokens + gained);
    purse.atMs = nowMs;
    if (purse.tokens < 1) return false;
    purse.tokens -= 1;
    return true;
  };
}
