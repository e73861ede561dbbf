import type { Assessment } from '../../../domain/codes/assessment.ts';
import type { Colour } from '../../../domain/colour.ts';
import { type Instant, NEVER, printInstant } from '../../../domain/time.ts';
import type { CountedRow } from './store.ts';

/** What another rule package would do, counted, without anybody's data. */
export interface Rehearsal {
  readonly rules: string;
  readonly people: number;
  /** Whose colour, grounds, measures or next change would be others. */
  readonly changed: number;
  /** About whom nothing could be concluded. */
  readonly unreadable: number;
  /** `green → red`, also `red → red` where other things than the colour change. */
  readonly colours: Readonly<Record<string, number>>;
  /** By clause of a ground that would come, go, or hold at other times. A person may have several. */
  readonly clauses: Readonly<Record<string, number>>;
  /** By code of GB/T 2260 of where the document was registered; `unknown` where it does not tell. */
  readonly cities: Readonly<Record<string, number>>;
  readonly counties: Readonly<Record<string, number>>;
  /** By decade: `1990-1999`. */
  readonly birthYears: Readonly<Record<string, number>>;
  readonly samples: readonly Sample[];
}

/** One explanation, of nobody in particular. */
export interface Sample {
  readonly from: SampleSide;
  readonly to: SampleSide;
}

interface SampleSide {
  readonly colour: Colour;
  readonly nextChangeAt: string | null;
  readonly grounds: readonly {
    readonly clause: string;
    readonly since: string;
    readonly until: string | null;
  }[];
}

/** What would change about somebody. */
export interface Difference {
  readonly personId: string;
  readonly before: Assessment;
  readonly after: Assessment;
}

export const MOST_SAMPLES = 20;
const UNKNOWN = 'unknown';

type Tally = Map<string, number>;

/** What was counted so far. */
export type Counts = ReturnType<typeof createCounts>;

/** Counts differences. */
export function createCounts(rules: string) {
  const [colours, clauses, cities, counties, birthYears]: Tally[] = [
    ...[new Map(), new Map(), new Map(), new Map(), new Map()],
  ];
  const samples: Sample[] = [];
  let changed = 0;
  return {
    add: (differences: readonly Difference[], counted: readonly CountedRow[]) => {
      const rows = new Map(counted.map((row) => [row.personId, row]));
      for (const difference of differences) {
        const { before, after, personId } = difference;
        changed++;
        count(colours!, `${before.colour} → ${after.colour}`);
        for (const clause of differingClauses(before, after)) count(clauses!, clause);
        const { birthYear = null, registeredRegion = null } = rows.get(personId) ?? {};
        count(cities!, registeredRegion === null ? UNKNOWN : `${registeredRegion.slice(0, 4)}00`);
        count(counties!, registeredRegion ?? UNKNOWN);
        count(birthYears!, birthYear === null ? UNKNOWN : decadeOf(birthYear));
        // Those whose colour would be another tell more.
        if (samples.length < MOST_SAMPLES) samples.push(sampleOf(difference));
        else if (before.colour !== after.colour) replacePlain(samples, difference);
      }
    },
    result: (people: number, unreadable: number): Rehearsal => ({
      ...{ rules, people, changed, unreadable },
      colours: sorted(colours!),
      clauses: sorted(clauses!),
      cities: sorted(cities!),
      counties: sorted(counties!),
      birthYears: sorted(birthYears!),
      samples,
    }),
  };
}

function count(counts: Tally, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted(counts: Tally): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function decadeOf(year: number): string {
  const first = Math.floor(year / 10) * 10;
  return `${first}-${first + 9}`;
}

function differingClauses(before: Assessment, after: Assessment): Set<string> {
  const texts = ({ grounds, advisories }: Assessment) =>
    [...grounds, ...advisories].map((one) => [one.clause, JSON.stringify(one)] as const);
  const [one, other] = [texts(before), texts(after)];
  const known = [new Set(one.map(([, text]) => text)), new Set(other.map(([, text]) => text))] as const;
  const differing = [
    ...one.filter(([, text]) => !known[1].has(text)),
    ...other.filter(([, text]) => !known[0].has(text)),
  ];
  return new Set(differing.map(([clause]) => clause));
}

function replacePlain(samples: Sample[], difference: Difference): void {
  const plain = samples.findIndex(({ from, to }) => from.colour === to.colour);
  if (plain >= 0) samples[plain] = sampleOf(difference);
}

function sampleOf({ before, after }: Difference): Sample {
  return { from: sideOf(before), to: sideOf(after) };
}

function sideOf({ colour, nextChangeAt, grounds }: Assessment): SampleSide {
  return {
    colour,
    nextChangeAt: ended(nextChangeAt),
    // Days, not instants: those could tell somebody from everybody else.
    grounds: grounds.map(({ clause, since, until }) => ({
      clause,
      since: dayIn(since),
      until: ended(until),
    })),
  };
}

function ended(instant: Instant): string | null {
  return instant === NEVER ? null : dayIn(instant);
}

function dayIn(instant: Instant): string {
  return printInstant(instant).slice(0, 10);
}
