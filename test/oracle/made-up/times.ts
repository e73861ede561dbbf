/** Times that meet: a few anchors in each world, and every time is near one of them or whole days away. */

/** Which time; plain numbers, so that it shrinks towards the first anchor itself. */
export interface TimeSeed {
  readonly anchor: number;
  readonly days: number;
  readonly nudge: number;
  readonly zone: number;
}

/** Makes and writes the times of one world. */
export interface Times {
  readonly instant: (seed: TimeSeed) => number;
  readonly write: (seed: TimeSeed) => string;
  readonly print: (instant: number, zone?: number) => string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIDNIGHT = Date.UTC(2021, 0, 10) - 8 * HOUR;

/** Mostly none; else the periods of the rules, and a day to either side of them. */
const DAYS = [
  ...new Array<number>(30).fill(0),
  ...[1, 1, 1, 2, 3, 6, 7, 7, 8, 13, 14, 14, 14, 15, 15, 16, 21, 22],
  ...[-1, -1, -2, -3, -6, -7, -7, -8, -13, -14, -14, -15, -15, -21, -22, -40],
];

const NUDGES = [
  ...new Array<number>(22).fill(0),
  ...[1_000, -1_000, 1, -1, HOUR, -HOUR, 12 * HOUR, -12 * HOUR, 8 * HOUR, 500],
];

const IN_DAY = [0, 0, 0, 12 * HOUR, DAY - 1_000, 1_000, DAY - 1, 9 * HOUR + 1_800_000];

/** The times around these anchors; each anchor is a day and a moment of the day. */
export function timesFrom(anchors: readonly number[]): Times {
  const instants = anchors.map((anchor) => MIDNIGHT + (anchor >> 3) * DAY + (IN_DAY[anchor & 7] ?? 0));
  const instant = ({ anchor, days, nudge }: TimeSeed) =>
    (instants[anchor % instants.length] ?? MIDNIGHT) + (DAYS[days] ?? 0) * DAY + (NUDGES[nudge] ?? 0);
  return { instant, print, write: (seed) => print(instant(seed), seed.zone) };
}

/** Mostly in +08:00; the same instant in other offsets too. */
function print(instant: number, zone = 0): string {
  const [offset, text] = {
    13: [0, 'Z'] as const,
    14: [-5.5, '-05:30'] as const,
    15: [14, '+14:00'] as const,
  }[zone] ?? [8, '+08:00'];
  const local = new Date(instant + offset * HOUR).toISOString().slice(0, -1);
  const fraction = zone === 12 ? '999' : '';
  return `${local.endsWith('.000') && fraction === '' ? local.slice(0, -4) : local + fraction}${text}`;
}
