import type { Purpose } from './key-file.ts';
import type { KeyRing } from './key-ring.ts';
import { macOf } from './ring-mac.ts';

/** The purposes whose keys make indexes. */
export type IndexPurpose = Extract<Purpose, 'document' | 'phone' | 'carrier'>;

const BYTES = 16;

/**
 * The blind indexes of a text that the caller has normalised: 18 bytes each, the version first (`versionOf`). One
 * for each version that is not retired, that of the current one first. Store all of them and look for all of them:
 * then two processes, one of which has not read the newest step of a rotation yet, still find each other's rows,
 * and a number never becomes two persons (S3).
 */
export function blindIndexes(ring: KeyRing, purpose: IndexPurpose, text: string): Buffer[] {
  return ring.live(purpose).map((key) => macOf(key, purpose, text, BYTES));
}
