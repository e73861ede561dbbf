import type { Ground } from './ground.ts';

/** Draws a number from 0 up to another one, which it never is. */
export type Draw = (below: number) => number;

/** Something that goes wrong, and is over when it returns. */
export interface Fault {
  readonly name: string;
  /** Why it cannot happen on a ground; false where it can. */
  readonly cannot?: (ground: Ground) => string | false;
  readonly happen: (ground: Ground, draw: Draw) => Promise<void>;
}

/** How long something that goes wrong lasts at most, where nothing is waited for. */
export const LONGEST_MS = 2_000;
/** A machine may have much else to do. */
export const PATIENCE_MS = 120_000;
