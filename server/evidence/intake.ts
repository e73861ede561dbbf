import type { EvidenceRecord } from '../../domain/evidence/record.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Document } from '../../domain/people/document.ts';
import type { Instant } from '../../domain/time.ts';

/** A record as it came: its JSON value, or why it is none, and its place in the delivery, from 1. */
export interface Incoming {
  readonly position: number;
  readonly value?: unknown;
  /** The text as it came, where it came as a line of its own. */
  readonly text?: string;
  readonly fault?: Fault | undefined;
}

/** A record that may be stored: well-formed, and stated by whom it may be. */
export interface Candidate {
  readonly position: number;
  readonly record: EvidenceRecord;
  /** What it states, as canonical JSON: equal for another delivery of the same. */
  readonly content: string;
  /** The keyed digest of that. */
  readonly digest: Buffer;
  /** The stated data as JSON; missing on a retraction without data. */
  readonly data: string | undefined;
  /** The record as it came. */
  readonly raw: () => string;
  /** Whether two people have approved what one may not do (S3). */
  readonly approved: boolean;
}

/** The documents that a record names: of the person, and of those whom it joins to them. */
export function documentsIn({ person, fact }: EvidenceRecord): readonly Document[] {
  return fact?.kind === 'identity' ? [person, fact.data.document, fact.data.sameAs] : [person];
}

/** A record that may not be stored, and why. */
export interface Refused {
  readonly position: number;
  readonly source: string | undefined;
  readonly raw: string;
  readonly faults: readonly Fault[];
}

/** What became of one record. */
export type Outcome =
  | { readonly position: number; readonly outcome: 'accepted' | 'unchanged' }
  | {
      readonly position: number;
      readonly outcome: 'quarantined';
      readonly itemId: string;
      readonly faults: readonly Fault[];
    };

/** Records that one client delivered together, read. */
export interface Delivery {
  readonly batchId: string;
  /** The client system, or `operator`. */
  readonly clientId: string;
  readonly receivedAt: Instant;
  readonly candidates: readonly Candidate[];
  readonly refused: readonly Refused[];
}
