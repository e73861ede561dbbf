import { assess } from '../../domain/codes/assess.ts';
import { printAssessment } from '../../domain/codes/print.ts';
import { readRecord } from '../../domain/evidence/record.ts';
import { type Entry, personsOf } from '../../domain/people/persons.ts';
import { indexAreas } from '../../domain/places/area-index.ts';
import { readListedArea } from '../../domain/places/read-listed-area.ts';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { parseInstant } from '../../domain/time.ts';
import { parseJson } from '../../server/platform/input/json.ts';
import { defaultRules } from '../default-rules.ts';
import type { OracleOptions, OracleResult } from './oracle.ts';

const { rules, compiled } = defaultRules();

/** The product's own answer to what the oracle is asked. */
export function ours(lines: readonly string[], options: OracleOptions): OracleResult {
  const at = parseInstant(options.at);
  const knownAt = options.knownAt === undefined ? at : parseInstant(options.knownAt);
  const readings = (options.areas ?? []).map(readArea);
  const areaFaults = readings.flatMap(({ faults }, i) =>
    (faults ?? []).map(({ field }) => ({ line: i + 1, field })),
  );
  const areas = readings.flatMap(({ area }) => (area ? [area] : []));
  const matching = { ...rules.parameters, stayMatch: options.stayMatch ?? 'inside' };
  const index = indexAreas(areas, knownAt, matching);
  const { persons, faults } = personsOf(lines.flatMap(entryOf), knownAt);
  const output = persons.map(({ document, facts }) =>
    printAssessment(document, assess(facts, compiled, index, at)),
  );
  return {
    // As `assess --areas` does: with a fault in the areas nobody is assessed (docs/decisions/0009-faults.md).
    output: areaFaults.length > 0 ? [] : output,
    faults: faults.map(({ line, fault: { field } }) => ({ line, field })),
    areaFaults,
  };
}

function readArea(text: string): ReturnType<typeof readListedArea> {
  const parsed = parseJson(text);
  return parsed.fault ? { faults: [parsed.fault] } : readListedArea(parsed.value, rules.areaLevels);
}

function entryOf(text: string, i: number): Entry[] {
  if (text.trim() === '') return [];
  const parsed = parseJson(text);
  const reading = parsed.fault
    ? { faults: [parsed.fault], names: [] }
    : readRecord(parsed.value, listsOf(rules));
  return [{ line: i + 1, reading }];
}
