import { type Instant, NEVER } from '../../domain/time.ts';
import type { Db } from '../platform/db/database.ts';
import type { AreaEnd, CoverageChanges } from './coverage.ts';
import { addAreas, addChanges, addEnds, type ChangeRow, type EndRow, type Head } from './store.ts';

/**
 * Writes what changed of the areas, and returns the head after it. An end that lies ahead counts as missing until it
 * has come (colour.md): it is a change of its own, which is known from then on.
 */
export async function writeChanges(
  db: Db,
  { begun, ends }: CoverageChanges,
  head: Head,
  now: Instant,
): Promise<Head> {
  if (ends.length === 0) return head;
  const number = head.change + 1;
  const planned = [...new Set(ends.filter((end) => isAhead(end, now)).map(({ to }) => to))].sort(
    (a, b) => a - b,
  );
  const changes: ChangeRow[] = [now, ...planned].map((knownAt, i) => ({
    number: number + i,
    receivedAt: now,
    knownAt,
  }));
  const rows = ends.flatMap((end): EndRow[] =>
    isAhead(end, now)
      ? [
          { ...end, number, to: NEVER },
          { ...end, number: number + 1 + planned.indexOf(end.to) },
        ]
      : [{ ...end, number }],
  );
  await addChanges(db, changes);
  await addAreas(db, begun);
  await addEnds(db, rows);
  return {
    ...head,
    change: number + planned.length,
    areaId: begun.at(-1)?.areaId ?? head.areaId,
    receivedAt: now,
  };
}

/** Whether an area is listed until a time to come; not so when it never was listed, after all. */
function isAhead({ from, to }: AreaEnd, now: Instant): boolean {
  return to !== NEVER && to > now && to > from;
}
