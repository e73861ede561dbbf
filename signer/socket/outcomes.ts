/**
 * What became of a request, by its number in a frame. `signed`: the bytes are the tagged COSE_Sign1. `refused` and
 * `over-budget`: it is not signed; the bytes say why. `away`: it cannot be signed now. `alarm` answers no request: the
 * bytes are an {@link Alarm} in JSON, for whoever watches.
 */
export const OUTCOMES = ['signed', 'refused', 'over-budget', 'away', 'alarm'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What somebody has to look at: more was asked for than ever should be, something that nobody may ask for, or a broken journal. */
export const ALARMS = ['over-budget', 'refused', 'journal', 'keys'] as const;
export interface Alarm {
  readonly what: (typeof ALARMS)[number];
  /** Of which use; empty where that does not matter. */
  readonly use: string;
  /** What was wrong, without anything of a content. */
  readonly why: string;
  /** How many since the last one of this kind. */
  readonly count: number;
}
