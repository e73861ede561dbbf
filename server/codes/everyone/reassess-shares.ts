import type { Instant } from '../../../domain/time.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { bucketOf } from '../../platform/db/uuid.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { mustNotBeSuperseded } from '../buckets/newest-rules.ts';
import { noteAllFacts, turnsOf } from '../buckets/store.ts';
import type { DecisionInForce } from '../decision.ts';
import { type Candidate, lookAgain } from './look-again.ts';
import { reachMsOf } from './marks.ts';
import { overBefore } from './over.ts';
import { rowsOfCopy } from './read-copy.ts';
import {
  copyFacts,
  countPeople,
  forgetRuns,
  lockShares,
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
  /** Told of so many people, of how many something was appended; may make the work wait. It throws to break it off. */
  readonly onLooked: (people: number, appended: number) => Promise<void> | void;
}

/**
 * Looks at some shares of the people again, if any are left on which nobody works. They are read without holding anybody up;
 * whoever differs is written in short transactions, each by itself right. About whom only evidence can tell is made due.
 * However it is broken off, the shares stay to be done, and what was written is found to be so and not written again. False
 * when no share is free.
 *
 * @throws {SupersededRules} when later rules decide elsewhere than here
 */
export function reassessShares(sharing: Sharing): Promise<boolean> {
  // It writes down nothing itself but that the shares are done.
  return sharing.database.transaction((db) => lookAtShares(db, sharing), { mayLast: true });
}

async function lookAtShares(db: Transaction, sharing: Sharing): Promise<boolean> {
  const shares = await lockShares(db);
  if (shares.length === 0) return false;
  const decision = await sharing.decision();
  const buckets = shares.map(({ bucket }) => bucket);
  const turns = await turnsOf(db, buckets);
  mustNotBeSuperseded(turns, decision.inForce);
  const whole = new Set(turns.filter(({ hasAllFacts }) => hasAllFacts).map(({ bucket }) => bucket));
  const elsewhere = new Set(await peopleConcludedElsewhere(db));
  await readInOrder(db);
  const writer = createWriter(sharing, decision);
  try {
    for (const share of shares) {
      const { bucket } = share;
      const own = [...elsewhere].filter((personId) => bucketOf(personId) === bucket);
      const people = await countPeople(db, bucket);
      const missing = whole.has(bucket) ? [] : await peopleWithoutFacts(db, bucket, people);
      await makeDue(sharing, share, [...missing, ...own]);
      let left = people - missing.length;
      const copying = copyFacts(bucket, overBefore(reachMsOf(decision), sharing.clock()));
      // Until the copy ends, its connection does nothing else.
      for await (const rows of rowsOfCopy(db.copyChunks(copying))) {
        const { candidates, others } = lookAgain(sharing.keys, rows, decision, sharing.clock());
        await makeDue(sharing, share, others);
        await writer.add(
          share,
          candidates.filter(({ personId }) => !elsewhere.has(personId)),
        );
        left -= rows.count;
        await sharing.onLooked(rows.count, writer.takeAppended());
      }
      await sharing.onLooked(Math.max(0, left), 0);
    }
  } finally {
    await writer.end();
  }
  await sharing.onLooked(0, writer.takeAppended());
  await removeShares(db, shares);
  await noteAllFacts(db, buckets);
  // Others may decide by now than when it was begun.
  if (shares.some(({ number }) => number !== decision.inForce.number)) await forgetRuns(db);
  return true;
}

/** People changed in one transaction: a moment for whoever waits for their buckets. */
const WRITTEN_TOGETHER = 500;

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
