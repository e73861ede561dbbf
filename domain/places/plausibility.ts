/**
 * Whether a list can be true (R5). A list that cannot is held with an alarm, and the last good one
 * stays in force: a list that loses a province in transit would turn its people green.
 *
 * The limits are set by the 718 real lists of 2021-08 and 2022-04 to 2022-09, none of which may be held; the
 * largest real value stands with each. Growth is never held: on 2022-07-01 a real list went from 5 areas to 84.
 */
import { type Fault, fault } from '../fault.ts';
import { DAY_MS, HOUR_MS, type Instant, parseInstant, printInstant } from '../time.ts';
import { namedPlaces, type PublishedAreas, provinceOf } from './ledger.ts';
import { FIELDS, LISTED_LEVELS, type ListedLevel, type Snapshot } from './snapshot.ts';

/** The last good list, and what is remembered of the lists before it. */
export interface Standing {
  readonly time: Instant;
  readonly areas: PublishedAreas;
  /** Since when each of its areas has been listed without a break, as far as the lists seen tell. */
  readonly since: ReadonlyMap<string, Instant>;
  /** The time of the first list, or of the first one after a gap: of its areas nobody knows since when they were listed. */
  readonly begun: Instant;
  /** The time of the latest list seen, which may have been held. */
  readonly seen: Instant;
}

/** The State Council graded areas nationally from February 2020 on. */
const FIRST_LIST = parseInstant('2020-02-01T00:00:00+08:00');
/** A list may be dated a little ahead of our clock. */
const CLOCK_TOLERANCE_MS = DAY_MS;

/**
 * A date that is far off with the places of the last list is a wrong date. Real lists 14 days apart or more
 * share at most 57 % of the places of the shorter one.
 */
const FAR_MS = 14 * DAY_MS;
const FAR_SHARE = 0.75;
const FAR_SMALLEST = 10;

/**
 * Lists further apart are not compared by province: 3 days is the shortest time that an area stays listed.
 * Real lists of one series lie at most 40 hours apart; between 2021-08 and 2022-04 there are 239 days.
 */
const COMPARABLE_MS = 3 * DAY_MS;

/** A list of fewer areas may become empty: on 2021-02-22 the last areas of the country were lowered. Real since: never. */
const LAST_FEW = 5;

/** A level with this many areas does not become empty at once. Real: never. */
const LEVEL_MANY = 20;

/** The whole list does not lose more than half of this many areas at once. Real: at most 14 %. */
const TOTAL_MANY = 50;
const TOTAL_LEAST = 0.5;

/** A province with many areas of which at most a quarter are left has to show that its areas had run out. */
const PROVINCE_MANY = 10;
const PROVINCE_LEAST = 0.25;
/** No province drops so far with more lost than this, run out or not. Real: 95 (Guangxi, 2022-08-16). */
const PROVINCE_LOSS = 120;
/**
 * A high-risk area is lowered before it is dropped, so few of the lost were high. Real: 10 % (Guizhou, 2022-08-22: 1 of 10).
 */
const HIGH_SHARE = 0.25;
/** An area stays for 3 days and more; lists are published by the hour, so a little less. Real: 2 % (Guangxi). */
const YOUNG_MS = 60 * HOUR_MS;
const YOUNG_SHARE = 0.25;
/**
 * Where the memory is shorter than that, the areas of its first list count as young only if the province, with
 * this many of them, vanished or all but: two lists alone cannot show that 54 areas had run out (Shandong, 2022-08-10).
 */
const VANISHED_MANY = 20;
const VANISHED_LEAST = 0.05;

/** Why a list cannot be true: the field that shows it, and what is wrong; undefined when it can. */
export function implausible(
  snapshot: Snapshot,
  areas: PublishedAreas,
  standing: Standing | undefined,
  receivedAt: Instant,
): Fault | undefined {
  const { time } = snapshot;
  return (
    contradiction(snapshot) ??
    impossibleTime(time, receivedAt) ??
    (standing &&
      (sameListFarAway(time, areas, standing) ??
        emptied(areas, standing) ??
        (isComparable(time, standing) ? collapsed(time, areas, standing) : undefined)))
  );
}

/** Whether a list lies so close to the one seen before it that both tell of the same days. */
export function isComparable(time: Instant, { seen }: Standing): boolean {
  return Math.abs(time - seen) <= COMPARABLE_MS;
}

