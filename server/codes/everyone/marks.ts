import { assess } from '../../../domain/codes/assess.ts';
import type { Assessment } from '../../../domain/codes/assessment.ts';
import { COLOURS } from '../../../domain/colour.ts';
import type { Fact } from '../../../domain/evidence/fact.ts';
import { DAY_MS, type Instant, NEVER } from '../../../domain/time.ts';
import type { Decision } from '../decision.ts';
import { placeOf } from './facts-row.ts';

/**
 * A mark of what is concluded, in two words of 32 bits: all that is kept of a conclusion goes into it, so two that differ
 * have different marks but by a chance of 2^-64. Zero is nothing at all: green without an end, a ground or an advisory.
 */
export interface Marks {
  readonly nextChangeAt: Instant;
  /** Two words of what holds now, and two of what holds from the next change on. */
  readonly words: readonly [now: number, now: number, next: number, next: number];
}

export const NO_MARKS: Marks = { nextChangeAt: NEVER, words: [0, 0, 0, 0] };

/** The marks of what follows at an instant from facts that are called by their place. */
export function marksOf(facts: readonly Fact[], { rules, areas }: Decision, at: Instant): Marks {
  const now = assess(facts, rules, areas, at);
  const { nextChangeAt } = now;
  const [a, b] = markOf(now);
  if (nextChangeAt === NEVER) return a === 0 && b === 0 ? NO_MARKS : { nextChangeAt, words: [a, b, 0, 0] };
  const [c, d] = markOf(assess(facts, rules, areas, nextChangeAt));
  return { nextChangeAt, words: [a, b, c, d] };
}

/** The two words of what holds at an instant, and until when. */
export function wordsNow(facts: readonly Fact[], { rules, areas }: Decision, at: Instant): [number, number] {
  return markOf(assess(facts, rules, areas, at));
}

function markOf({ colour, nextChangeAt, grounds, measures, advisories }: Assessment): [number, number] {
  if (nextChangeAt === NEVER && grounds.length === 0 && advisories.length === 0) return [0, 0];
  begin();
  mix(COLOURS.indexOf(colour));
  mixInstant(nextChangeAt);
  mix(grounds.length);
  for (const ground of grounds) {
    mix(COLOURS.indexOf(ground.colour));
    mixTerm(ground.clause, ground.since, ground.until);
    for (const [, id] of ground.evidence) mix(placeOf(id));
  }
  for (const { form, clause, from, until } of measures) {
    mix(wordOf(form));
    mixTerm(clause, from, until);
  }
  mix(advisories.length);
  for (const { clause, since, until, evidence } of advisories) {
    mixTerm(clause, since, until);
    for (const [, id] of evidence) mix(placeOf(id));
  }
  return [one | 0, other | 1];
}

let one = 0;
let other = 0;

function begin(): void {
  one = 0x2545_f491;
  other = 0x1f12_3bb5;
}

/** Two multiplicative hashes that run side by side, with the mixing steps of MurmurHash3. */
function mix(word: number): void {
  one = Math.imul(one ^ word, 0x85eb_ca6b);
  one ^= one >>> 15;
  other = Math.imul(other ^ word, 0xc2b2_ae35);
  other ^= other >>> 13;
}

function mixTerm(clause: string, from: Instant, until: Instant): void {
  mix(wordOf(clause));
  mixInstant(from);
  mixInstant(until);
}

const DOUBLE = new Float64Array(1);
const HALVES = new Int32Array(DOUBLE.buffer);

function mixInstant(instant: Instant): void {
  DOUBLE[0] = instant;
  mix(HALVES[0]!);
  mix(HALVES[1]!);
}

const words = new Map<string, number>();

/** Clauses and forms are few, and are told apart by a hash of their letters, the same in every process. */
function wordOf(text: string): number {
  let word = words.get(text);
  if (word === undefined) {
    word = 0x811c_9dc5;
    for (let i = 0; i < text.length; i++) word = Math.imul(word ^ text.charCodeAt(i), 0x0100_0193);
    words.set(text, word);
  }
  return word;
}

/** By kind: how long after the last instant of a fact its rules may hold, at most. */
export function reachMsOf({ rules }: Decision): number[] {
  return rules.reachDays.map((days) => (days + 1) * DAY_MS);
}
