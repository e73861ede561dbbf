import type { Instant } from '../../domain/time.ts';

/** The different numbers that somebody asked about within some time, as marks; the ones asked about last. */
export interface Seen {
  readonly withinMs: number;
  /** More than so many are not remembered. */
  readonly most: number;
  /** By mark; the one that was asked about longest ago stands first. */
  readonly entries: Map<number, Entry>;
  /** How many numbers there are of each group of neighbours. */
  readonly groups: Map<number, number>;
}

interface Entry {
  readonly group: number;
  readonly at: Instant;
}

export function createSeen(withinMs: number, most: number): Seen {
  return { withinMs, most, entries: new Map(), groups: new Map() };
}

/** Adds a number, and forgets those whose time is over; one that is remembered already is only dated anew. */
export function addSeen(seen: Seen, number: number, group: number, now: Instant): void {
  remove(seen, number);
  seen.entries.set(number, { group, at: now });
  seen.groups.set(group, (seen.groups.get(group) ?? 0) + 1);
  for (const [oldest, { at }] of seen.entries) {
    if (at > now - seen.withinMs && seen.entries.size <= seen.most) break;
    remove(seen, oldest);
  }
}

function remove({ entries, groups }: Seen, number: number): void {
  const entry = entries.get(number);
  if (!entry) return;
  entries.delete(number);
  const left = groups.get(entry.group)! - 1;
  if (left > 0) groups.set(entry.group, left);
  else groups.delete(entry.group);
}
