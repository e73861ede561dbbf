import { readFileSync } from 'node:fs';
import { parseJson } from '../../cli/input/json.ts';
import { assess } from '../../domain/codes/assess.ts';
import { printAssessment } from '../../domain/codes/print.ts';
import { readRecord } from '../../domain/evidence/record.ts';
import { type Entry, personsOf } from '../../domain/people/persons.ts';
import { indexAreas } from '../../domain/places/area-index.ts';
import { readListedArea } from '../../domain/places/read-listed-area.ts';
import { checkPackage } from '../../domain/rules/check.ts';
import { compileRules } from '../../domain/rules/compile.ts';
import { listsOf } from '../../domain/rules/own-tests.ts';
import { parseInstant } from '../../domain/time.ts';
import type { OracleOptions, OracleResult } from './oracle.ts';

const { rules } = checkPackage(
  JSON.parse(readFileSync(new URL('../../rules/zj-2021-01.json', import.meta.url), 'utf8')),
);
if (!rules) throw new Error('rules/zj-2021-01.json is faulty');
const compiled = compileRules(rules);

/** The product's own answer to what the oracle is asked. */
export function ours(lines: readonly string[], options: OracleOptions): OracleResult {
  const at = parseInstant(options.at);
  const knownAt = options.knownAt === undefined ? at : parseInstant(options.knownAt);
  const areas = (options.areas ?? []).flatMap((line) => {
    const { area } = readListedArea(JSON.parse(line), rules!.areaLevels);
    return area ? [area] : [];
  });
  const matching = { ...rules!.parameters, stayMatch: options.stayMatch ?? 'inside' };
  const index = indexAreas(areas, knownAt, matching);
  const { persons, faults } = personsOf(lines.flatMap(entryOf), knownAt);
  return {
    output: persons.map(({ document, facts }) =>
      printAssessment(document, assess(facts, compiled, index, at)),
    ),
    faults: faults.map(({ line, fault: { field } }) => ({ line, field })),
  };
}

function entryOf(text: string, i: number): Entry[] {
  if (text.trim() === '') return [];
  const parsed = parseJson(text);
  const reading = parsed.fault
    ? { faults: [parsed.fault], names: [] }
    : readRecord(parsed.value, listsOf(rules!));
  return [{ line: i + 1, reading }];
}
