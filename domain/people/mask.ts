const SHOWN_BEFORE = 3;
const SHOWN_AFTER = 2;

/** A document number with its middle hidden: enough for its holder to recognise, too little to know the holder by (D3). */
export function maskNumber(number: string): string {
  const hidden = number.length - SHOWN_BEFORE - SHOWN_AFTER;
  if (hidden < 3) return '*'.repeat(number.length);
  return number.slice(0, SHOWN_BEFORE) + '*'.repeat(hidden) + number.slice(-SHOWN_AFTER);
}

/**
 * A name as others may see it: of a Chinese name the last character, of any other the first letter of each part. Enough
 * to recognise one's own, too little to know somebody by (D3).
 */
export function maskName(name: string): string {
  const characters = [...name.trim()];
  if (/^[\p{Script=Han}·]+$/u.test(name.trim())) {
    return '*'.repeat(Math.max(1, characters.length - 1)) + characters.slice(1).slice(-1).join('');
  }
  return name
    .trim()
    .split(/\s+/)
    .map((part) => `${[...part][0] ?? ''}**`)
    .join(' ');
}
