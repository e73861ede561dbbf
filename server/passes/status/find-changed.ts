import type { Instant } from '../../../domain/time.ts';
import { withKin } from '../../codes/dossiers.ts';
import { type Db, LATEST_COMMIT_MS } from '../../platform/db/database.ts';
import { BUCKETS, bucketOf } from '../../platform/db/uuid.ts';
import { slotEndsSince } from '../slots/store.ts';
import { type Foreseen, secondOf } from './foresee.ts';
import type { SlotStatuses } from './read-statuses.ts';
import { type AppendedRow, appendedSince, peopleTouchedSince, type WaitingRow, waitingIn } from './store.ts';

/** Who may have another status than before. */
export interface Changed {
  /** Now. */
  readonly people: readonly string[];
  /** Slots that have ended, their people perhaps erased. */
  readonly endedSlots: readonly number[];
  /** Those for whom something comes at an instant, by that instant, the first first. */
  readonly coming: ReadonlyMap<Instant, ComingThen>;
}

/** What comes at an instant. */
export interface ComingThen {
  /** What was worked out before, of people to whom nothing happened since. */
  readonly foreseen: SlotStatuses;
  readonly others: readonly string[];
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
  readonly find: (db: Db, span: Span, known: Known) => Promise<Changed>;
  /** Forgets what it told, because it did not come into the lists. */
  readonly forget: () => void;
}

/** What need not be looked up. */
export interface Known {
  readonly foreseen: Foreseen;
  /** Whether the lists say already what was concluded. */
  readonly isSaid: (row: AppendedRow) => boolean;
}

/** By how much clocks may differ, and how long somebody may have what they date in hand before its transaction begins. */
const DATED_BEFORE_MS = 110_000;
/** A transaction may commit what it dated so long ago, and nobody may miss it. */
const OVERLAP_MS = LATEST_COMMIT_MS + DATED_BEFORE_MS;
/** What waits is remembered for so long; who still does is looked at again. */
const WAITING_MS = 30_000;
/** Of each share of the people at most so many are taken at once; the others follow at the next look. */
const MOST_WAITING = 20_000;

export function createFindChanged(): FindChanged {
  let seen = createSeen(WAITING_MS);
  let happened = createSeen(OVERLAP_MS);
  return {
    find: async (db, span, { foreseen, isSaid }) => {
      seen.turn(span.asOf);
      happened.turn(span.asOf);
      const since = span.lookedAt - OVERLAP_MS;
      const touched = new Set<string>();
      for (const { personId, what } of await peopleTouchedSince(db, since))
        if (happened.add(`${personId} ${what}`)) touched.add(personId);
      // Asked first: about whom is concluded in between, is then found in either way.
      const { rows, unseen } = await waiting(db, span);
      for (const row of await appendedSince(db, since)) {
        // What a clock that runs ahead has dated does not hold yet, and nobody may wait any more for what turns until then.
        if (!happened.add(`${row.personId} ${row.number} ${row.assessedAt > span.asOf}`)) continue;
        if (isSaid(row)) foreseen.drop([row.personId]);
        else touched.add(row.personId);
      }
      const fresh = rows.filter(({ dueId, personId }) => seen.add(dueId + personId));
      for (const { personId, dueAt } of fresh) if (dueAt <= span.asOf) touched.add(personId);
      const people = await andKin(db, touched);
      const endedSlots = (await slotEndsSince(db, since)).map(({ slot }) => slot);
      foreseen.drop(people, endedSlots);
      // Evidence may wait there that nobody sees yet.
      if (unseen.size > 0) foreseen.dropWhere((personId) => unseen.has(bucketOf(personId)));
      return { people, endedSlots, coming: await comingOf(db, fresh, span, foreseen) };
    },
    forget: () => {
      seen = createSeen(WAITING_MS);
      happened = createSeen(OVERLAP_MS);
    },
  };
}

/** What comes within a span, at each instant. */
async function comingOf(
  db: Db,
  rows: readonly WaitingRow[],
  { asOf, until }: Span,
  foreseen: Foreseen,
): Promise<Changed['coming']> {
  const others = new Map<Instant, Set<string>>();
  const comes = rows.filter(({ dueAt }) => dueAt > asOf);
  // To whom anything else comes as well, is not what was foreseen.
  foreseen.drop(comes.filter(({ cause }) => cause !== 'time').map(({ personId }) => personId));
  for (const { personId, dueAt } of comes) {
    const at = secondOf(dueAt);
    if (!foreseen.has(personId, at)) put(others, at, personId);
  }
  const looked = new Map<Instant, readonly string[]>();
  for (const [at, some] of others) {
    looked.set(at, await andKin(db, some));
    foreseen.drop(looked.get(at)!);
  }
  const instants = new Set([...looked.keys(), ...foreseen.instants(asOf, until)]);
  return new Map(
    [...instants]
      .sort((one, other) => one - other)
      .map((at) => [at, { foreseen: foreseen.take(at), others: looked.get(at) ?? [] }]),
  );
}

/** Whoever waits, and the buckets in which more do than are read, not all of whom wait for what is to come. */
async function waiting(
  db: Db,
  { asOf, until }: Span,
): Promise<{ readonly rows: WaitingRow[]; readonly unseen: ReadonlySet<number> }> {
  const rows: WaitingRow[] = [];
  const unseen = new Set<number>();
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const some = await waitingIn(db, bucket, until, MOST_WAITING);
    for (const row of some) rows.push(row);
    if (some.length === MOST_WAITING && some.at(-1)!.dueAt <= asOf) unseen.add(bucket);
  }
  return { rows, unseen };
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
