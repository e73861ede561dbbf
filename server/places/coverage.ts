import type { ListedSpot, Spot } from '../../domain/places/history.ts';
import type { AreaLevel, ListedArea } from '../../domain/places/listed-area.ts';
import { normalisePlace } from '../../domain/places/region.ts';
import { type Instant, NEVER } from '../../domain/time.ts';

/** Whether official lists name an area, or it was given by itself. */
export type Origin = 'list' | 'area';

/** An area that was listed, with its number. */
export type CoveredArea = AreaBeginning & AreaEnd;

/** A new interval of listing. */
export interface AreaBeginning {
  readonly areaId: number;
  readonly origin: Origin;
  readonly level: AreaLevel;
  readonly region: string;
  readonly place: string;
  readonly from: Instant;
}

/** Until when an area is listed, as is known now. */
export interface AreaEnd {
  readonly areaId: number;
  readonly from: Instant;
  /** `NEVER` while it is listed; its own beginning when it never was, after all. */
  readonly to: Instant;
}

/** What differs between two states of a coverage. */
export interface CoverageChanges {
  readonly begun: readonly AreaBeginning[];
  /** The ends of those begun, and of others whose end is another one now. */
  readonly ends: readonly AreaEnd[];
}

/** When which place is listed, kept up to date list by list: the same intervals as those of a `History`. */
export interface Coverage {
  /** From one instant to another exactly these spots are on the official lists. */
  readonly setList: (spots: readonly ListedSpot[], from: Instant, until: Instant) => void;
  /** One area by itself. Of two with the same place, level and beginning the later one given counts. */
  readonly setArea: (area: ListedArea) => void;
  /** What changed since it was opened, or since it was asked last. New areas get the next numbers. */
  readonly takeChanges: () => CoverageChanges;
}

interface Span {
  readonly from: Instant;
  readonly to: Instant;
  /** Missing until the changes are taken. */
  readonly areaId?: number;
}

interface Covered {
  readonly origin: Origin;
  readonly level: AreaLevel;
  readonly region: string;
  readonly place: string;
  /** In order; no two of them touch. */
  spans: readonly Span[];
}

/** Opens a coverage over the areas so far; the next new one gets the number after `lastAreaId`. */
export function openCoverage(areas: readonly CoveredArea[], lastAreaId: number): Coverage {
  const ground = openGround(areas);
  let nextAreaId = lastAreaId + 1;
  return {
    setList: (spots, from, until) => {
      const named = new Set<Covered>();
      for (const listed of spots) {
        const each = ground.ofSpot(listed);
        named.add(each);
        if (!each.spans.some((span) => span.from <= from && until <= span.to))
          ground.change(each, joined([...without(each.spans, from, until), { from, to: until }]));
      }
      // After the last list nothing is listed but what has no end yet.
      for (const each of until === NEVER ? ground.open() : ground.all())
        if (each.origin === 'list' && !named.has(each) && overlap(each.spans, from, until))
          ground.change(each, without(each.spans, from, until));
    },
    setArea: ({ level, region, place = '', from, to = NEVER }) => {
      const each = ground.find({ origin: 'area', level, region, place, from });
      ground.change(each, from < to ? [{ from, to }] : []);
    },
    takeChanges: () => {
      const changes: Changes = { begun: [], ends: [] };
      for (const [each, before] of ground.takeTouched())
        nextAreaId = number(each, before, nextAreaId, changes);
      return changes;
    },
  };
}

/** The places that are or were listed, each level by itself. */
function openGround(areas: readonly CoveredArea[]) {
  const covered = new Map<string, Covered>();
  const open = new Set<Covered>();
  /** A spot is the same object in every list. */
  const spots = new Map<AreaLevel, WeakMap<Spot, Covered>>();
  let touched = new Map<Covered, readonly Span[]>();

  function find(area: Omit<AreaBeginning, 'areaId'>): Covered {
    const { origin, level, region } = area;
    const place = storable(area.place);
    const key = `${origin} ${level} ${region} ${normalisePlace(place)}${origin === 'list' ? '' : ` ${area.from}`}`;
    const found = covered.get(key) ?? { origin, level, region, place, spans: [] };
    covered.set(key, found);
    return found;
  }

  function ofSpot({ spot, level }: ListedSpot): Covered {
    const known = spots.get(level) ?? new WeakMap<Spot, Covered>();
    spots.set(level, known);
    const found = known.get(spot) ?? find({ origin: 'list', level, ...spot, from: 0 });
    known.set(spot, found);
    return found;
  }

  function setSpans(each: Covered, spans: readonly Span[]): void {
    each.spans = spans;
    if (spans.at(-1)?.to === NEVER) open.add(each);
    else open.delete(each);
  }

  function change(each: Covered, spans: readonly Span[]): void {
    if (!touched.has(each)) touched.set(each, each.spans);
    setSpans(each, spans);
  }

  function takeTouched(): ReadonlyMap<Covered, readonly Span[]> {
    const taken = touched;
    touched = new Map();
    return taken;
  }

  for (const area of areas) {
    const { from, to, areaId } = area;
    const each = find(area);
    if (from < to) setSpans(each, [...each.spans, { from, to, areaId }].sort(byBeginning));
  }
  return { find, ofSpot, change, takeTouched, all: () => covered.values(), open: () => [...open] };
}

interface Changes {
  readonly begun: AreaBeginning[];
  readonly ends: AreaEnd[];
}

/** Notes what changed of a place, gives its new intervals numbers, and returns the next number. */
function number(
  each: Covered,
  before: readonly Span[],
  nextAreaId: number,
  { begun, ends }: Changes,
): number {
  const { origin, level, region, place } = each;
  let next = nextAreaId;
  each.spans = each.spans.map(({ from, to }) => {
    const known = before.find((former) => former.from === from);
    if (known?.to === to) return known;
    const areaId = known?.areaId ?? next++;
    if (!known) begun.push({ areaId, origin, level, region, place, from });
    ends.push({ areaId, from, to });
    return { from, to, areaId };
  });
  for (const { from, areaId } of before)
    if (!each.spans.some((span) => span.from === from)) ends.push({ areaId: areaId!, from, to: from });
  return next;
}

/** A text as a database can keep it: without U+0000 and halves of characters. */
function storable(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\uFFFD');
}

function byBeginning(one: Span, other: Span): number {
  return one.from - other.from;
}

function overlap(spans: readonly Span[], from: Instant, until: Instant): boolean {
  return spans.some((span) => span.from < until && from < span.to);
}

/** The spans without what lies between two instants. */
function without(spans: readonly Span[], from: Instant, until: Instant): readonly Span[] {
  return spans
    .flatMap((span) => [
      { from: span.from, to: Math.min(span.to, from) },
      { from: Math.max(span.from, until), to: span.to },
    ])
    .filter((span) => span.from < span.to);
}

/** The spans in order, those that touch made one. */
function joined(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const span of [...spans].sort(byBeginning)) {
    const last = all.at(-1);
    if (last && last.to >= span.from) all[all.length - 1] = { from: last.from, to: span.to };
    else all.push(span);
  }
  return all;
}
