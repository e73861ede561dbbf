/**
 * Region codes of GB/T 2260: province, city and county in 2 digits each, then street and community in
 * 3 each. A code of 6, 9 or 12 digits is read in those steps.
 */
const STEP_ENDS = [2, 4, 6, 9, 12] as const;

/** Whether the text has the form of a region code. The code need not be assigned to anything. */
export function isRegionCode(text: string): boolean {
  return /^(?!00)\d{6}(?:\d{3}){0,2}$/.test(text);
}

/**
 * The code without the trailing steps that are all zero: `330600` → `3306`, `330602000000` → `330602`.
 * Of two codes read so, one is a prefix of the other exactly when its steps are.
 */
export function significantSteps(code: string): string {
  let length = code.length;
  for (let i = STEP_ENDS.indexOf(length as (typeof STEP_ENDS)[number]); i > 0; i--) {
    const begin = STEP_ENDS[i - 1]!;
    if (!isZeros(code, begin, length)) break;
    length = begin;
  }
  return code.slice(0, length);
}

function isZeros(code: string, begin: number, end: number): boolean {
  for (let i = begin; i < end; i++) if (code.charCodeAt(i) !== 48) return false;
  return true;
}

/** A place name for comparison: NFKC, without Unicode white space. */
export function normalisePlace(place: string): string {
  return place.normalize('NFKC').replace(/\p{White_Space}/gu, '');
}
