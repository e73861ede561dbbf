import type { Advisory, Assessment } from '../../domain/codes/assessment.ts';
import type { Colour } from '../../domain/colour.ts';
import type { Fact, FactOf } from '../../domain/evidence/fact.ts';
import type { Person } from '../../domain/people/persons.ts';
import type { GroundRule } from '../../domain/rules/schema.ts';
import type { LoadedRules } from '../input/rules-file.ts';

/** A person and what was concluded about them. */
export interface Assessed {
  readonly person: Person;
  readonly assessment: Assessment;
}

/** How many people, by colour. */
export type Counts = Record<Colour, number>;

/** What a summary counts, and one person of each colour to explain. */
export interface Tally {
  readonly colours: Counts;
  /** People for each ground of the rule package. */
  readonly grounds: ReadonlyMap<GroundRule, number>;
  /** By the first four digits of where they are. */
  readonly cities: ReadonlyMap<string, Counts>;
  advised: number;
  readonly examples: Partial<Record<Colour, Assessed>>;
}

/** A tally to which people are added one by one, in constant memory. */
export interface Counting {
  readonly tally: Tally;
  readonly add: (assessed: Assessed) => void;
}

export function startTally(loaded: LoadedRules): Counting {
  const grounds = new Map(loaded.rules.grounds.map((rule) => [rule, 0]));
  const cities = new Map<string, Counts>();
  const tally: Tally = { colours: none(), grounds, cities, advised: 0, examples: {} };
  return {
    tally,
    add: (assessed) => {
      const { person, assessment } = assessed;
      const { colour, advisories } = assessment;
      tally.colours[colour]++;
      countsOf(cities, cityOf(person))[colour]++;
      if (advisories.length > 0) tally.advised++;
      for (const rule of new Set(assessment.grounds.map((ground) => ruleOf(loaded, ground, person))))
        if (rule) grounds.set(rule, (grounds.get(rule) ?? 0) + 1);
      const best = tally.examples[colour];
      if (!best || interest(assessed) > interest(best)) tally.examples[colour] = assessed;
    },
  };
}

/** The ground of the package by which a record gives a colour: the clause alone may name several. */
export function ruleOf(
  { rules, compiled }: LoadedRules,
  { clause, evidence }: Advisory,
  person: Person,
): GroundRule | undefined {
  const fact = factOf(person, evidence[0]!);
  const rule = fact && compiled.byKind[fact.kindIndex]?.find((each) => each.clause === clause);
  return rule && rules.grounds.find((each) => each.clause === clause && each.when.kind === rule.when.kind);
}

/** The fact that a key of evidence names. */
export function factOf({ facts }: Person, [source, id]: Advisory['evidence'][number]): Fact | undefined {
  return facts.find((fact) => fact.source === source && fact.id === id);
}

/** Where a person is, as far as it is known: the stay that lasts longest, of several the latest. */
export function cityOf({ facts }: Person): string {
  let last: FactOf<'stay'> | undefined;
  for (const fact of facts) {
    if (fact.kind !== 'stay') continue;
    const { from, to } = fact.data;
    if (!last || to > last.data.to || (to === last.data.to && from > last.data.from)) last = fact;
  }
  return last?.data.region.slice(0, 4) ?? '';
}

/** More to explain is more interesting, up to a point; of equals the first stays. */
function interest({ assessment: { grounds, advisories } }: Assessed): number {
  return Math.min(3, new Set(grounds.map(({ clause }) => clause)).size) * 2 + (advisories.length > 0 ? 1 : 0);
}

function countsOf(cities: Map<string, Counts>, city: string): Counts {
  const known = cities.get(city);
  if (known) return known;
  const counts = none();
  cities.set(city, counts);
  return counts;
}

function none(): Counts {
  return { red: 0, yellow: 0, green: 0 };
}
