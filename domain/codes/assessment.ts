import type { Colour } from '../colour.ts';
import type { Source } from '../evidence/fact.ts';
import type { Instant } from '../time.ts';

/** The key of a record. */
export type EvidenceKey = readonly [source: Source, id: string];

/** A reason that holds: the clause, the colour that it gives, and from when until when if nothing new arrives. */
export interface Ground {
  readonly clause: string;
  readonly colour: Colour;
  readonly since: Instant;
  /** `Infinity`: only new evidence ends it. */
  readonly until: Instant;
  readonly evidence: readonly EvidenceKey[];
}

/** A possible match that gives no colour and asks the person to say where they were (S1). */
export type Advisory = Omit<Ground, 'colour'>;

export type MeasureForm = 'hospital' | 'central' | 'home' | 'point-to-point';

/** What follows from a ground (M1–M6). */
export interface Measure {
  readonly form: MeasureForm;
  readonly from: Instant;
  readonly until: Instant;
  readonly clause: string;
}

/** The colour of a person at an instant, with every reason, and until when it all stays so. */
export interface Assessment {
  readonly at: Instant;
  /** The id of the rule package. */
  readonly rules: string;
  readonly colour: Colour;
  /** The earliest later instant at which anything here differs if nothing new arrives; `Infinity` for never. */
  readonly nextChangeAt: Instant;
  readonly grounds: readonly Ground[];
  readonly measures: readonly Measure[];
  readonly advisories: readonly Advisory[];
}
