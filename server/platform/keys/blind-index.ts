import type { Purpose } from './key-file.ts';
import type { KeyRing } from './key-ring.ts';
import { macOf } from './ring-mac.ts';

/** The purposes whose keys make indexes. */
export type IndexPurpose = Extract<Purpose, 'document' | 'phone' | 'carrier' | 'subject'>;

const BYTES = 16;

/**
 * The blind indexes of a text that the caller has normalised: 18 bytes each, the version first (`versionOf`). One
 * for each version that is not retired, that of the current one first.
 *
 * A number becomes one person and never two (S3) if a store looks for all of them, believes the current one first,
 * and adds somebody new under all versions or not at all: where one is there already, somebody else was quicker.
 * Two processes in neighbouring states of a rotation share a version.
 */
export function blindIndexes(ring: KeyRing, purpose: IndexPurpose, text: string): Buffer[] {
  return ring.live(purpose).map((key) => macOf(key, purpose, text, BYTES));
}
