/** What the laws are about: a made-up world as the product reads it, with parts that a planted bug can replace. */
import assert from 'node:assert/strict';
import { assess, colourAt } from '../../domain/codes/assess.ts';
import type { Assessment } from '../../domain/codes/assessment.ts';
import type { Fact } from '../../domain/evidence/fact.ts';
import { readRecord } from '../../domain/evidence/record.ts';
import { type Entry, personsOf } from '../../domain/people/persons.ts';
import { type AreaIndex, indexAreas, type Matching } from '../../domain/places/area-index.ts';
import type { ListedArea } from '../../domain/places/listed-area.ts';
import { readListedArea } from '../../domain/places/read-listed-area.ts';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { type Instant, NEVER, parseInstant } from '../../domain/time.ts';
import { defaultRules } from '../default-rules.ts';
import type { World } from '../oracle/generate.ts';

export const { rules, compiled } = defaultRules();

/** The parts of the product that the laws hold for. */
export interface Product {
  readonly personsOf: typeof personsOf;
  readonly indexAreas: typeof indexAreas;
  readonly assess: typeof assess;
  readonly colourAt: typeof colourAt;
}

/** The product as it is, without a planted bug. */
export const PRODUCT: Product = { personsOf, indexAreas, assess, colourAt };

/** A world as values. */
export interface Situation {
  readonly entries: readonly Entry[];
  readonly areas: readonly ListedArea[];
  readonly matching: Matching;
  readonly at: Instant;
  readonly knownAt: Instant;
}

/** Reads a world without faults. */
export function situationOf({ lines, options }: World): Situation {
  const at = parseInstant(options.at);
  return {
    entries: lines.map(entryOf),
    areas: (options.areas ?? []).map((line) => {
      const { area } = readListedArea(JSON.parse(line), rules.areaLevels);
      assert.ok(area);
      return area;
    }),
    matching: { ...rules.parameters, stayMatch: options.stayMatch ?? 'inside' },
    at,
    knownAt: options.knownAt === undefined ? at : parseInstant(options.knownAt),
  };
}

/** Reads a line, counted from 0. */
export function entryOf(line: string, i: number): Entry {
  return { line: i + 1, reading: readRecord(JSON.parse(line), listsOf(rules)) };
}

/** The persons about whom something is known: the facts of each, and the areas that are known. */
export function known(
  product: Product,
  { entries, areas, matching, knownAt }: Situation,
): { readonly people: readonly (readonly Fact[])[]; readonly index: AreaIndex } {
  const { persons, faults } = product.personsOf(entries, knownAt);
  assert.deepEqual(faults, []);
  const people = persons.map(({ facts }) => facts).filter(({ length }) => length > 0);
  return { people, index: product.indexAreas(areas, knownAt, matching) };
}

/**
 * What is concluded about everyone of whom something is known, in no order: under which document
 * a person is printed, and where, depends on the order of the file by contract.
 */
export function conclusions(product: Product, situation: Situation): string[] {
  const { people, index } = known(product, situation);
  return people.map((facts) => JSON.stringify(product.assess(facts, compiled, index, situation.at))).sort();
}

/** Before every time of the made-up worlds. */
const DAWN: Instant = Date.UTC(2020, 8, 1);

/** More changes than a handful of records can make. */
const MANY = 200;

/** The instants at which a person's assessment changes, by its own word, from the dawn on. */
export function changesOf(product: Product, facts: readonly Fact[], index: AreaIndex): Instant[] {
  const instants: Instant[] = [];
  for (let at = DAWN; at !== NEVER; ) {
    instants.push(at);
    assert.ok(instants.length < MANY, 'an assessment changes a few dozen times');
    const next = product.assess(facts, compiled, index, at).nextChangeAt;
    assert.ok(next > at, 'nextChangeAt lies after t');
    at = next;
  }
  return instants;
}

/** The times that stand in facts. */
export function timesIn(facts: readonly Fact[]): Instant[] {
  return facts.flatMap((fact) =>
    Object.values(fact.data).filter((value): value is number => typeof value === 'number' && value !== NEVER),
  );
}

/** What must be equal for two assessments to be the same in all but the instant. */
export function contentOf({ colour, grounds, measures, advisories }: Assessment): object {
  return { colour, grounds, measures, advisories };
}
