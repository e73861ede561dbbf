import { createFairness } from './fairness.ts';
import { IMPORTANCES, type Importance, SHARES } from './importance.ts';

/** Who may begin: as many at once as are answered in good time, and nobody before somebody more important. */
export interface Admission {
  /**
   * Takes a place; false when there is none for such a request. `caller`: from where it comes (`callerOf`); `lateMs`: by how much
   * turns of the event loop are too long.
   */
  readonly take: (importance: Importance, nowMs: number, caller?: string, lateMs?: number) => boolean;
  /** Gives a place back. */
  readonly leave: (importance: Importance, caller?: string) => void;
  /** Tells how long a request took that was let in, from the time at which all of it was there. */
  readonly answered: (tookMs: number, nowMs: number) => void;
  /** How many have a place, without those that are vital. */
  readonly running: () => number;
  /** How many may have one now. */
  readonly limit: () => number;
  /** After how many seconds somebody who was turned away may come again; another one for each. `chance` from 0 to 1. */
  readonly comeAgainAfter: (chance: number) => number;
}

/** Longer than this no answer should take: well below the second in which a page or a door still waits. */
const TARGET_MS = 200;
/** So many of those that were answered may have taken longer. */
const LATE_SHARE = 0.1;
const WINDOW_MS = 100;
/** Fewer answers say nothing, unless they are all that there were for a second. */
const FEW = 20;
const LONGEST_WINDOW_MS = 1_000;
const DOWN = 0.8;
const UP = 1.05;
/** Below this a service does nothing but wait: fewer at once do not make it quicker. */
const LEAST = 32;
/** So many may come at once to a service with nothing to do. */
const AT_REST = 128;
/** Where less than this share of the places was taken, it is not by their number that answers are late. */
const FELT = 0.5;
/** For so long after somebody was turned away nobody less important is let in. */
const SHUT_MS = 250;
/**
 * When turns of the event loop are late by so many milliseconds the first level is shut, by twice as many the second one, and so
 * on; doors never. The processor is full then, and what waits unread is older than that.
 */
export const LATE_STEP_MS = 50;
/** Where fewer have come lately it is not they who make turns long, and to turn them away would make none shorter. */
export const CROWD = 50;
/** How many vital requests may run: whoever can reach them must not stop the others by them. */
const MOST_VITAL = 16;
/**
 * So much of the room those who hold many places get among them while others find none. Less, and whoever asks a little beside an
 * address that thousands share could have it turned away; more, and too little is left for the others.
 */
const MANY_OF = 1 / 2;
const DOORS = IMPORTANCES.indexOf('checking');
/** The share of the places that nobody else may fill. */
const DOORS_OWN = SHARES.checking - SHARES.showing;
const LONGEST_WAIT_SECONDS = 30;

/**
 * Limits what runs at once, between {@link LEAST} and `most`, by how long answers take: by a twentieth up, by a fifth down
 * (decision 0034). It starts at {@link AT_REST}, and comes back to it when nobody is late: a hundred
 * who come at once to a service with nothing to do are no overload. While there is no room for others, those who hold
 * more than their part get no more than half of it.
 */
