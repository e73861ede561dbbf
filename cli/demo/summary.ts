import { COLOURS, type Colour } from '../../domain/colour.ts';
import type { BilingualText, GroundRule } from '../../domain/rules/schema.ts';
import { type Instant, printInstant } from '../../domain/time.ts';
import { grouped, left, percent, right, sideBySide } from './columns.ts';
import { type Explaining, explain } from './explain.ts';
import type { Counts, Tally } from './tally.ts';
import { CITY_WORDS, COLOUR_WORDS, ELSEWHERE, fill, PHRASES } from './words.ts';

const BAR_WIDTH = 30;
const LIGHTEST_FIRST: readonly Colour[] = [...COLOURS].reverse();

/** A readable summary in both languages: by colour, by ground, by city, and three people explained. */
export function summarise(tally: Tally, at: Instant, explaining: Explaining): string {
  const people = totalOf(tally.colours);
  const rules = explaining.loaded.rules.id;
  const lines = [
    sideBySide(PHRASES.title),
    sideBySide(fill(PHRASES.asOf, { at: printInstant(at).slice(0, 16), rules })),
    sideBySide(fill(PHRASES.people, { people: grouped(people) })),
    ...section(PHRASES.byColour, colourLines(tally.colours)),
    ...section(PHRASES.byClause, [...groundLines(tally.grounds), advisedLine(tally.advised)]),
    ...section(PHRASES.byCity, cityLines(tally.cities)),
    ...section(PHRASES.three, exampleLines(tally, explaining)),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function section(heading: BilingualText, lines: readonly string[]): string[] {
  return ['', `── ${heading.zh} ${heading.en} ──`, ...lines];
}

function colourLines(colours: Counts): string[] {
  const people = totalOf(colours);
  return LIGHTEST_FIRST.map((colour) => {
    const count = colours[colour];
    const bar = '█'.repeat(people === 0 ? 0 : Math.round((count / people) * BAR_WIDTH));
    return `  ${left(twice(COLOUR_WORDS[colour]), 14)}${right(grouped(count), 11)}  ${right(percent(count, people), 9)}  ${bar}`;
  });
}

function groundLines(grounds: ReadonlyMap<GroundRule, number>): string[] {
  return [...grounds]
    .filter(([, count]) => count > 0)
    .map(
      ([{ clause, text }, count]) => `  ${left(clause, 5)}${right(grouped(count), 8)}  ${sideBySide(text)}`,
    );
}

function advisedLine(advised: number): string {
  return `  ${left('', 5)}${right(grouped(advised), 8)}  ${sideBySide(PHRASES.advised)}`;
}

function cityLines(cities: ReadonlyMap<string, Counts>): string[] {
  const known = Object.keys(CITY_WORDS);
  const elsewhere = none();
  for (const [city, counts] of cities) {
    if (known.includes(city)) continue;
    for (const colour of COLOURS) elsewhere[colour] += counts[colour];
  }
  const heading = LIGHTEST_FIRST.map((colour) => right(twice(COLOUR_WORDS[colour]), 14)).join('');
  const rows = known.map((city) => cityLine(CITY_WORDS[city]!, cities.get(city) ?? none()));
  return [`  ${left('', 16)}${heading}`, ...rows, cityLine(ELSEWHERE, elsewhere)];
}

function cityLine(name: BilingualText, counts: Counts): string {
  const numbers = LIGHTEST_FIRST.map((colour) => right(grouped(counts[colour]), 14)).join('');
  return `  ${left(twice(name), 16)}${numbers}`;
}

function exampleLines({ examples }: Tally, explaining: Explaining): string[] {
  return COLOURS.flatMap((colour) => {
    const example = examples[colour];
    if (!example) return [];
    const said = explain(example, explaining);
    return [...said.map(({ depth, text }) => sideBySide(text, '  '.repeat(depth + 1))), ''];
  });
}

function totalOf(counts: Counts): number {
  return COLOURS.reduce((sum, colour) => sum + counts[colour], 0);
}

function none(): Counts {
  return { red: 0, yellow: 0, green: 0 };
}

function twice({ zh, en }: BilingualText): string {
  return `${zh} ${en}`;
}
