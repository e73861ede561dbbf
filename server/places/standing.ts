import { publishedAreas } from '../../domain/places/ledger.ts';
import type { Standing } from '../../domain/places/plausibility.ts';
import type { Instant } from '../../domain/time.ts';
import { pack, unpack, unpackList } from './read-document.ts';

/** What is kept of the last good list, and the time of the latest list seen. */
export interface StandingRow {
  readonly content: Buffer;
  readonly listedSince: Buffer;
  readonly begunAt: Instant;
  readonly seenAt: Instant;
}

/** Since when each area of a standing list is listed, in the order of the list. */
export function packSince({ since }: Standing): Buffer {
  return pack(JSON.stringify([...since.values()]));
}

/** The standing that was kept. */
export function openStanding({ content, listedSince, begunAt, seenAt }: StandingRow): Standing {
  const snapshot = unpackList(content);
  const areas = publishedAreas(snapshot);
  const times = JSON.parse(unpack(listedSince)) as readonly Instant[];
  const since = new Map([...areas.keys()].map((key, i) => [key, times[i]!]));
  return { time: snapshot.time, areas, since, begun: begunAt, seen: seenAt };
}
