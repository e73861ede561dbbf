import type { PhoneWords } from '../../words/phone/phone-words.ts';

/** What a phone is probably called by its owner, from what its browser says of itself. */
export function guessName(userAgent: string, { guesses }: PhoneWords): string {
  if (/iPhone/.test(userAgent)) return guesses.iphone;
  if (/iPad/.test(userAgent)) return guesses.ipad;
  if (/Android|HarmonyOS/.test(userAgent)) return guesses.android;
  return /Windows|Macintosh|Linux/.test(userAgent) ? guesses.computer : guesses.other;
}
