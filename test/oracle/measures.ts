/** colour.md "Measures that go with red". */
import type { Ground } from './assessment.ts';
import { intervalsOf, type Known, type Match } from './intervals.ts';
import { type Instant, type Interval, printEnd, printTime } from './reading/time.ts';

/** A measure, as it is printed. */
export interface Measure {
  readonly form: string;
  readonly from: string;
  readonly until: string | null;
  readonly clause: string;
}

/** "convalescence | `central` or `home` (*parameter*, default home), to its `until` (M3)" */
const CONVALESCENCE_FORM = 'home';

/** Decided: in the order of the grounds, which is given; point-to-point last; "equal ones are listed once". */
export function measuresOf(grounds: readonly Ground[], known: Known, match: Match): Measure[] {
  const red = grounds.filter(({ colour }) => colour === 'red');
  const measures = red.flatMap((ground) => measuresBecauseOf(ground, known, match));
  if (red.length > 0) measures.push(pointToPoint(red));
  return measures.filter(
    (measure, index) => index === measures.findIndex((other) => isEqual(other, measure)),
  );
}

/** "A measure carries the M clause named in the table … and the from and until of its ground". */
function measuresBecauseOf(ground: Ground, known: Known, match: Match): Measure[] {
  const { data } = ground.record;
  switch (ground.clause) {
    // "R2a, R2b | `hospital` treatment while the case is open (M1)"
    case 'R2a':
    case 'R2b':
      return [measure('hospital', ground, 'M1')];
    // "R2c | `hospital` isolation while the case is open (M2)"
    case 'R2c':
      return [measure('hospital', ground, 'M2')];
    // "R2d, R2g, R6 | `central` to its `until` (M4)"
    case 'R2d':
    case 'R2g':
    case 'R6':
      return [measure('central', ground, 'M4')];
    // "R2e, R2f (M5) | `central` while R2e holds; `home` while M5 holds; during R2e the coming `home` is listed
    // too". AMBIGUOUS: the coming one is as an early release that is known will cut it.
    case 'R2e':
      return [measure('central', ground, 'M4'), ...comingHome(ground, known, match)];
  }
  if (data?.kind === 'case') return [measure(CONVALESCENCE_FORM, ground, 'M3')];
  if (data?.kind === 'overseas') return [measure('home', ground, 'M5')];
  // "R2f (order) | the order's own form, to its end"; "M1–M3 by form for an order: hospital M1, central M4, home M5"
  if (data?.kind === 'isolation')
    return [measure(data.form, ground, { hospital: 'M1', central: 'M4', home: 'M5' }[data.form])];
  throw new Error(`no measure for ${ground.clause}`);
}

function comingHome({ record }: Ground, known: Known, match: Match): Measure[] {
  return intervalsOf(record, known, match)
    .filter(({ clause }) => clause === 'R2f')
    .map((afterwards) => measure('home', afterwards, 'M5'));
}

/**
 * "any red | transport `point-to-point`, from the earliest `since` to the latest `until` of the red grounds (M6)"
 * AMBIGUOUS: "the red grounds" are those that hold at *t*; the coming home isolation is not yet one of them.
 */
function pointToPoint(red: readonly Ground[]): Measure {
  const since: Instant = Math.min(...red.map((ground) => ground.since));
  const until: Instant = Math.max(...red.map((ground) => ground.until));
  return measure('point-to-point', { since, until }, 'M6');
}

function measure(form: string, { since, until }: Interval, clause: string): Measure {
  return { form, from: printTime(since), until: printEnd(until), clause };
}

function isEqual(left: Measure, right: Measure): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
