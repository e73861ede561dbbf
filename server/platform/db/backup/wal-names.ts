/** A file of the journal: the number of a stretch of bytes, on one of the timelines that restoring begins. */
export interface Segment {
  readonly timeline: number;
  readonly number: number;
}

const NAME = /^[0-9A-F]{24}$/;
const HISTORY = /^[0-9A-F]{8}\.history$/;
/** Names count the segments of each four gigabytes. */
const SPAN_BYTES = 2 ** 32;

/** The segment that a file name stands for; undefined for any other file. */
export function segmentOf(name: string, segmentBytes: number): Segment | undefined {
  if (!NAME.test(name)) return undefined;
  const [timeline, high, low] = [0, 8, 16].map((from) => Number.parseInt(name.slice(from, from + 8), 16));
  return { timeline: timeline!, number: high! * (SPAN_BYTES / segmentBytes) + low! };
}

/** The file name of a segment. */
export function nameOf({ timeline, number }: Segment, segmentBytes: number): string {
  const inSpan = SPAN_BYTES / segmentBytes;
  return [timeline, Math.floor(number / inSpan), number % inSpan]
    .map((part) => part.toString(16).toUpperCase().padStart(8, '0'))
    .join('');
}

/** The number of the segment that holds the last byte before a place in the journal, such as `0/3000148`. */
export function numberBefore(place: string, segmentBytes: number): number {
  const [high, low] = place.split('/').map((part) => Number.parseInt(part, 16));
  return Math.floor((high! * SPAN_BYTES + low! - 1) / segmentBytes);
}

/** Whether a file tells where a timeline began. */
export function isHistory(name: string): boolean {
  return HISTORY.test(name);
}

/** The first segment that is missing between one and the last of some others, whatever timeline they lie on. */
export function firstGap(from: Segment, others: readonly Segment[]): Segment | undefined {
  const later = others.filter(({ number }) => number >= from.number);
  const there = new Set(later.map(({ number }) => number));
  const last = Math.max(from.number, ...there);
  for (let number = from.number; number <= last; number++)
    if (!there.has(number)) return { timeline: from.timeline, number };
  return undefined;
}
