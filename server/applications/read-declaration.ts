import type { Declaration } from '../../api/applications/applications.ts';
import type { FieldFault } from '../../api/problem.ts';
import { isRegionCode, normalisePlace } from '../../domain/places/region.ts';
import { DAY_MS, dayOf, EARLIEST, type Instant, NEVER, parseInstant, startOfDay } from '../../domain/time.ts';
import { Problem } from '../platform/http/problem.ts';

/** A stay that was declared, read. */
export interface DeclaredStay {
  readonly region: string;
  readonly place: string | undefined;
  readonly from: Instant;
  /** `NEVER` while it goes on. */
  readonly to: Instant;
}

/** A declaration, read. */
export interface Declared {
  /** When it was stated. */
  readonly statedAt: Instant;
  /** Since when there is a fever: since it was stated, unless more is said; missing when there is none. */
  readonly feverSince: Instant | undefined;
  readonly stays: readonly DeclaredStay[];
}

/** Of so many days people are asked: the longest time for which a stay can matter (14 days, and 7 more). */
export const DECLARED_DAYS = 21;
/** A telephone's clock may run ahead by so much. */
const AHEAD_MS = 5 * 60_000;
/** The provinces of GB/T 2260; below them codes change, and are not held against anybody. */
const PROVINCES = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])/;

/**
 * Reads a declaration that stands under `path` in the body.
 *
 * @throws {Problem} `invalid`, naming every field that cannot be true
 */
export function readDeclaration(declaration: Declaration, path: string, now: Instant): Declared {
  const faults: FieldFault[] = [];
  const tell = (field: string, message: string) =>
    faults.push({ in: 'body', path: `${path}${field}`, message });
  const feverSince = readFever(declaration, now, tell);
  const stays = declaration.stays.map((stay, i) =>
    readStay(stay, now, (field, message) => tell(`/stays/${i}${field}`, message)),
  );
  const seen = new Set<string>();
  for (const [i, stay] of stays.entries()) {
    if (seen.has(stayKey(stay))) tell(`/stays/${i}`, 'is stated twice');
    seen.add(stayKey(stay));
  }
  if (faults.length > 0) throw new Problem('invalid', 'What is declared cannot be.', { errors: faults });
  return { statedAt: now, feverSince, stays };
}

/** Equal for one stay, however long it turned out to be. */
export function stayKey({ region, place, from }: Omit<DeclaredStay, 'to'>): string {
  return JSON.stringify([region, normalisePlace(place ?? ''), from]);
}

/**
 * Reads where somebody stays.
 *
 * @throws {Problem} `invalid`
 */
export function checkRegion(region: string, path: string): void {
  if (isKnownRegion(region)) return;
  const errors = [{ in: 'body' as const, path, message: UNKNOWN_REGION }];
  throw new Problem('invalid', 'The region is wrong.', { errors });
}

/** The longest time for which somebody passes through. */
const MOST_VISITING_DAYS = 180;

/**
 * When the code of a visitor ends, from the day on which they leave; never without one.
 *
 * @throws {Problem} `invalid` for a day that is over, that does not exist, or that is far away
 */
export function endOfVisit(until: string | undefined, now: Instant): Instant {
  if (until === undefined) return NEVER;
  const day = dayOf(parseInstant(`${until}T00:00:00+08:00`));
  const ahead = day - dayOf(now);
  if (ahead >= 0 && ahead <= MOST_VISITING_DAYS) return startOfDay(day + 1);
  const message = `must be today or within ${MOST_VISITING_DAYS} days`;
  throw new Problem('invalid', 'The day of leaving is wrong.', {
    errors: [{ in: 'body', path: '/until', message }],
  });
}

type Tell = (field: string, message: string) => void;

const UNKNOWN_REGION = 'is no region of GB/T 2260';

function isKnownRegion(region: string): boolean {
  return isRegionCode(region) && PROVINCES.test(region);
}

function readFever({ fever, feverSince }: Declaration, now: Instant, tell: Tell): Instant | undefined {
  if (!fever && feverSince !== undefined) tell('/feverSince', 'stands without a fever');
  if (!fever || feverSince === undefined) return fever ? now : undefined;
  const since = readPast(feverSince, now, (message) => tell('/feverSince', message));
  if (since < now - DECLARED_DAYS * DAY_MS) tell('/feverSince', `must lie in the last ${DECLARED_DAYS} days`);
  return since;
}

function readStay(stay: Declaration['stays'][number], now: Instant, tell: Tell): DeclaredStay {
  const { region, place } = stay;
  if (!isKnownRegion(region)) tell('/region', UNKNOWN_REGION);
  const from = readPast(stay.from, now, (message) => tell('/from', message));
  const to = stay.to === undefined ? NEVER : readPast(stay.to, now, (message) => tell('/to', message));
  if (to < from) tell('/to', 'must not lie before from');
  else if (to < now - DECLARED_DAYS * DAY_MS)
    tell('/to', `must lie in the last ${DECLARED_DAYS} days: older stays are not asked for`);
  return { region, place, from, to };
}

/** An instant that has come; after a fault one that neither precedes nor follows any other. */
function readPast(text: string, now: Instant, tell: (message: string) => void): Instant {
  const instant = parseInstant(text);
  if (Number.isNaN(instant) || instant < EARLIEST) {
    tell('must be an RFC 3339 time with an offset, from 1900 on');
    return Number.NaN;
  }
  if (instant > now + AHEAD_MS) {
    tell('must not lie in the future');
    return Number.NaN;
  }
  return instant;
}
