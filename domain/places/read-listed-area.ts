import {
  isObject,
  readOneOf,
  readReferenceIfAny,
  readRegion,
  readTime,
  readTimeIfAny,
  reject,
} from '../evidence/fields.ts';
import { type Fault, fault } from '../fault.ts';
import { NEVER } from '../time.ts';
import type { AreaLevel, ListedArea } from './listed-area.ts';

/** A listed area, or all that is wrong with it. */
export type AreaReading =
  | { readonly area: ListedArea; readonly faults?: undefined }
  | { readonly area?: undefined; readonly faults: readonly Fault[] };

/**
 * Reads a listed area from its JSON value (contract.md, areas). `levels` are those that the rule
 * package knows. A severe area carries its approval and its end (R6).
 */
export function readListedArea(value: unknown, levels: readonly AreaLevel[]): AreaReading {
  if (!isObject(value)) return { faults: [fault('', 'must be a JSON object')] };
  const faults: Fault[] = [];
  const input = { json: value, path: '', faults };
  const level = readOneOf(input, 'level', levels);
  const region = readRegion(input, 'region');
  const from = readTime(input, 'from');
  const to = readTimeIfAny(input, 'to');
  const recordedAt = value.recordedAt === undefined ? from : readTime(input, 'recordedAt');
  const { place = '' } = value;
  if (typeof place !== 'string') reject(input, 'place', 'must be a text');
  if (to < from) reject(input, 'to', 'must not lie before from');
  const approved = readReferenceIfAny(input, 'approval');
  if (level === 'severe' && !approved && value.approval === undefined)
    reject(input, 'approval', 'is missing');
  if (level === 'severe' && value.to === undefined) reject(input, 'to', 'is missing');
  if (faults.length > 0) return { faults };
  const area = { level, region, place: place as string, from, recordedAt };
  return { area: to === NEVER ? area : { ...area, to } };
}
