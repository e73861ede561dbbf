import { readFileSync } from 'node:fs';
import { checkPackage } from '../domain/rules/check.ts';
import { type CompiledRules, compileRules } from '../domain/rules/compile.ts';
import type { RulePackage } from '../domain/rules/schema.ts';

/** The JSON of the default rule package, fresh at each call, so that a test may spoil it. */
export function defaultPackage(): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL('../rules/zj-2021-01.json', import.meta.url), 'utf8'));
}

/** The default rule package, sound and compiled. */
export function defaultRules(): { readonly rules: RulePackage; readonly compiled: CompiledRules } {
  const { rules, faults } = checkPackage(defaultPackage());
  if (!rules) throw new Error(`rules/zj-2021-01.json is faulty: ${JSON.stringify(faults)}`);
  return { rules, compiled: compileRules(rules) };
}
