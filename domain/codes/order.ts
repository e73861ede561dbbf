import { type Colour, WEIGHT } from '../colour.ts';
import type { EvidenceKey } from './assessment.ts';

interface Ordered {
  readonly clause: string;
  readonly colour?: Colour;
  readonly since: number;
  readonly evidence: readonly EvidenceKey[];
}

/** The order of grounds and advisories: red first, then clause, then `since`, then evidence key (contract.md). */
export function inOrder(one: Ordered, other: Ordered): number {
  return (
    weight(other) - weight(one) ||
    compareBytes(one.clause, other.clause) ||
    one.since - other.since ||
    compareBytes(one.evidence[0]![0], other.evidence[0]![0]) ||
    compareBytes(one.evidence[0]![1], other.evidence[0]![1])
  );
}

function weight({ colour }: Ordered): number {
  return colour ? WEIGHT[colour] : 0;
}

/** Compares texts by their UTF-8 bytes, which is by code points, not by UTF-16 units. */
function compareBytes(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) {
    const a = one.charCodeAt(i);
    const b = other.charCodeAt(i);
    if (a !== b) return afterSurrogates(a) - afterSurrogates(b);
  }
  return one.length - other.length;
}

/** Surrogates stand for code points above U+FFFF, so they sort after all other units. */
function afterSurrogates(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
