import { type Instant, NEVER } from '../../../domain/time.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import type { Decision } from '../decision.ts';
import { readFacts } from './facts-row.ts';
import { type Marks, marksOf, NO_MARKS, reachMsOf } from './marks.ts';
import { isOver } from './over.ts';
import {
  idOf,
  openEach,
  SEALED_HEAD_BYTES,
  type SealedRows,
  sealOf,
  TAG_BYTES,
  viewOf,
} from './sealed-facts.ts';

/** Somebody of whom something may differ now. */
export interface Candidate {
  readonly personId: string;
  /** How it was sealed: whoever has written since has sealed it anew. */
  readonly seal: string;
  /** The opened facts. */
  readonly row: Uint8Array;
  /** What follows from them, and the instant for which it was worked out. */
  readonly marks: Marks;
  readonly at: Instant;
}

/** What came of looking at some people. */
export interface Looked {
  readonly candidates: readonly Candidate[];
  /** People about whom only evidence can tell. */
  readonly others: readonly string[];
}

/** Looks at people again: whoever's conclusion is what it was is in neither list. */
export function lookAgain(keys: KeyRing, rows: SealedRows, decision: Decision, at: Instant): Looked {
  const reachMs = reachMsOf(decision);
  const candidates: Candidate[] = [];
  const others = openEach(keys, rows, (view, start, row) => {
    const marks = concludedFrom(view, start, decision, at, reachMs);
    if (marks && !isInForce(view, start, marks, at)) {
      const opened = openedOf(rows, row, view, start);
      candidates.push({ ...opened, marks, at });
    }
    return marks !== undefined;
  });
  return { candidates, others };
}

/** Copied: the bytes of many are used again soon. */
function openedOf(
  { bytes, idAt, contentAt, length }: SealedRows,
  row: number,
  view: DataView,
  start: number,
): Pick<Candidate, 'personId' | 'seal' | 'row'> {
  const opened = new Uint8Array(view.buffer, view.byteOffset + start, length[row]! - AROUND_BYTES);
  const seal = sealOf(bytes, contentAt[row]!);
  return { personId: idOf(bytes, idAt[row]!), seal, row: Buffer.from(opened) };
}

const AROUND_BYTES = SEALED_HEAD_BYTES + TAG_BYTES;

/** The marks of what follows from opened facts; undefined when only evidence can tell. */
export function concludedFrom(
  view: DataView,
  start: number,
  decision: Decision,
  at: Instant,
  reachMs: readonly number[],
): Marks | undefined {
  if (isOver(view, start, at, reachMs)) return NO_MARKS;
  const facts = readFacts(view, start, decision.lists, false);
  return facts && marksOf(facts, decision, at);
}

const NUMBER_AT = 2;
const NEXT_CHANGE_AT = 8;
const WORDS_AT = 16;

/** Puts the number of the conclusion in force and its marks into a row. */
export function setInForce(row: Uint8Array, number: number, { nextChangeAt, words }: Marks): void {
  const view = viewOf(row);
  view.setUint16(NUMBER_AT, number % 0x1_0000, true);
  view.setUint32(NUMBER_AT + 2, number / 0x1_0000, true);
  view.setFloat64(NEXT_CHANGE_AT, nextChangeAt, true);
  for (const [i, word] of words.entries()) view.setInt32(WORDS_AT + 4 * i, word, true);
}

/**
 * The number of the conclusion that is in force at an instant, and when it changes; undefined once it has changed by itself,
 * since nothing is written here when the one that it carries takes its place.
 */
export function inForceAt(
  row: Uint8Array,
  at: Instant,
): { readonly number: number; readonly nextChangeAt: Instant } | undefined {
  const view = viewOf(row);
  const nextChangeAt = view.getFloat64(NEXT_CHANGE_AT, true);
  if (at >= nextChangeAt) return undefined;
  const number = view.getUint16(NUMBER_AT, true) + 0x1_0000 * view.getUint32(NUMBER_AT + 2, true);
  return { number, nextChangeAt };
}

/** The two words of the conclusion that is in force at an instant; undefined once it has changed by itself. */
export function wordsInForce(
  view: DataView,
  start: number,
  at: Instant,
): readonly [one: number, other: number] | undefined {
  if (at >= view.getFloat64(start + NEXT_CHANGE_AT, true)) return undefined;
  const wordsAt = start + WORDS_AT;
  return [view.getInt32(wordsAt, true), view.getInt32(wordsAt + 4, true)];
}

/**
 * Whether the conclusion in force, or the one that follows it by itself, says the same. After its next change the next one is
 * in force, or somebody is due to put it there; if more would follow, it is looked at closely.
 */
function isInForce(view: DataView, start: number, { nextChangeAt, words }: Marks, at: Instant): boolean {
  const changesAt = view.getFloat64(start + NEXT_CHANGE_AT, true);
  const [a, b, c, d] = words;
  const wordsAt = start + WORDS_AT;
  const nextFirst = view.getInt32(wordsAt + 8, true);
  const nextSecond = view.getInt32(wordsAt + 12, true);
  if (at >= changesAt) return nextChangeAt === NEVER && nextFirst === a && nextSecond === b;
  if (nextChangeAt !== changesAt || nextFirst !== c || nextSecond !== d) return false;
  return view.getInt32(wordsAt, true) === a && view.getInt32(wordsAt + 4, true) === b;
}
