import type { Condition } from '../domain/rules/conditions.ts';
import type { GroundRule, RulePackage } from '../domain/rules/schema.ts';
import { type JsonPath, REMOVED, withChange } from './json-change.ts';

/** A rule package that differs from the real one in one thing that the province decides. */
export interface Mutant {
  readonly group: Group;
  /** Where it differs, and what stands there instead. */
  readonly what: string;
  /** The package as it would be written. */
  readonly value: unknown;
}

export type Group =
  | 'ground'
  | 'number'
  | 'parameter'
  | 'list'
  | 'early end'
  | 'history'
  | 'colour'
  | 'measure'
  | 'clause'
  | 'area level'
  | 'admission cell'
  | 'venue';

type Change = readonly [group: Group, path: JsonPath, ...instead: unknown[]];

const FORMS = ['hospital', 'central', 'home'];
const CONTACTS = ['close', 'secondary', 'general'];
const OUTCOMES = ['allow', 'allow-if-masked', 'deny', 'ask-staff'];
/** A clause that gives no colour, no measure and no admission. */
const OTHER_CLAUSE = 'R1';

/** Every package that differs from this one, as it is written, in one decision. */
export function mutantsOf(rules: RulePackage): Mutant[] {
  const changes = [
    ...rules.grounds.flatMap((ground, i) => ofGround(ground, ['grounds', i], rules)),
    ...Object.entries(rules.parameters).flatMap(([name, value]) => ofParameter(['parameters', name], value)),
    ...rules.areaLevels.map((_, i): Change => ['area level', ['areaLevels', i], REMOVED]),
    ...ofAdmission(rules),
    ['clause', ['transport', 'clause'], OTHER_CLAUSE] as const,
  ];
  return changes.flatMap(([group, path, ...instead]) =>
    instead.map((replacement) => ({
      group,
      what: `${path.join('.')} ${replacement === REMOVED ? 'removed' : `= ${JSON.stringify(replacement)}`}`,
      value: withChange(rules, path, replacement),
    })),
  );
}

function ofGround(ground: GroundRule, path: JsonPath, rules: RulePackage): Change[] {
  const { colour, history = false, measures = [], when } = ground;
  return [
    ['ground', path, REMOVED],
    ['clause', [...path, 'clause'], OTHER_CLAUSE],
    ['colour', [...path, 'colour'], colour === 'red' ? 'yellow' : 'red'],
    ['history', [...path, 'history'], !history],
    ...measures.flatMap((_, i) => ofMeasure(ground, i, [...path, 'measures', i], rules)),
    ...listChanges(when, [...path, 'when'], rules),
    ...numberChanges(when, [...path, 'when'], rules),
  ];
}

function ofMeasure({ measures = [] }: GroundRule, i: number, path: JsonPath, rules: RulePackage): Change[] {
  const { form, order, announcedDuring } = measures[i]!;
  const usual = isReference(form) ? parametersOf(rules)[form.parameter] : form;
  return [
    ['measure', path, REMOVED],
    ['measure', [...path, 'form'], ...FORMS.filter((other) => other !== usual)],
    ['clause', [...path, 'clause'], OTHER_CLAUSE],
    ...(order === undefined ? [] : [['measure', [...path, 'order'], REMOVED] as const]),
    ...(announcedDuring === undefined ? [] : [['measure', [...path, 'announcedDuring'], REMOVED] as const]),
  ];
}

/** Each list of a condition with each of its possible members put in or taken out. */
function listChanges(when: Condition, path: JsonPath, { areaLevels }: RulePackage): Change[] {
  switch (when.kind) {
    case 'case':
      return toggles(when, path, 'classifications', ['confirmed', 'suspected', 'asymptomatic']);
    case 'convalescence':
      return [
        ...toggles(when, path, 'outcomes', ['recovered', 'excluded', 'deceased', 'none']),
        ...toggles(when, path, 'releasedBy', FORMS),
      ];
    case 'contact':
      return [...toggles(when, path, 'levels', CONTACTS), ...toggles(when, path, 'releasedBy', FORMS)];
    case 'entry':
      return toggles(when, path, 'releasedBy', FORMS);
    case 'stay':
      return [
        ...toggles(when, path, 'levels', areaLevels),
        ...(when.liftedBy ? [['early end', [...path, 'liftedBy'], REMOVED] as const] : []),
      ];
    case 'contact-area':
      return [
        ...toggles(when, path, 'levels', areaLevels),
        ...toggles(when, path, 'contactLevels', CONTACTS),
      ];
    default:
      return [];
  }
}

function toggles(when: Condition, path: JsonPath, field: string, members: readonly string[]): Change[] {
  const list = ((when as Record<string, unknown>)[field] ?? []) as readonly string[];
  const group = field === 'releasedBy' ? 'early end' : 'list';
  return members.map((member) => {
    const toggled = list.includes(member) ? list.filter((other) => other !== member) : [...list, member];
    return [group, [...path, field], toggled.length === 0 ? REMOVED : toggled];
  });
}

/** Each number one less and one more, in that place alone, though a parameter may stand in others too. */
function numberChanges(value: object, path: JsonPath, rules: RulePackage): Change[] {
  return Object.entries(value).flatMap(([name, inner]): Change[] => {
    const number: unknown = isReference(inner) ? parametersOf(rules)[inner.parameter] : inner;
    if (typeof number === 'number') return [['number', [...path, name], number - 1, number + 1]];
    return name === 'liftedBy' ? numberChanges(inner as object, [...path, name], rules) : [];
  });
}

function ofParameter(path: JsonPath, value: unknown): Change[] {
  if (typeof value === 'number') return [['parameter', path, value - 1, value + 1]];
  if (Array.isArray(value)) {
    return [
      ...value.map((_, i): Change => ['parameter', [...path, i], REMOVED]),
      ...(path.at(-1) === 'exemptCountries' ? [['parameter', path, ['GB', 'HK']] as const] : []),
    ];
  }
  const words = value === 'inside' || value === 'possible' ? ['inside', 'possible'] : FORMS;
  return [['parameter', path, ...words.filter((other) => other !== value)]];
}

function ofAdmission({ admission }: RulePackage): Change[] {
  return [
    ...ofDecision(admission.unidentified.outcome, ['admission', 'unidentified']),
    ...admission.groups.flatMap((group, i) => [
      ...Object.keys(group.venues).map(
        (venue): Change => ['venue', ['admission', 'groups', i, 'venues', venue], REMOVED],
      ),
      ...(['red', 'yellow', 'green', 'none'] as const).flatMap((colour) =>
        ofDecision(group[colour].outcome, ['admission', 'groups', i, colour]),
      ),
    ]),
  ];
}

function ofDecision(outcome: string, path: JsonPath): Change[] {
  return [
    ['admission cell', [...path, 'outcome'], ...OUTCOMES.filter((other) => other !== outcome)],
    ['clause', [...path, 'clause'], OTHER_CLAUSE],
  ];
}

function parametersOf({ parameters }: RulePackage): Readonly<Record<string, unknown>> {
  return parameters;
}

function isReference(value: unknown): value is { readonly parameter: string } {
  return typeof value === 'object' && value !== null && 'parameter' in value;
}
