import type { Instant } from '../../../domain/time.ts';
import { withKin } from '../../codes/dossiers.ts';
import type { Db } from '../../platform/db/database.ts';
import { BUCKETS } from '../../platform/db/uuid.ts';
import { appendedSince, peopleTouchedSince, slotsEndedSince, type WaitingRow, waitingIn } from './store.ts';

/** Who may have another status than before. */
export interface Changed {
  /** Now. */
  readonly people: readonly string[];
  /** Slots that have ended, their people perhaps erased. */
  readonly endedSlots: readonly number[];
  /** Those for whom something comes at an instant, by that instant, the first first. */
  readonly coming: ReadonlyMap<Instant, readonly string[]>;
}

/** The span that is looked at. */
export interface Span {
  /** What was written down before is known. */
  readonly lookedAt: Instant;
  /** The instant for which statuses are told. */
  readonly asOf: Instant;
  /** What comes until then is told in advance. */
  readonly until: Instant;
}

/** Finds whoever may have another status; remembers what it has told already. */
export interface FindChanged {
  readonly find: (db: Db, span: Span) => Promise<Changed>;
  /** Forgets what it told, because it did not come into the lists. */
  readonly forget: () => void;
}

/** A transaction may commit what it dated so long ago, by a clock that differs; a slow look over everybody finds the rest. */
const OVERLAP_MS = 30_000;
/** The same of conclusions and of ends, which nobody may miss: whoever writes many at once, or waits for a lock, commits late. */
const LONG_OVERLAP_MS = 180_000;
/** Of each share of the people at most so many are taken at once; the others follow at the next look. */
const MOST_WAITING = 20_000;
const SECOND_MS = 1_000;

export function createFindChanged(): FindChanged {
  let seen = createSeen(OVERLAP_MS);
  let concluded = createSeen(LONG_OVERLAP_MS);
  return {
    find: async (db, span) => {
      seen.turn(span.asOf);
      concluded.turn(span.asOf);
      const since = span.lookedAt - LONG_OVERLAP_MS;
      const people = new Set<string>(await peopleTouchedSince(db, span.lookedAt - OVERLAP_MS));
      for (const { personId, number } of await appendedSince(db, since))
        if (concluded.add(`${personId} ${number}`)) people.add(personId);
      const coming = new Map<Instant, Set<string>>();
      for (const row of await waiting(db, span.until)) {
        if (!seen.add(row.dueId + row.personId)) continue;
        if (row.dueAt <= span.asOf) people.add(row.personId);
        else put(coming, Math.ceil(row.dueAt / SECOND_MS) * SECOND_MS, row.personId);
      }
      const instants = [...coming.keys()].sort((a, b) => a - b);
      const lists: [Instant, string[]][] = [];
      for (const at of instants) lists.push([at, await andKin(db, coming.get(at)!)]);
      return {
        people: await andKin(db, people),
        endedSlots: await slotsEndedSince(db, since),
        coming: new Map(lists),
      };
    },
    forget: () => {
      seen = createSeen(OVERLAP_MS);
      concluded = createSeen(LONG_OVERLAP_MS);
    },
  };
}

async function waiting(db: Db, until: Instant): Promise<WaitingRow[]> {
  const rows: WaitingRow[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket++)
    for (const row of await waitingIn(db, bucket, until, MOST_WAITING)) rows.push(row);
  return rows;
}

/** Whoever is joined to somebody has their colour too (S3). */
async function andKin(db: Db, people: ReadonlySet<string>): Promise<string[]> {
  return people.size === 0 ? [] : [...(await withKin(db, [...people])).keys()];
}

function put<Key>(map: Map<Key, Set<string>>, key: Key, value: string): void {
  const values = map.get(key);
  if (values) values.add(value);
  else map.set(key, new Set([value]));
}

/**
 * What was told lately: at most twice as long as the span. Whoever still waits after that is looked at again, because
 * their colour may have turned once more.
 */
function createSeen(spanMs: number) {
  let recent = new Set<string>();
  let former = new Set<string>();
  let turnedAt: Instant | undefined;
  return {
    turn: (now: Instant) => {
      turnedAt ??= now;
      const passedMs = now - turnedAt;
      if (passedMs >= 0 && passedMs < spanMs) return;
      former = passedMs >= 0 && passedMs < 2 * spanMs ? recent : new Set();
      recent = new Set();
      turnedAt = now;
    },
    /** Whether it was not told. */
    add: (mark: string): boolean => {
      if (recent.has(mark) || former.has(mark)) return false;
      recent.add(mark);
      return true;
    },
  };
}
