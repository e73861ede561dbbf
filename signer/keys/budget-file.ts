import { readFileSync } from 'node:fs';
import { KEY_USES } from '../../credential/trust/keys.ts';
import { type Allowance, type Budget, USUAL_BUDGET } from '../budget.ts';
import { SignerError } from '../signer-error.ts';

/** Reads a budget: `{"pass":{"perSecond":30000,"burst":120000},…}`. A use that it does not name has its usual one. */
export function readBudget(path: string): Budget {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw malformed(path);
  }
  if (typeof value !== 'object' || value === null) throw malformed(path);
  const named = Object.entries(value);
  const isRight = named.every(([use, each]) => KEY_USES.some((known) => known === use) && isAllowance(each));
  if (!isRight) throw malformed(path);
  return { ...USUAL_BUDGET, ...Object.fromEntries(named) };
}

function isAllowance(value: unknown): value is Allowance {
  const { perSecond, burst } = (value ?? {}) as Record<string, unknown>;
  return Number.isFinite(perSecond) && Number.isFinite(burst) && Number(perSecond) >= 0 && Number(burst) >= 0;
}

function malformed(path: string): SignerError {
  return new SignerError('malformed', `${path} does not have the form of a budget`);
}
