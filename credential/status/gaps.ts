/** Rising numbers, written by the gaps between them. */
export interface Gaps {
  readonly count: number;
  /** How many low bits of each gap are written as they are. */
  readonly shift: number;
  readonly bits: Uint8Array;
}

const HIGHEST_SHIFT = 31;

/**
 * Writes rising numbers below 2^32 as a Golomb-Rice code of their gaps: of each gap less one, the high part as so many
 * ones and a zero, then `shift` low bits; bits fill bytes from the highest on. Of numbers that lie by chance, as permuted indexes do, this takes
 * a few hundredths of a bit more for each than the entropy of the set.
 */
export function writeGaps(positions: Uint32Array): Gaps {
  const count = positions.length;
  if (count === 0) return { count, shift: 0, bits: new Uint8Array(0) };
  const { shift, length } = bestShift(positions);
  const bits = new Uint8Array(Math.ceil(length / 8));
  let at = 0;
  let before = -1;
  for (const position of positions) {
    const gap = position - before - 1;
    before = position;
    for (let ones = Math.floor(gap / 2 ** shift); ones > 0; ones--, at++) bits[at >> 3]! |= 0x80 >> (at & 7);
    at++;
    for (let bit = shift - 1; bit >= 0; bit--, at++)
      if ((gap >>> bit) & 1) bits[at >> 3]! |= 0x80 >> (at & 7);
  }
  return { count, shift, bits };
}

/** The shift that gives the fewest bits; the lowest of those. */
function bestShift(positions: Uint32Array): { readonly shift: number; readonly length: number } {
  const mean = positions[positions.length - 1]! / positions.length;
  const guess = Math.max(0, Math.floor(Math.log2(Math.max(1, mean))));
  let best = { shift: 0, length: Number.POSITIVE_INFINITY };
  for (let shift = Math.max(0, guess - 1); shift <= Math.min(HIGHEST_SHIFT, guess + 1); shift++) {
    const length = lengthOf(positions, shift);
    if (length < best.length) best = { shift, length };
  }
  return best;
}

function lengthOf(positions: Uint32Array, shift: number): number {
  let length = positions.length * (shift + 1);
  let before = -1;
  for (const position of positions) {
    length += Math.floor((position - before - 1) / 2 ** shift);
    before = position;
  }
  return length;
}

/** Reads rising numbers below `limit`, whatever the shift; undefined for bits that do not hold just them. */
export function readGaps({ count, shift, bits }: Gaps, limit: number): Uint32Array | undefined {
  const total = bits.length * 8;
  // Whoever states more than there are must not make anybody reserve memory for them.
  if (count > limit || count * (shift + 1) > total || shift > HIGHEST_SHIFT) return undefined;
  const positions = new Uint32Array(count);
  let at = 0;
  let before = -1;
  for (let i = 0; i < count; i++) {
    let high = 0;
    while (at < total && (bits[at >> 3]! & (0x80 >> (at & 7))) !== 0) {
      at++;
      high++;
    }
    at++;
    if (at + shift > total) return undefined;
    let low = 0;
    for (let bit = 0; bit < shift; bit++, at++) low = (low << 1) | ((bits[at >> 3]! >> (7 - (at & 7))) & 1);
    const position = before + 1 + high * 2 ** shift + (low >>> 0);
    if (position >= limit) return undefined;
    positions[i] = position;
    before = position;
  }
  return isRestEmpty(bits, at) ? positions : undefined;
}

/** Whether nothing but what fills the last byte comes after the last bit. */
function isRestEmpty(bits: Uint8Array, at: number): boolean {
  if (Math.ceil(at / 8) !== bits.length) return false;
  return (at & 7) === 0 || (bits[at >> 3]! & (0xff >> (at & 7))) === 0;
}
