import { type Instant, printDay, startOfDay } from '../../domain/time.ts';

/** Whole minutes from 00:00 (+08:00) of the reference day; negative before it. */
export type Minute = number;

export const HOUR = 60;
export const DAY = 1_440;
/** Everything is told around noon of the reference day. */
export const NOW: Minute = 12 * HOUR;

/** How the minutes around the reference day are written. */
export interface Calendar {
  /** RFC 3339 in +08:00. */
  readonly print: (minute: Minute) => string;
  /** The `end_update_time` of the official lists: `2021-01-05 08时`. */
  readonly printHour: (minute: Minute, padded: boolean) => string;
  readonly now: Instant;
}

const DAYS_BEFORE = 150;
const DAYS_AFTER = 60;

/** Writes out all days and minutes once: printing is then putting two texts together. */
export function createCalendar(referenceDay: number): Calendar {
  const dates = Array.from({ length: DAYS_BEFORE + DAYS_AFTER }, (_, i) =>
    printDay(referenceDay - DAYS_BEFORE + i),
  );
  const days = dates.map((date) => `${date}T`);
  const minutes = Array.from(
    { length: DAY },
    (_, i) => `${two(Math.floor(i / HOUR))}:${two(i % HOUR)}:00+08:00`,
  );
  const origin = DAYS_BEFORE * DAY;
  return {
    print: (minute) => {
      const fromOrigin = minute + origin;
      const day = (fromOrigin / DAY) | 0;
      return days[day]! + minutes[fromOrigin - day * DAY]!;
    },
    printHour: (minute, padded) => {
      const day = Math.floor(minute / DAY);
      const hour = Math.floor((minute - day * DAY) / HOUR);
      return `${dates[day + DAYS_BEFORE]} ${padded ? two(hour) : hour}时`;
    },
    now: startOfDay(referenceDay) + NOW * 60_000,
  };
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
