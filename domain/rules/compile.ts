import { type Colour, WEIGHT } from '../colour.ts';
import { KINDS, type Kind } from '../evidence/fact.ts';
import type { Condition, ConditionOf } from './conditions.ts';
import type { GroundRule, MeasureRule, RulePackage } from './schema.ts';

/** What every compiled ground carries, whatever its condition. */
interface RuleBase {
  readonly clause: string;
  readonly colour: Colour;
  readonly weight: number;
  /** Whether it is looked at for each listed area that the fact matches (R3b, R6). */
  readonly dependsOnAreas: boolean;
  readonly history: boolean;
  readonly measures: readonly MeasureRule[];
  /** Later rules over the same record whose measures are listed while this one holds (M5). */
  readonly announces: readonly Announcement[];
}

type RuleOf<K extends Condition['kind']> = RuleBase & { readonly kind: K; readonly when: ConditionOf<K> };

/** A ground of a rule package, ready to be tested against facts of one kind. */
export type Rule = { [K in Condition['kind']]: RuleOf<K> }[Condition['kind']];

export interface Announcement {
  readonly rule: Rule;
  readonly measure: MeasureRule;
}

/** A rule package after its parameters were put in: plain tables, no code (docs/decisions/0005). */
export interface CompiledRules {
  readonly id: string;
  /** By `kindIndex` of a fact: the rules that it can meet, those of one clause together. */
  readonly byKind: readonly (readonly Rule[])[];
  /** Those of them that count as epidemiological history (M10). */
  readonly historyByKind: readonly (readonly Rule[])[];
  /** By `kindIndex`: how many days after a fact's `lastDay` all its rules have ended at 00:00. */
  readonly reachDays: readonly number[];
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

/** The kind of evidence that a kind of condition reads. */
export function kindRead(condition: Condition['kind']): Kind {
  return READS[condition];
}

/** Compiles a package that `checkPackage` has found sound. */
export function compileRules(rules: RulePackage): CompiledRules {
  const compiled = rules.grounds.map(compileGround);
  announce(compiled);
  const inOrder = [...compiled].sort((a, b) => (a.clause < b.clause ? -1 : a.clause > b.clause ? 1 : 0));
  return {
    id: rules.id,
    byKind: tableByKind(inOrder),
    historyByKind: tableByKind(inOrder.filter(({ history }) => history)),
    reachDays: tableByKind(compiled).map((rules) => Math.max(1, ...rules.map(reachDays))),
    transportClause: rules.transport.clause,
  };
}

type Draft = Rule & { announces: Announcement[] };

function compileGround({ clause, colour, when, history = false, measures = [] }: GroundRule): Draft {
  const dependsOnAreas = when.kind === 'stay' || when.kind === 'contact-area';
  const base = { clause, colour, weight: WEIGHT[colour], dependsOnAreas, history, measures, announces: [] };
  // `kind` and `when` belong together by construction, which the compiler cannot follow through a union.
  return { ...base, kind: when.kind, when } as Draft;
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

function tableByKind(rules: readonly Rule[]): Rule[][] {
  return KINDS.map((kind) => rules.filter((rule) => READS[rule.kind] === kind));
}

/**
 * A period of N days ends N + 1 days after the day that it is counted from has begun. A fever
 * whose end is known is counted from that end at the latest (M10).
 */
function reachDays({ when }: Rule): number {
  switch (when.kind) {
    case 'contact':
    case 'entry':
      return when.afterDays + when.days + 1;
    case 'convalescence':
    case 'stay':
    case 'contact-area':
      return when.days + 1;
    case 'fever':
      return when.careDays + 1;
    default:
      return 1;
  }
}
