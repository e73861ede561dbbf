import { assess } from '../codes/assess.ts';
import { printAssessment } from '../codes/print.ts';
import { isObject, type Json } from '../evidence/fields.ts';
import { readRecord, sameJson } from '../evidence/record.ts';
import { describeFault, type Fault, fault } from '../fault.ts';
import { admit } from '../measures/admit.ts';
import { personsOf } from '../people/persons.ts';
import { indexAreas } from '../places/area-index.ts';
import type { ListedArea } from '../places/listed-area.ts';
import { readListedArea } from '../places/read-listed-area.ts';
import { type Instant, parseInstant } from '../time.ts';
import { type CompiledRules, compileRules } from './compile.ts';
import type { AdmissionCase, AssessmentCase, RulePackage } from './schema.ts';

/** Runs the tests that a package carries; a fault for each that fails. A package that fails one cannot be loaded. */
export function runOwnTests(rules: RulePackage): Fault[] {
  const compiled = compileRules(rules);
  return rules.tests.flatMap((test, i) => {
    const wrong =
      'admit' in test ? admissionDifference(rules, test) : assessmentDifference(rules, compiled, test);
    return wrong === undefined ? [] : [fault(`tests[${i}]`, `"${test.name.en}" (${test.clause}): ${wrong}`)];
  });
}

function admissionDifference(
  rules: RulePackage,
  { admit: asked, expect }: AdmissionCase,
): string | undefined {
  const { colour, venue, masked = false, identityVerified = false } = asked;
  const holder = colour === 'none' ? 'none' : 'phone';
  const admission = admit(rules, { colour, masked, identityVerified, holder }, venue);
  return admission ? difference(admission, expect, '') : `${venue} is no venue category`;
}

function assessmentDifference(
  rules: RulePackage,
  compiled: CompiledRules,
  test: AssessmentCase,
): string | undefined {
  const at = parseInstant(test.at);
  const knownAt = test.knownAt === undefined ? at : parseInstant(test.knownAt);
  const areas = areasOf(rules, test);
  if (typeof areas === 'string') return areas;
  const entries = test.evidence.map((record, line) => ({
    line,
    reading: readRecord(record, listsOf(rules)),
  }));
  const { persons, faults } = personsOf(entries, knownAt);
  if (faults[0]) return `evidence[${faults[0].line}]: ${describeFault(faults[0].fault)}`;
  const [person] = persons;
  if (!person || persons.length > 1) return 'must be about one person';
  const index = indexAreas(areas, knownAt as Instant, rules.parameters);
  return difference(
    printAssessment(person.document, assess(person.facts, compiled, index, at)),
    test.expect,
    '',
  );
}

/** The closed lists of evidence that a rule package sets. */
export function listsOf(rules: RulePackage): { readonly designationReasons: readonly string[] } {
  return { designationReasons: Object.keys(rules.designationReasons) };
}

function areasOf(rules: RulePackage, { areas = [] }: AssessmentCase): ListedArea[] | string {
  const listed: ListedArea[] = [];
  for (const [i, value] of areas.entries()) {
    const { area, faults } = readListedArea(value, rules.areaLevels);
    if (faults?.[0]) return `areas[${i}]: ${describeFault(faults[0])}`;
    if (area) listed.push(area);
  }
  return listed;
}

/** The first difference; of an object only the names that are expected count, of a list every item. */
function difference(actual: unknown, expected: unknown, path: string): string | undefined {
  if (Array.isArray(expected) && Array.isArray(actual)) {
    if (actual.length !== expected.length) {
      return `${path || 'the list'} has ${actual.length} items, not ${expected.length}`;
    }
    return firstOf(expected.keys(), (i) => difference(actual[i], expected[i], `${path}[${i}]`));
  }
  if (isObject(expected) && isObject(actual)) {
    const fields: Json = actual;
    return firstOf(Object.keys(expected), (name) =>
      difference(fields[name], expected[name], path === '' ? name : `${path}.${name}`),
    );
  }
  if (sameJson(actual, expected)) return undefined;
  return `${path} is ${JSON.stringify(actual)}, not ${told(expected)}`;
}

/** A value as JSON; one nested deeper than the stack can follow is not shown. */
function told(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'a value that is nested too deeply';
  }
}

function firstOf<T>(items: Iterable<T>, test: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = test(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