/** A header that counts other places than the list has. Blank places may or may not be counted. */
function contradiction({ lists }: Snapshot): Fault | undefined {
  for (const level of LISTED_LEVELS) {
    const { announced, entries } = lists[level];
    let places = 0;
    let named = 0;
    for (const entry of entries) {
      places += entry.places.length;
      named += namedPlaces(entry).length;
    }
    if (announced === undefined || announced === places || announced === named) continue;
    return fault(`data.${FIELDS[level].count}`, `says ${announced} places, and the list has ${places}`);
  }
  return undefined;
}

function impossibleTime(time: Instant, receivedAt: Instant): Fault | undefined {
  if (time < FIRST_LIST) return wrongTime('lies before the first national list');
  if (time > receivedAt + CLOCK_TOLERANCE_MS) return wrongTime('lies in the future');
  return undefined;
}

function sameListFarAway(time: Instant, areas: PublishedAreas, standing: Standing): Fault | undefined {
  const days = Math.round(Math.abs(time - standing.time) / DAY_MS);
  const smaller = Math.min(areas.size, standing.areas.size);
  if (days * DAY_MS < FAR_MS || smaller < FAR_SMALLEST) return undefined;
  let same = 0;
  for (const key of areas.keys()) if (standing.areas.has(key)) same++;
  if (same < FAR_SHARE * smaller) return undefined;
  return wrongTime(
    `lies ${days} days from the last good list (${printInstant(standing.time)}), and ${same} areas are the same`,
  );
}

function wrongTime(message: string): Fault {
  return fault('data.end_update_time', message);
}

function emptied(areas: PublishedAreas, standing: Standing): Fault | undefined {
  if (areas.size > 0 || standing.areas.size < LAST_FEW) return undefined;
  return fault('data', `has no area at all, after ${standing.areas.size} in the last good list`);
}

/** A level, a province or the whole that fell too far since the last good list. */
function collapsed(time: Instant, areas: PublishedAreas, standing: Standing): Fault | undefined {
  const levels = countBy(standing.areas, (_, level) => level);
  const levelsNow = countBy(areas, (_, level) => level);
  for (const level of LISTED_LEVELS) {
    const before = levels.get(level) ?? 0;
    if (before >= LEVEL_MANY && !levelsNow.has(level))
      return fault(`data.${FIELDS[level].list}`, `is empty, after ${before} areas`);
  }
  const before = standing.areas.size;
  if (before >= TOTAL_MANY && areas.size < TOTAL_LEAST * before)
    return fault('data', `falls from ${before} areas to ${areas.size}`);
  return collapsedProvince(time, areas, standing);
}

function collapsedProvince(time: Instant, areas: PublishedAreas, standing: Standing): Fault | undefined {
  const provincesNow = countBy(areas, provinceOf);
  for (const [province, before] of countBy(standing.areas, provinceOf)) {
    const now = provincesNow.get(province) ?? 0;
    if (before < PROVINCE_MANY || now > PROVINCE_LEAST * before) continue;
    const { lost, high, young, unknown } = lossOf(province, time, areas, standing);
    const vanished = before >= VANISHED_MANY && now <= VANISHED_LEAST * before;
    const fresh = young + (vanished ? unknown : 0);
    if (lost <= PROVINCE_LOSS && high <= HIGH_SHARE * lost && fresh <= YOUNG_SHARE * lost) continue;
    return fault(
      'data',
      `${province} falls from ${before} areas to ${now}: of ${lost} lost, ${high} were high and ${fresh} not known to be older than 60 hours`,
    );
  }
  return undefined;
}

/** What a province lost: how many of it were high, how many newly listed, and of how many that is not known. */
function lossOf(province: string, time: Instant, areas: PublishedAreas, standing: Standing) {
  const loss = { lost: 0, high: 0, young: 0, unknown: 0 };
  for (const [key, level] of standing.areas) {
    if (areas.has(key) || provinceOf(key) !== province) continue;
    loss.lost++;
    if (level === 'high') loss.high++;
    const since = standing.since.get(key)!;
    if (Math.abs(time - since) >= YOUNG_MS) continue;
    if (since === standing.begun) loss.unknown++;
    else loss.young++;
  }
  return loss;
}

function countBy<K>(areas: PublishedAreas, group: (key: string, level: ListedLevel) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const [key, level] of areas) {
    const name = group(key, level);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
