import type { Fault } from '../fault.ts';
import type { Instant } from '../time.ts';
import { compare, type LedgerLine, ledgerLine, type PublishedAreas, publishedAreas } from './ledger.ts';
import { implausible, isComparable, type Standing } from './plausibility.ts';
import type { Snapshot } from './snapshot.ts';

/** What judges a list besides the lists before it. */
export interface Judging {
  /** When the list reached us. */
  readonly receivedAt: Instant;
  /** The publication times of lists that a person has looked at and put in force, whatever speaks against them. */
  readonly accepted: ReadonlySet<Instant>;
}

/** A list after it was judged, and what stands then. */
export interface Taken {
  readonly line: LedgerLine;
  /** Why it is held; undefined when it is in force. */
  readonly held: Fault | undefined;
  readonly standing: Standing | undefined;
}

/**
 * Judges a list against the last good one before it, in the order in which lists are given. Lists whose
 * time goes back, or that come again under the same time, are lists like any other. A held list changes
 * nothing but the time of the latest list seen, and the next one is compared with the last good one again.
 * That a list comes again proves nothing, for a feed that is broken repeats itself: it is in force when it has
 * become plausible, as when the areas that it lacks are no longer too young to go, or when a person accepts it.
 */
export function takeList(standing: Standing | undefined, snapshot: Snapshot, judging: Judging): Taken {
  const areas = publishedAreas(snapshot);
  const { time } = snapshot;
  const held = judging.accepted.has(time)
    ? undefined
    : implausible(snapshot, areas, standing, judging.receivedAt);
  const line = ledgerLine(snapshot, areas, compare(standing?.areas, areas), held?.message ?? null);
  if (held) return { line, held, standing: standing && { ...standing, seen: time } };
  const since = listedSince(areas, time, standing?.since);
  const begun = standing && isComparable(time, standing) ? standing.begun : time;
  return { line, held, standing: { time, areas, since, begun, seen: time } };
}

function listedSince(
  areas: PublishedAreas,
  time: Instant,
  before: ReadonlyMap<string, Instant> | undefined,
): ReadonlyMap<string, Instant> {
  const since = new Map<string, Instant>();
  for (const key of areas.keys()) since.set(key, before?.get(key) ?? time);
  return since;
}
