import type { Instant } from '../domain/time.ts';

/**
 * What the lists say of an index, in 2 bits (IETF Token Status List): 0 valid, green; 1 invalid, no statement; 2 suspended,
 * yellow; 3 of our own, red.
 */
export type Status = 0 | 1 | 2 | 3;
export const STATUS = { green: 0, none: 1, yellow: 2, red: 3 } as const;

/** The lists of an epoch, as a reader has them. */
export interface StatusView {
  readonly epoch: number;
  /** Until when they say what is known. */
  readonly at: Instant;
  /** Of somebody, by the index of their pass in this epoch. */
  readonly statusOf: (index: number) => Status;
  /** Of a card, by its index, which is the same in each epoch. */
  readonly statusOfCard: (index: number) => Status;
}
