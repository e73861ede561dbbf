import { parseInstant } from '../../../domain/time.ts';
import { inChina } from '../now.ts';

/** What the clocks of a device say, in milliseconds: one can be set, the other may stand still while the device sleeps. */
export interface Clocks {
  readonly wall: number;
  readonly steady: number;
}

/** An answer about a code, and when it came. */
export interface Answer {
  readonly asOf: string;
  readonly nextChangeAt: string | null;
  readonly code?: { readonly expiresAt: string; readonly refreshAfterSeconds: number };
}

/** An answer without the text of a code holds so long. */
const HOLDS_MS = 60_000;
/** An answer without a text is followed by the next one so long before it ends. */
const AHEAD_MS = 15_000;
const SHORTEST_MS = 1_000;

/** How many milliseconds have passed: whichever clock says more, so that neither sleep nor a hand can stretch an answer. */
export function elapsedMs(since: Clocks, now: Clocks): number {
  return Math.max(0, now.wall - since.wall, now.steady - since.steady);
}

/** How many milliseconds from its `asOf` an answer may be shown as current: until its code ends or its colour may change. */
export function holdsMs({ asOf, nextChangeAt, code }: Answer): number {
  const from = parseInstant(asOf);
  const ends = [
    from + HOLDS_MS,
    ...[code?.expiresAt, nextChangeAt].flatMap((end) => (end ? [parseInstant(end)] : [])),
  ];
  return Math.max(0, Math.min(...ends) - from);
}

/** When an answer was given and until when it holds, by the clock in China, such as `10:32:05`. */
export function issuedAndEnds(answer: Answer): readonly [issued: string, ends: string] {
  return [answer.asOf.slice(11, 19), serviceTime(answer.asOf, holdsMs(answer)).slice(11, 19)];
}

/** After how many milliseconds the next answer is fetched: the service says when, so that not all phones come at once. */
export function refreshAfterMs(answer: Answer): number {
  const holds = holdsMs(answer);
  const isTurning =
    answer.nextChangeAt !== null && parseInstant(answer.nextChangeAt) - parseInstant(answer.asOf) <= holds;
  const told = answer.code ? answer.code.refreshAfterSeconds * 1_000 : holds - AHEAD_MS;
  return Math.max(SHORTEST_MS, isTurning ? holds : Math.min(told, holds));
}

/** What the clock of the service shows now, as an RFC 3339 text in +08:00: the clock of a device is often wrong. */
export function serviceTime(asOf: string, elapsed: number): string {
  return inChina(parseInstant(asOf) + elapsed);
}

/** How long to wait before the next try after so many that failed. */
export function backOffMs(failures: number, chance: number): number {
  const longest = Math.min(30_000, 1_000 * 2 ** Math.min(failures, 5));
  return longest * (0.5 + chance / 2);
}
