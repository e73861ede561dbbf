import type { AreaInForce } from '../../api/places/areas.ts';
import { normalisePlace } from '../../domain/places/region.ts';
import { type Instant, printInstant } from '../../domain/time.ts';
import type { AreaBook } from './area-book.ts';

/** The name of a region in words; undefined where nobody knows it. */
export type NameRegion = (region: string) => string | undefined;

/** The areas that are listed at an instant; those that have a text in their name, where one is given. */
export type ListAreas = (now: Instant, search?: string) => readonly AreaInForce[];

/** Of the same areas the list is made again after so long: one may begin or end by the clock. */
const KEPT_MS = 10_000;

/** Makes what lists the areas; the list is the same for everybody, and thousands long. */
export function createListAreas(book: Pick<AreaBook, 'inForce'>, nameRegion: NameRegion): ListAreas {
  let madeAt = Number.NEGATIVE_INFINITY;
  let made: readonly Listed[] = [];
  const listAt = (now: Instant): readonly Listed[] => {
    if (madeAt <= now && now - madeAt < KEPT_MS) return made;
    made = book.inForce(now).map((area) => listed(area, nameRegion));
    madeAt = now;
    return made;
  };
  return (now, search) => {
    const wanted = searchable(search ?? '');
    const found = wanted === '' ? listAt(now) : listAt(now).filter(({ text }) => text.includes(wanted));
    return found.map(({ area }) => area);
  };
}

interface Listed {
  readonly area: AreaInForce;
  /** What a search looks through. */
  readonly text: string;
}

function listed(
  { level, region, place, from }: ReturnType<AreaBook['inForce']>[number],
  nameRegion: NameRegion,
): Listed {
  const name = nameRegion(region) ?? region;
  const area = { level, region, place, name, since: printInstant(from) };
  return { area, text: searchable(`${region} ${name} ${place}`) };
}

function searchable(text: string): string {
  return normalisePlace(text).toLowerCase();
}
