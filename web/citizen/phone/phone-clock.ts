import { type Clock, clockFault, setClock, type Ticks, timeAt } from '../../../credential/clock.ts';
import type { Instant } from '../../../domain/time.ts';
import type { Clocks } from '../code/freshness.ts';

/** How far the time of the service is from that of the clock of this phone. */
export interface Offset {
  readonly offsetMs: number;
  readonly uncertaintyMs: number;
}

/** What a reply tells of the time. */
export interface ToldTime {
  /** What the issuer has signed in it, cut off to whole seconds. */
  readonly signedAt: Instant;
  /** What stands beside it, which nobody has signed: it counts within that second only. */
  readonly asOf: Instant;
}

/** The time of the service, as this phone knows it while the page is open. */
export interface PhoneClock {
  /** Whole milliseconds. */
  readonly now: () => Instant;
  readonly offset: () => Offset;
  /** Goes by what was kept, until it is compared. */
  readonly start: (kept: Offset) => void;
  /** Compares with what a reply told that was made between two readings of the clocks of the phone. */
  readonly compare: (told: ToldTime, sent: Clocks, received: Clocks) => Offset;
  /** The page was put away: from now on the phone may sleep. */
  readonly putAway: () => void;
  /** By how many seconds the clock of the phone is ahead; behind, when negative; undefined when it is right enough. */
  readonly fault: () => number | undefined;
}

const SECOND_MS = 1_000;

/** A clock that goes by what `read` says of the clocks of the phone. Before any comparison, that is believed. */
export function createPhoneClock(read: () => Clocks): PhoneClock {
  let clock = clockOf({ offsetMs: 0, uncertaintyMs: Number.POSITIVE_INFINITY }, read());
  let isStarted = false;
  let mayHaveSlept = false;
  const look = () => {
    const ticks = ticksOf(read());
    const { now, uncertaintyMs } = timeAt(clock, mayHaveSlept ? ticks : asIfUnset(ticks, clock.ticks));
    clock = { ticks, time: now, uncertaintyMs };
    mayHaveSlept = false;
    return clock;
  };
  const offset = (): Offset => {
    const { ticks, time, uncertaintyMs } = look();
    return { offsetMs: time - ticks.wall, uncertaintyMs };
  };
  return {
    now: () => Math.floor(look().time),
    offset,
    start: (kept) => {
      if (!isStarted) clock = clockOf(kept, read());
      isStarted = true;
    },
    compare: (told, sent, received) => {
      const known = look();
      const heard = setClock(cutOff(told), ticksOf(sent), ticksOf(received));
      if (heard && isBetter(heard, known)) clock = heard;
      isStarted = true;
      return offset();
    },
    putAway: () => {
      look();
      mayHaveSlept = true;
    },
    fault: () => {
      const { ticks, time, uncertaintyMs } = look();
      return clockFault({ now: time, uncertaintyMs, wallAheadMs: ticks.wall - time, isDoubtful: false });
    },
  };
}

/** A time that was cut off is half a second too early on average, and is taken so; one that was not is made so. */
function cutOff({ signedAt, asOf }: ToldTime): Instant {
  const isWithin = asOf >= signedAt && asOf < signedAt + SECOND_MS;
  return isWithin ? asOf - SECOND_MS / 2 : signedAt;
}

/** Only what is put away sleeps: where somebody looks, a clock that jumps was set, and the other one knows how long it took. */
function asIfUnset(ticks: Ticks, since: Ticks): Ticks {
  return { ...ticks, wall: since.wall + ticks.monotonicMs - since.monotonicMs };
}

/** A reply that came slowly knows no better, unless what is known cannot be true. */
function isBetter(heard: Clock, known: Clock): boolean {
  const { now } = timeAt(heard, known.ticks);
  return heard.uncertaintyMs <= known.uncertaintyMs || Math.abs(now - known.time) > heard.uncertaintyMs;
}

function clockOf({ offsetMs, uncertaintyMs }: Offset, clocks: Clocks): Clock {
  return { ticks: ticksOf(clocks), time: clocks.wall + offsetMs, uncertaintyMs };
}

function ticksOf({ wall, steady }: Clocks): Ticks {
  return { wall, monotonicMs: steady };
}
