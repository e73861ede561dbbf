import type { Instant } from '../../../domain/time.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import type { Statement } from '../../platform/db/sql.ts';
import { bucketOf } from '../../platform/db/uuid.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { mustDecideNow, mustNotBeSuperseded } from '../buckets/newest-rules.ts';
import { noteAllFacts, turnsOf } from '../buckets/store.ts';
import type { DecisionInForce } from '../decision.ts';
import { type Candidate, lookAgain } from './look-again.ts';
import { reachMsOf } from './marks.ts';
import { overBefore } from './over.ts';
import { giveTimeBack, paceOf, takeTime } from './pace/store.ts';
import { rowsOfCopy } from './read-copy.ts';
import { idOf } from './sealed-facts.ts';
import {
  copyFacts,
  copyPage,
  countPeople,
  forgetRunsOf,
  type LockedShare,
  lockShares,
  moveShare,
  NOBODY,
  peopleConcludedElsewhere,
  peopleWithoutFacts,
  readInOrder,
  removeShares,
  type Share,
} from './store.ts';
import { makeDue, type Waiting, writeChanged } from './write-changed.ts';

/** What looking at a share again needs. */
export interface Sharing {
  readonly database: Database;
  readonly keys: KeyRing;
  /** What decides now, no older than the call. */
  readonly decision: () => DecisionInForce | Promise<DecisionInForce>;
  readonly clock: () => Instant;
  /** Told of so many people, of how many something was appended. */
  readonly onLooked: (people: number, appended: number) => void;
  /** Lets others have their turn after so many people; for a moment only, since others wait. It throws to break the work off. */
  readonly pause?: (people: number) => Promise<void>;
}

/**
 * Looks at some shares of the people again, if any are left on which nobody works; where a pace is set, at the next people of
 * one share, if it is time. They are read without holding anybody up; whoever differs is written in short transactions, each by
 * itself right. About whom only evidence can tell is made due. However it is broken off, what is left stays to be done, and
 * what was written is found to be so and not written again. False when nothing can be done now.
 *
 * @throws {SupersededRules} when later rules decide elsewhere than here
 * @throws {WrongClock} when those that seem to decide here do not by the clock of the database
 */
export function reassessShares(sharing: Sharing): Promise<boolean> {
  // It writes down nothing itself but how far it has come.
  return sharing.database.transaction((db) => lookAtShares(db, sharing), { mayLast: true });
}

async function lookAtShares(db: Transaction, sharing: Sharing): Promise<boolean> {
  const { database } = sharing;
  const perSecond = await paceOf(db);
  const most = perSecond && Math.min(Math.ceil(perSecond * PAGE_SECONDS), MOST_ON_PAGE);
  const shares = await lockShares(db, most && 1);
  if (shares.length === 0) return false;
  if (most && !(await takeTime(database, most, sharing.clock()))) return false;
  const decision = await sharing.decision();
  const buckets = shares.map(({ bucket }) => bucket);
  const turns = await turnsOf(db, buckets);
  mustDecideNow(turns, decision.inForce);
  mustNotBeSuperseded(turns, decision.inForce);
  const looking = {
    ...{ db, sharing, decision, most, writer: createWriter(sharing, decision) },
    elsewhere: new Set(await peopleConcludedElsewhere(db)),
    whole: new Set(turns.filter(({ hasAllFacts }) => hasAllFacts).map(({ bucket }) => bucket)),
  };
  if (!most) await readInOrder(db);
  const ends: End[] = [];
  try {
    for (const share of shares) {
      // A pace may have been set meanwhile: what is left is done at that.
      if (!most && ends.length > 0 && (await paceOf(db))) break;
      ends.push(await lookAtShare(looking, share));
    }
  } finally {
    await looking.writer.end();
  }
  sharing.onLooked(0, looking.writer.takeAppended());
  for (const { share, lookedTo } of ends) if (lookedTo) await moveShare(db, share, lookedTo);
  const done = ends.flatMap(({ share, lookedTo }) => (lookedTo ? [] : [share]));
  await removeShares(db, done);
  await noteAllFacts(
    db,
    done.map(({ bucket }) => bucket),
  );
  // Others may decide by now than when it was begun.
  await forgetRunsOf(
    db,
    ends.flatMap(({ share }) => (share.number === decision.inForce.number ? [] : [share])),
  );
  return true;
}

/** At a pace, so many seconds' people are looked at in one transaction, and no more than a moment's. */
const PAGE_SECONDS = 0.5;
const MOST_ON_PAGE = 2_000;

