import { type Instant, NEVER } from '../../../domain/time.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import type { Decision } from '../decision.ts';
import { isOver, LAYOUT, readFacts } from './facts-row.ts';
import { type Marks, marksOf, NO_MARKS, reachMsOf } from './marks.ts';
import { idOf, openFacts, type SealedRows } from './sealed-facts.ts';

/** Somebody of whom something may differ now. */
export interface Candidate {
  readonly personId: string;
  /** What was read about them: whoever has written since has written something else. */
  readonly content: Buffer;
  /** The opened facts. */
  readonly row: Uint8Array;
}

/** What came of looking at some people. */
export interface Looked {
  readonly candidates: readonly Candidate[];
  /** People about whom only evidence can tell. */
  readonly others: readonly string[];
}

/** Looks at people again: whoever's conclusion is what it was is in neither list. */
export function lookAgain(keys: KeyRing, rows: SealedRows, decision: Decision, at: Instant): Looked {
  const { bytes, idAt, contentAt, length } = rows;
  const reachMs = reachMsOf(decision);
  const candidates: Candidate[] = [];
  const isTold = new Uint8Array(rows.count);
  for (const opened of openFacts(keys, rows)) {
    const view = new DataView(opened.bytes.buffer, opened.bytes.byteOffset, opened.bytes.length);
    for (let i = 0; i < opened.row.length; i++) {
      const start = opened.at[i]!;
      if (start < 0 || opened.bytes[start] !== LAYOUT) continue;
      const marks = concludedFrom(view, start, decision, at, reachMs);
      if (!marks) continue;
      const row = opened.row[i]!;
      isTold[row] = 1;
      if (isInForce(view, start, marks, at)) continue;
      const from = contentAt[row]!;
      candidates.push({
        personId: idOf(bytes, idAt[row]!),
        content: Buffer.from(bytes.subarray(from, from + length[row]!)),
        row: opened.bytes.slice(start, start + rowLength(length[row]!)),
      });
    }
  }
  const others: string[] = [];
  for (let i = 0; i < rows.count; i++) if (isTold[i] === 0) others.push(idOf(bytes, idAt[i]!));
  return { candidates, others };
}

const AROUND_BYTES = 32;

function rowLength(content: number): number {
  return content - AROUND_BYTES;
}

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

const NEXT_CHANGE_AT = 8;
const WORDS_AT = 16;

/** Puts the marks of the conclusion in force into a row. */
export function setMarks(row: Uint8Array, { nextChangeAt, words }: Marks): void {
  const view = new DataView(row.buffer, row.byteOffset, row.length);
  view.setFloat64(NEXT_CHANGE_AT, nextChangeAt, true);
  for (const [i, word] of words.entries()) view.setInt32(WORDS_AT + 4 * i, word, true);
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
