import { fileURLToPath } from 'node:url';
import { type Fault, fault } from '../../domain/fault.ts';
import { type Checked, checkPackage } from '../../domain/rules/check.ts';
import { type CompiledRules, compileRules } from '../../domain/rules/compile.ts';
import { runOwnTests } from '../../domain/rules/own-tests.ts';
import type { RulePackage } from '../../domain/rules/schema.ts';
import { parseJson } from '../../server/platform/input/json.ts';
import { openInput } from '../../server/platform/input/lines.ts';
import { reportFault, unreadable } from '../terminal/faults.ts';
import { duplicateName } from './duplicate-names.ts';

/** The rule package that applies when none is named (S1). */
export const DEFAULT_RULES = fileURLToPath(new URL('../../rules/zj-2021-01.json', import.meta.url));

/** A rule package is written and read by people; a larger file is something else. */
const MAX_BYTES = 8 << 20;

/** A rule package that has passed its schema, and what it compiles to. */
export interface LoadedRules {
  readonly rules: RulePackage;
  readonly compiled: CompiledRules;
}

/**
 * Loads a rule package for use. One that fails its schema or one of its own tests is not loaded: its
 * faults are told on stderr, and undefined is returned.
 */
export async function loadRules(file = DEFAULT_RULES): Promise<LoadedRules | undefined> {
  const rules = await readRules(file);
  if (!rules) return undefined;
  const failed = runOwnTests(rules);
  for (const found of failed) reportFault(file, undefined, found);
  return failed.length > 0 ? undefined : { rules, compiled: compileRules(rules) };
}

/** Reads a rule package and checks its form; its faults are told on stderr. Its own tests are not run. */
export async function readRules(file: string): Promise<RulePackage | undefined> {
  const text = await readTextFile(file);
  if (typeof text !== 'string') {
    reportFault(file, undefined, text);
    return undefined;
  }
  const { rules, faults } = checkText(text);
  for (const found of faults ?? []) reportFault(file, undefined, found);
  return rules;
}

/** Checks the text of a rule package. One that names a field twice could be read in two ways. */
function checkText(text: string): Checked {
  const json = parseJson(text);
  if (json.fault) return { faults: [json.fault] };
  const twice = duplicateName(text);
  return twice === undefined ? checkPackage(json.value) : { faults: [fault(twice, 'stands here twice')] };
}

async function readTextFile(file: string): Promise<string | Fault> {
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of openInput(file) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MAX_BYTES) return fault('', `longer than ${MAX_BYTES} bytes`);
      chunks.push(chunk);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    if (error instanceof TypeError) return fault('', 'not UTF-8');
    const found = unreadable(error);
    if (!found) throw error;
    return found;
  }
}
