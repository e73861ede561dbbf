import { type CertLogicExpression, evaluate } from 'certlogic-js';
import jsonLogic, { type RulesLogic } from 'json-logic-js';
import { Engine } from 'json-rules-engine';
import { loadRules } from '../cli/input/rules-file.ts';
import { assess, colourAt } from '../domain/codes/assess.ts';
import { indexAreas } from '../domain/places/area-index.ts';
import type { ListedArea } from '../domain/places/listed-area.ts';
import { DAY_MS } from '../domain/time.ts';
import { type Figure, race } from './figures.ts';
import { AT, type BenchPerson, makePersons } from './persons.ts';

/** Few enough that persons stay in the cache, for every engine alike. */
const PERSONS = 1_024;
/** So many that each is fetched from memory: what a run over a province meets. */
const PERSONS_IN_MEMORY = 131_072;
const ROUNDS = 7;
const ROUND_MS = 500;

/** Medium-risk counties, so that some stays meet a listed area. */
const AREAS: ListedArea[] = ['330602', '330603', '330604'].map((region) => ({
  level: 'medium',
  region,
  from: AT - 60 * DAY_MS,
  recordedAt: AT - 60 * DAY_MS,
}));

/** Ten plain conditions on one flat object: far less than the rule package decides, and nothing to look up. */
const CONDITIONS: readonly (readonly [
  field: string,
  operator: '===' | '<=',
  value: number | string | boolean,
  colour: string,
])[] = [
  ['openCase', '===', 'confirmed', 'red'],
  ['openCase', '===', 'suspected', 'red'],
  ['openCase', '===', 'asymptomatic', 'red'],
  ['contactDays', '<=', 14, 'red'],
  ['entryDays', '<=', 21, 'red'],
  ['isolated', '===', true, 'red'],
  ['positive', '===', true, 'red'],
  ['redDesignation', '===', true, 'red'],
  ['riskStayDays', '<=', 14, 'yellow'],
  ['feverDays', '<=', 14, 'yellow'],
];

/** Full assessments and colours alone, against general rule engines that decide only ten conditions. */
export async function bench(): Promise<Figure[]> {
  const loaded = await loadRules();
  if (!loaded) throw new Error('the default rule package cannot be loaded');
  const { compiled, rules } = loaded;
  const areas = indexAreas(AREAS, AT, rules.parameters);
  const persons = makePersons(PERSONS);
  const many = makePersons(PERSONS_IN_MEMORY);
  const certLogic = certLogicRule();
  const jsonLogicTen = jsonLogicRule();
  const rates = await race(
    {
      full: () => each(persons, ({ facts }) => assess(facts, compiled, areas, AT)),
      colour: () => each(persons, ({ facts }) => colourAt(facts, compiled, areas, AT)),
      fullFromMemory: () => each(many, ({ facts }) => assess(facts, compiled, areas, AT)),
      colourFromMemory: () => each(many, ({ facts }) => colourAt(facts, compiled, areas, AT)),
      'certlogic-js': () => each(persons, ({ flat }) => evaluate(certLogic, flat)),
      'json-logic-js': () => each(persons, ({ flat }) => jsonLogic.apply(jsonLogicTen, flat)),
      'json-rules-engine': jsonRulesEngine(persons.slice(0, 256)),
    },
    ROUNDS,
    ROUND_MS,
  );
  return figures(rates);
}

/** Keeps the results of a round in sight of the optimiser. */
export let kept: unknown;

function each(persons: readonly BenchPerson[], work: (person: BenchPerson) => unknown): number {
  for (const person of persons) kept = work(person);
  return persons.length;
}

type Test = readonly [test: Record<string, unknown>, colour: string];

function tests(): Test[] {
  return CONDITIONS.map(([field, operator, value, colour]) => [
    { [operator]: [{ var: field }, value] },
    colour,
  ]);
}

/** The ten conditions as CertLogic: its `if` takes three operands, so they are nested. */
function certLogicRule(): CertLogicExpression {
  const nested = tests().reduceRight<unknown>(
    (rest, [test, colour]) => ({ if: [test, colour, rest] }),
    'green',
  );
  return nested as CertLogicExpression;
}

/** The ten conditions as JsonLogic: one `if` with any number of operands. */
function jsonLogicRule(): RulesLogic {
  return { if: [...tests().flat(), 'green'] } as RulesLogic;
}

function jsonRulesEngine(persons: readonly BenchPerson[]): () => Promise<number> {
  const engine = new Engine();
  for (const [fact, operator, value, colour] of CONDITIONS) {
    const name = operator === '===' ? 'equal' : 'lessThanInclusive';
    engine.addRule({ conditions: { all: [{ fact, operator: name, value }] }, event: { type: colour } });
  }
  return async () => {
    for (const { flat } of persons) kept = await engine.run({ ...flat });
    return persons.length;
  };
}

function figures(rates: Readonly<Record<string, number>>): Figure[] {
  const { full, colour, fullFromMemory, colourFromMemory, ...engines } = rates;
  return [
    ['full assessments per second', full],
    ['colours alone per second', colour],
    ['full assessments per second, persons out of the cache', fullFromMemory],
    ['colours alone per second, persons out of the cache', colourFromMemory],
  ].flatMap(([figure, value]) =>
    Object.entries(engines).map(([engine, referenceValue]) => ({
      bench: 'rules',
      figure: figure as string,
      value: value as number,
      unit: '1/s',
      reference: `${engine}, ten conditions`,
      referenceValue,
      ratio: (value as number) / referenceValue,
    })),
  );
}
