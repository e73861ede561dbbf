import type { Instant } from '../../domain/time.ts';
import { createEnds, type Link, putLast, unlink } from '../platform/memory/links.ts';

/** Two windows of time, the first one within the second; in ms. */
interface Windows {
  readonly recentMs: number;
  readonly withinMs: number;
}

/** The different numbers that somebody asked about within some time, as marks; the ones asked about last. */
export interface Seen extends Windows {
  /** More than so many are not remembered. */
  readonly most: number;
  /** By mark. */
  readonly entries: Map<number, Entry>;
  /** How many numbers there are of each group of neighbours. */
  readonly groups: Map<number, number>;
  /** Of the circle of the entries, the one that was asked about longest ago first. */
  readonly ends: Link;
  /** The first entry of the circle that is recent; the ends when there is none. */
  firstRecent: Link;
  /** How many entries are recent. */
  recent: number;
}

interface Entry extends Link {
  readonly number: number;
  readonly group: number;
  at: Instant;
  isRecent: boolean;
}

export function createSeen(windows: Windows, most: number): Seen {
  const ends = createEnds();
  return { ...windows, most, entries: new Map(), groups: new Map(), ends, firstRecent: ends, recent: 0 };
}

/** Adds a number, and forgets those whose time is over; one that is remembered already is only dated anew. */
export function addSeen(seen: Seen, number: number, group: number, now: Instant): void {
  const known = seen.entries.get(number);
  if (known) takeOut(seen, known);
  else seen.groups.set(group, (seen.groups.get(group) ?? 0) + 1);
  const entry = known ?? { number, group, at: now, isRecent: true, older: seen.ends, newer: seen.ends };
  if (!known) seen.entries.set(number, entry);
  entry.at = now;
  entry.isRecent = true;
  putLast(seen.ends, entry);
  seen.recent++;
  if (seen.firstRecent === seen.ends) seen.firstRecent = entry;
  forget(seen, now);
}

function forget(seen: Seen, now: Instant): void {
  while (seen.firstRecent !== seen.ends) {
    const entry = seen.firstRecent as Entry;
    if (entry.at > now - seen.recentMs) break;
    age(seen, entry);
  }
  while (seen.ends.newer !== seen.ends) {
    const oldest = seen.ends.newer as Entry;
    if (oldest.at > now - seen.withinMs && seen.entries.size <= seen.most) break;
    remove(seen, oldest);
  }
}

function age(seen: Seen, entry: Entry): void {
  entry.isRecent = false;
  seen.recent--;
  if (seen.firstRecent === entry) seen.firstRecent = entry.newer;
}

function takeOut(seen: Seen, entry: Entry): void {
  if (entry.isRecent) age(seen, entry);
  unlink(entry);
}

function remove(seen: Seen, entry: Entry): void {
  takeOut(seen, entry);
  seen.entries.delete(entry.number);
  const left = seen.groups.get(entry.group)! - 1;
  if (left > 0) seen.groups.set(entry.group, left);
  else seen.groups.delete(entry.group);
}
