import type { Instant } from '../../domain/time.ts';
import type { VersionRow } from './store.ts';

/** That a version of a record names somebody else than a lower one did: from then on the record is none of theirs. */
export interface Departure {
  readonly personId: string;
  /** The version that names somebody else, and when it was learned. */
  readonly version: number;
  readonly recordedAt: Instant;
}

/**
 * Whom a record leaves, and when, because of versions that are new. Whatever was known at any instant, in whatever
 * order the versions came: of a person's versions and departures that were known, the highest says whether the record
 * is theirs (colour.md, evidence).
 */
export function departures(
  versions: ReadonlyMap<number, VersionRow>,
  isFresh: (version: number) => boolean,
): readonly Departure[] {
  if (new Set([...versions.values()].map(({ personId }) => personId)).size < 2) return [];
  const ordered = [...versions.values()].sort((a, b) => a.version - b.version);
  const earliestAfter = leastFromEnd(ordered.map(({ recordedAt }) => recordedAt));
  const found: Departure[] = [];
  // Whoever has a lower version: whether that is new, and since when it is known that the record left them.
  const holders = new Map<string, { readonly isFresh: boolean; leftAt: Instant }>();
  for (const [i, { personId, version, recordedAt }] of ordered.entries()) {
    for (const [holderId, holder] of holders) {
      if (holderId === personId) continue;
      // A departure that is known earlier says already what this one would say.
      if (recordedAt < holder.leftAt) {
        if (holder.isFresh || isFresh(version)) found.push({ personId: holderId, version, recordedAt });
        holder.leftAt = recordedAt;
      }
      if (holder.leftAt <= earliestAfter[i + 1]!) holders.delete(holderId);
    }
    holders.set(personId, { isFresh: isFresh(version), leftAt: Number.POSITIVE_INFINITY });
  }
  return found;
}

/** For each place the least value from there on, and at the end infinity. */
function leastFromEnd(values: readonly Instant[]): readonly Instant[] {
  const least = [...values, Number.POSITIVE_INFINITY];
  for (let i = values.length - 1; i >= 0; i--) least[i] = Math.min(least[i]!, least[i + 1]!);
  return least;
}
