import { type Instant, NEVER } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { bucketOf } from '../../platform/db/uuid.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import type { Decision } from '../decision.ts';
import type { Dossier } from '../dossiers.ts';
import { writeFacts } from './facts-row.ts';
import { concludedFrom, setInForce } from './look-again.ts';
import { type Marks, NO_MARKS, reachMsOf } from './marks.ts';
import { lastAtOf } from './over.ts';
import { sealFacts, viewOf } from './sealed-facts.ts';
import { putFacts } from './store.ts';

/**
 * Keeps the facts of people with the number and the marks of what was concluded from them at an instant. Whoever's documents may be joined,
 * and whoever's facts have no short form, is noted as somebody about whom only evidence can tell. To be called in the
 * transaction in which that conclusion is, or has become, the one in force.
 */
export async function keepFacts(
  db: Db,
  keys: KeyRing,
  dossiers: readonly KeptDossier[],
  decision: Decision,
  at: Instant,
): Promise<void> {
  const people = dossiers.map(({ personId, facts, inputsDigest, isAlone, number }) => {
    return { personId, inputsDigest, number, row: isAlone ? writeFacts(facts) : undefined };
  });
  await keepRows(db, keys, people, decision, at);
}

/** What somebody was concluded about from, and the number of the conclusion that is in force by now. */
interface KeptDossier extends Pick<Dossier, 'personId' | 'facts' | 'inputsDigest'> {
  readonly isAlone: boolean;
  readonly number: number;
}

/** Somebody with their facts in the short form; without it only evidence can tell about them. */
export interface ShortRow {
  readonly personId: string;
  readonly inputsDigest: Buffer;
  readonly row: Uint8Array | undefined;
  /** Of the conclusion in force. */
  readonly number: number;
  /** What follows from the facts at that instant, where it was worked out already. */
  readonly marks?: Marks | undefined;
}

/** The same of people whose facts are in the short form already; what is in force is set in them. */
export async function keepRows(
  db: Db,
  keys: KeyRing,
  people: readonly ShortRow[],
  decision: Decision,
  at: Instant,
): Promise<void> {
  const reachMs = reachMsOf(decision);
  const rows = people.flatMap(({ personId, row, number, marks: known }) => {
    const marks = row && (known ?? concludedFrom(viewOf(row), 0, decision, at, reachMs));
    if (!row || !marks) return [];
    setInForce(row, number, marks);
    return [{ personId, row, holds: marks !== NO_MARKS }];
  });
  const sealed = sealFacts(keys, rows);
  const kept = new Map(
    rows.map(({ personId, row, holds }, i) => [
      personId,
      { lastAt: lastAtOf(row), holds, content: sealed[i]! },
    ]),
  );
  await putFacts(
    db,
    people.map(({ personId, inputsDigest }) => ({
      ...{ personId, bucket: bucketOf(personId), inputsDigest },
      ...(kept.get(personId) ?? NOT_KEPT),
    })),
  );
}

const NO_DIGEST = Buffer.alloc(0);
/** Whoever looks at everybody comes across them in any case. */
const NOT_KEPT = { lastAt: NEVER, holds: true, content: null } as const;

/** Notes of people that only evidence can tell about them, when it can be read. */
export async function forgetFacts(db: Db, personIds: readonly string[]): Promise<void> {
  await putFacts(
    db,
    personIds.map((personId) => ({
      ...{ personId, bucket: bucketOf(personId), inputsDigest: NO_DIGEST },
      ...NOT_KEPT,
    })),
  );
}
