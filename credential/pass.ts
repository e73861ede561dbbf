import type { Colour } from '../domain/colour.ts';
import type { Instant } from '../domain/time.ts';

/** What all forms hold (S7, S10): no name, no number, no evidence; a printed one a masked name and the year of birth. */
interface Issued {
  readonly issuedAt: Instant;
  /** From this instant on it is refused. Both are whole seconds. */
  readonly expiresAt: Instant;
  /** The number under which the rule package was put in force. */
  readonly rules: number;
}

/** Whose status it is, in the lists of an epoch, and what an identity check compares. */
export interface Member {
  /** Where their status stands in the lists of the epoch. */
  readonly index: number;
  /** 0 to 4095; see {@link hintInput}. */
  readonly hint: number;
}

/** Shown while the service answers; the colour stands inside, signed, for a minute. */
export interface OnlinePass extends Issued, Member {
  readonly form: 'online';
  readonly epoch: number;
  readonly colour: Colour;
}

/** What is bound to a key that cannot leave a phone. Its colour is what the lists of its epoch say. */
interface Bound extends Issued {
  readonly epoch: number;
  /** A compressed point on P-256. */
  readonly holderKey: Uint8Array;
  /**
   * Lists that are older than the pass do not know all of its indexes: in them these stand like those that nobody bears, green.
   * So of a phone that was bound just now to somebody who is not green.
   */
  readonly needsNewerLists?: true;
}

/** The pass of one phone. */
export interface HolderPass extends Bound, Member {
  readonly form: 'holder';
}

/** The same for somebody and up to five companions; the first member is the holder. */
export interface GroupPass extends Bound {
  readonly form: 'group';
  readonly members: readonly Member[];
}

/** On paper or a card (S10). Its index is that of the card, the same in each epoch; it asks for an identity check. */
export interface PaperPass extends Issued, Member {
  readonly form: 'paper';
  readonly name: string;
  readonly birthYear: number;
}

export type Pass = OnlinePass | HolderPass | GroupPass | PaperPass;
export const FORMS = ['online', 'holder', 'group', 'paper'] as const;
export type Form = (typeof FORMS)[number];

/** Companions beside the holder. */
export const MOST_COMPANIONS = 5;
