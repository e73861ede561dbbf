const SHOWN_BEFORE = 3;
const SHOWN_AFTER = 2;

/** A document number with its middle hidden: enough for its holder to recognise, too little to know the holder by (D3). */
export function maskNumber(number: string): string {
  const hidden = number.length - SHOWN_BEFORE - SHOWN_AFTER;
  if (hidden < 3) return '*'.repeat(number.length);
  return number.slice(0, SHOWN_BEFORE) + '*'.repeat(hidden) + number.slice(-SHOWN_AFTER);
}
