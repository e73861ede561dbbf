/** What is signed, with the number under which the journal has it. */
export const KINDS = {
  online: 1,
  holder: 2,
  group: 3,
  paper: 4,
  base: 5,
  token: 6,
  delta: 7,
  sum: 8,
  head: 9,
} as const;
export type Kind = keyof typeof KINDS;

/** What was asked for, when it may be signed. */
export interface Signable {
  readonly kind: Kind;
  /** 0 where there is none. */
  readonly epoch: number;
  /** Of a delta; 0 where there is none. */
  readonly number: number;
  /** The type that the protected header states (RFC 9596). */
  readonly type?: string;
}

/** Why something is not signed; for the log of whoever asked. It holds nothing of what was to be signed. */
export interface Refused {
  readonly refused: string;
}

export function refuse(reason: string): Refused {
  return { refused: reason };
}