export function createAdmission(most: number): Admission {
  const limit = createLimit(most);
  let running = 0;
  let [doors, vital] = [0, 0];
  const rooms = IMPORTANCES.map((name) => SHARES[name]);
  const turnedAway = createTurnedAway();
  const fairness = createFairness();
  const hasRoom = (level: number, nowMs: number, caller: string, lateMs: number) => {
    if (limit.isCrowd()) turnedAway.noteLate(lateMs, nowMs);
    const room = Math.max(1, Math.floor(limit.now() * rooms[level]!));
    const hasPart = fairness.hasPart(caller, room);
    if (hasPart && running >= room * MANY_OF && fairness.isMissing(level, nowMs)) return false;
    // Those who were let in before the limit sank are no reason to turn doors away.
    if (level === DOORS && doors < Math.max(limit.now(), running) * DOORS_OWN) return true;
    if (running < room) return !turnedAway.isShut(level, nowMs);
    turnedAway.note(level, nowMs);
    if (!hasPart) fairness.missed(level, nowMs);
    return false;
  };
  return {
    take: (importance, nowMs, caller = '', lateMs = 0) => {
      if (importance === 'vital') {
        if (vital >= MOST_VITAL) return false;
        vital++;
        return true;
      }
      limit.offered(nowMs, running);
      if (!hasRoom(IMPORTANCES.indexOf(importance), nowMs, caller, lateMs)) return false;
      running++;
      fairness.take(caller);
      if (importance === 'checking') doors++;
      limit.admitted(running);
      return true;
    },
    leave: (importance, caller = '') => {
      if (importance === 'vital') {
        vital--;
        return;
      }
      running--;
      fairness.leave(caller);
      if (importance === 'checking') doors--;
    },
    answered: (tookMs, nowMs) => limit.answered(tookMs, nowMs, running),
    running: () => running,
    limit: limit.now,
    comeAgainAfter: (chance) => {
      const within = Math.min(LONGEST_WAIT_SECONDS, Math.max(2, Math.ceil(2 * limit.pressure())));
      return 1 + Math.floor(chance * within);
    },
  };
}

/** How many may run at once, as answers show. */
function createLimit(most: number) {
  const least = Math.min(LEAST, most);
  let limit = Math.min(AT_REST, most);
  let pressure = 1;
  const window = createWindow();
  const look = (nowMs: number, running: number) => {
    if (!window.isFull(nowMs)) return;
    const { answers, late, peak, offered, admitted } = window.counts;
    const isFelt = peak >= limit * FELT || admitted < offered;
    if (late > answers * LATE_SHARE) limit = isFelt ? Math.max(least, Math.floor(limit * DOWN)) : limit;
    else if (answers > 0) limit = grown(limit, most, isFelt);
    pressure = offered / Math.max(1, admitted);
    window.begin(nowMs, running);
  };
  return {
    now: () => limit,
    /** What is offered for each that is let in. */
    pressure: () => pressure,
    isCrowd: () => window.counts.offered >= CROWD,
    offered: (nowMs: number, running: number) => {
      look(nowMs, running);
      window.counts.offered++;
    },
    admitted: (running: number) => {
      window.counts.admitted++;
      if (running > window.counts.peak) window.counts.peak = running;
    },
    answered: (tookMs: number, nowMs: number, running: number) => {
      window.counts.answers++;
      if (tookMs > TARGET_MS) window.counts.late++;
      look(nowMs, running);
    },
  };
}

/** Above what is usual at rest only where it is felt. */
function grown(limit: number, most: number, isFelt: boolean): number {
  return Math.min(isFelt ? most : Math.max(limit, Math.min(AT_REST, most)), Math.ceil(limit * UP));
}

/** Who was turned away a moment ago, so that nobody less important is let in before them. */
function createTurnedAway() {
  const lastMs = IMPORTANCES.map(() => Number.NEGATIVE_INFINITY);
  return {
    note: (level: number, nowMs: number) => {
      lastMs[level] = nowMs;
    },
    noteLate: (lateMs: number, nowMs: number) => {
      const shut = Math.min(DOORS, Math.floor(lateMs / LATE_STEP_MS));
      if (shut > 0) lastMs[shut] = nowMs;
    },
    isShut: (level: number, nowMs: number) => {
      for (let i = level + 1; i < lastMs.length; i++) if (nowMs - lastMs[i]! < SHUT_MS) return true;
      return false;
    },
  };
}

/** What is counted between two looks at the limit. */
function createWindow() {
  const counts = { answers: 0, late: 0, peak: 0, offered: 0, admitted: 0 };
  let begunMs = Number.NEGATIVE_INFINITY;
  return {
    counts,
    isFull: (nowMs: number) => {
      const lasted = nowMs - begunMs;
      return lasted >= LONGEST_WINDOW_MS || (lasted >= WINDOW_MS && counts.answers >= FEW);
    },
    begin: (nowMs: number, running: number) => {
      begunMs = nowMs;
      Object.assign(counts, { answers: 0, late: 0, peak: running, offered: 0, admitted: 0 });
    },
  };
}