interface Looking {
  readonly db: Transaction;
  readonly sharing: Sharing;
  readonly decision: DecisionInForce;
  /** How many people are looked at; missing, everybody of a share. */
  readonly most: number | undefined;
  readonly writer: ReturnType<typeof createWriter>;
  /** Of whom others have concluded who keep no facts. */
  readonly elsewhere: ReadonlySet<string>;
  /** The buckets in which facts are kept about everybody. */
  readonly whole: ReadonlySet<number>;
}

/** A share, and up to whom its people were looked at; missing when that is all. */
interface End {
  readonly share: Share;
  readonly lookedTo: string | undefined;
}

async function lookAtShare(looking: Looking, share: LockedShare): Promise<End> {
  const { db, sharing, most, elsewhere, whole } = looking;
  const { bucket } = share;
  const someMayMiss = !whole.has(bucket) && share.lookedTo === NOBODY;
  const people = someMayMiss || !most ? await countPeople(db, bucket) : 0;
  const missing = someMayMiss ? await peopleWithoutFacts(db, bucket, people) : [];
  await makeDue(sharing, share, missing);
  const lookedTo = most
    ? await lookAtPage(looking, share, most)
    : await lookAtWhole(looking, share, people - missing.length);
  // Their facts may be older than evidence.
  const own = [...elsewhere].filter((personId) => {
    const isBefore = most && personId <= share.lookedTo;
    return bucketOf(personId) === bucket && !isBefore && (!lookedTo || personId <= lookedTo);
  });
  await makeDue(sharing, share, own);
  return { share, lookedTo };
}

async function lookAtPage(looking: Looking, share: LockedShare, most: number): Promise<string | undefined> {
  const { count, last } = await lookAt(looking, share, copyPage(share.bucket, share.lookedTo, most));
  await giveTimeBack(looking.sharing.database, most - count);
  return count === most ? last : undefined;
}

async function lookAtWhole(looking: Looking, share: Share, people: number): Promise<undefined> {
  const { sharing, decision } = looking;
  const after = overBefore(reachMsOf(decision), sharing.clock());
  const { count } = await lookAt(looking, share, copyFacts(share.bucket, after));
  sharing.onLooked(Math.max(0, people - count), 0);
}

/** Looks at those whom a copy gives. Returns how many they were, and the last of them. */
async function lookAt(
  { db, sharing, decision, writer, elsewhere }: Looking,
  share: Share,
  copying: Statement,
): Promise<{ readonly count: number; readonly last: string | undefined }> {
  const { keys, clock, onLooked, pause } = sharing;
  let count = 0;
  let last: string | undefined;
  // Until the copy ends, its connection does nothing else.
  for await (const rows of rowsOfCopy(db.copyChunks(copying))) {
    const { candidates, others } = lookAgain(keys, rows, decision, clock());
    if (rows.count > 0) last = idOf(rows.bytes, rows.idAt[rows.count - 1]!);
    count += rows.count;
    await makeDue(sharing, share, others);
    await writer.add(
      share,
      candidates.filter(({ personId }) => !elsewhere.has(personId)),
    );
    onLooked(rows.count, writer.takeAppended());
    await pause?.(rows.count);
  }
  return { count, last };
}

/** People changed in one transaction: a moment for whoever waits for their buckets. */
const WRITTEN_TOGETHER = 1_000;

/** Writes while others are looked at already: one transaction at a time. */
function createWriter(sharing: Sharing, decision: DecisionInForce) {
  let waiting: Waiting[] = [];
  let appended = 0;
  let writing: Promise<void> = Promise.resolve();
  const writeSome = async () => {
    const some = waiting.slice(0, WRITTEN_TOGETHER);
    waiting = waiting.slice(some.length);
    await writing;
    writing = writeChanged(sharing, decision, some).then((count) => {
      appended += count;
    });
    // Whoever comes next hears of a failure.
    writing.catch(() => {});
  };
  return {
    add: async (share: Share, candidates: readonly Candidate[]) => {
      for (const candidate of candidates) waiting.push({ share, candidate });
      while (waiting.length >= WRITTEN_TOGETHER) await writeSome();
    },
    takeAppended: () => {
      const count = appended;
      appended = 0;
      return count;
    },
    /** Writes what is left and waits until everything is written. */
    end: async () => {
      if (waiting.length > 0) await writeSome();
      await writing;
    },
  };
}
