import { type Fault, fault } from '../fault.ts';
import { parseInstant } from '../time.ts';
import { formFaults } from './form.ts';
import { putParametersIn } from './parameters.ts';
import type { GroundRule, RulePackage } from './schema.ts';

/** A package that is sound in form and in itself, or all that is wrong with it. */
export type Checked =
  | { readonly rules: RulePackage; readonly faults?: undefined }
  | { readonly rules?: undefined; readonly faults: readonly Fault[] };

/**
 * Checks a rule package: its parameters are put in, its form is held against the schema, and what a
 * schema cannot say is checked after that. The tests that it carries are run by `runOwnTests`.
 */
export function checkPackage(value: unknown): Checked {
  const faults: Fault[] = [];
  const resolved = putParametersIn(value, faults);
  faults.push(...formFaults(resolved));
  if (faults.length > 0) return { faults };
  // The schema has just been held against it.
  const rules = resolved as RulePackage;
  const meaning = [
    ...validityFaults(rules),
    ...rules.grounds.flatMap((ground, i) => groundFaults(rules, ground, `grounds[${i}]`)),
    ...admissionFaults(rules),
    ...testFaults(rules),
  ];
  return meaning.length > 0 ? { faults: meaning } : { rules };
}

function validityFaults({ validity: { from, to } }: RulePackage): Fault[] {
  return [
    ...timeFaults('validity.from', from),
    ...timeFaults('validity.to', to),
    ...(to !== undefined && parseInstant(to) <= parseInstant(from)
      ? [fault('validity.to', 'must lie after from')]
      : []),
  ];
}

function timeFaults(field: string, text: string | undefined): Fault[] {
  const wrong = text !== undefined && Number.isNaN(parseInstant(text));
  return wrong ? [fault(field, 'must be an RFC 3339 time with an offset')] : [];
}

/** Conditions whose interval can be the exposure history of a fever (M10). */
const HISTORIES: ReadonlySet<string> = new Set(['contact', 'entry', 'stay', 'contact-area']);

function groundFaults(rules: RulePackage, ground: GroundRule, path: string): Fault[] {
  const { clause, colour, when, history, measures = [] } = ground;
  const faults: Fault[] = [];
  if (rules.grounds.some((other) => other.clause === clause && other.colour !== colour)) {
    faults.push(fault(`${path}.colour`, `must be the same for every ground of clause ${clause}`));
  }
  if (history && !HISTORIES.has(when.kind)) {
    faults.push(fault(`${path}.history`, `can be set only for ${[...HISTORIES].join(', ')}`));
  }
  if ('levels' in when && (when.kind === 'stay' || when.kind === 'contact-area')) {
    const unknown = when.levels.filter((level) => !rules.areaLevels.includes(level));
    if (unknown.length > 0)
      faults.push(fault(`${path}.when.levels`, `not among areaLevels: ${unknown.join(', ')}`));
  }
  for (const [i, { order, announcedDuring }] of measures.entries()) {
    if (order !== undefined && when.kind !== 'isolation') {
      faults.push(fault(`${path}.measures[${i}].order`, 'can be set only for isolation'));
    }
    const announced = rules.grounds.some(
      (other) => other.clause === announcedDuring && other.when.kind === when.kind,
    );
    if (announcedDuring !== undefined && !announced) {
      faults.push(
        fault(`${path}.measures[${i}].announcedDuring`, 'names no ground of the same kind of condition'),
      );
    }
  }
  return faults;
}

function admissionFaults({ admission }: RulePackage): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  const check = (path: string, reason: string): void => {
    if (!Object.hasOwn(admission.reasons, reason))
      faults.push(fault(path, 'names no reason of admission.reasons'));
  };
  check('admission.unidentified.reason', admission.unidentified.reason);
  for (const [i, group] of admission.groups.entries()) {
    const path = `admission.groups[${i}]`;
    for (const colour of ['red', 'yellow', 'green', 'none'] as const) {
      check(`${path}.${colour}.reason`, group[colour].reason);
    }
    for (const venue of Object.keys(group.venues)) {
      if (seen.has(venue)) faults.push(fault(`${path}.venues.${venue}`, 'stands in two groups'));
      seen.add(venue);
    }
  }
  return faults;
}

function testFaults({ tests }: RulePackage): Fault[] {
  return tests.flatMap((test, i) =>
    'admit' in test
      ? []
      : [...timeFaults(`tests[${i}].at`, test.at), ...timeFaults(`tests[${i}].knownAt`, test.knownAt)],
  );
}
