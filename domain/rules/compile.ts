import { type Colour, WEIGHT } from '../colour.ts';
import type { Kind } from '../evidence/fact.ts';
import type { Condition, GroundRule, MeasureRule, RulePackage } from './schema.ts';

/** A ground of a rule package, ready to be tested against facts of one kind. */
export interface Rule<C extends Condition = Condition> {
  readonly clause: string;
  readonly colour: Colour;
  readonly weight: number;
  readonly when: C;
  readonly history: boolean;
  readonly measures: readonly MeasureRule[];
  /** Later rules over the same record whose measures are listed while this one holds (M5). */
  readonly announces: readonly Announcement[];
}

export interface Announcement {
  readonly rule: Rule;
  readonly measure: MeasureRule;
}

/** A rule package after its parameters were put in: plain tables, no code (docs/decisions/0005). */
export interface CompiledRules {
  readonly id: string;
  /** The rules that a fact of a kind can meet, those of one clause together. */
  readonly byKind: Readonly<Record<Kind, readonly Rule[]>>;
  /** Those of them that count as epidemiological history (M10). */
  readonly historyByKind: Readonly<Record<Kind, readonly Rule[]>>;
  readonly transportClause: string;
}

/** Which kind of evidence each kind of condition reads. */
const READS: Readonly<Record<Condition['kind'], Kind>> = {
  case: 'case',
  convalescence: 'case',
  contact: 'contact',
  entry: 'overseas',
  isolation: 'isolation',
  designation: 'designation',
  'positive-test': 'nat',
  stay: 'stay',
  'contact-area': 'contact',
  fever: 'symptom',
};

/** Compiles a package that `checkPackage` has found sound. */
export function compileRules(rules: RulePackage): CompiledRules {
  const compiled = rules.grounds.map(compileGround);
  announce(compiled);
  const inOrder = [...compiled].sort((a, b) => (a.clause < b.clause ? -1 : a.clause > b.clause ? 1 : 0));
  return {
    id: rules.id,
    byKind: tableByKind(inOrder),
    historyByKind: tableByKind(inOrder.filter(({ history }) => history)),
    transportClause: rules.transport.clause,
  };
}

type Draft = Omit<Rule, 'announces'> & { announces: Announcement[] };

function compileGround({ clause, colour, when, history = false, measures = [] }: GroundRule): Draft {
  return { clause, colour, weight: WEIGHT[colour], when, history, measures, announces: [] };
}

function announce(rules: readonly Draft[]): void {
  for (const rule of rules) {
    for (const measure of rule.measures) {
      for (const earlier of rules) {
        if (earlier.clause !== measure.announcedDuring || READS[earlier.when.kind] !== READS[rule.when.kind])
          continue;
        earlier.announces.push({ rule, measure });
      }
    }
  }
}

function tableByKind(rules: readonly Rule[]): Record<Kind, readonly Rule[]> {
  const reading = (kind: Kind) => rules.filter(({ when }) => READS[when.kind] === kind);
  return {
    case: reading('case'),
    contact: reading('contact'),
    overseas: reading('overseas'),
    stay: reading('stay'),
    symptom: reading('symptom'),
    nat: reading('nat'),
    isolation: reading('isolation'),
    designation: reading('designation'),
    identity: reading('identity'),
  };
}
