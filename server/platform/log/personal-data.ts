import { checkDigit } from '../../../domain/people/document.ts';
import { isDate } from '../../../domain/time.ts';

/** What stands in a text instead of personal data. */
export const MASK = '***';

/** Finds personal data in a text. */
export interface PersonalData {
  readonly isIn: (text: string) => boolean;
  /** The text with every piece of personal data masked. */
  readonly mask: (text: string) => string;
}

/** Seventeen digits and a check digit, written together or in groups. */
const LONG_NUMBERS = /\d(?:[ -]?\d){16,}[ -]?[Xx]?/g;
/** A mobile number of the mainland, with or without the code of the country. */
const MOBILES = /(?<![\dA-Za-z])(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![\dA-Za-z])/g;
/** Passports of the mainland, permits of Hong Kong, Macau and Taiwan residents, permanent resident cards, registrations of the province. */
const PERMITS =
  /(?<![\dA-Za-z])(?:[EGDSP][A-Z\d]\d{7}|[HM]\d{8}(?:\d{2})?|\d{10}[A-Z]|[A-Z]{3}\d{12}|ZJ\d{10}[\dX])(?![\dA-Za-z])/g;

/**
 * Recognises identity numbers and mobile numbers by their form, also when their digits are wide or grouped.
 * `known` names further texts, for names and foreign passports, which have no form of their own.
 */
export function personalData(known: readonly string[] = []): PersonalData {
  const texts = known.filter((text) => text !== '');
  const mask = (text: string) => {
    const plain = isAscii(text) ? text : text.normalize('NFKC');
    const masked = texts
      .reduce((rest, piece) => rest.replaceAll(piece, MASK), plain)
      .replace(LONG_NUMBERS, (number) => (holdsCitizenNumber(number) ? MASK : number))
      .replace(MOBILES, MASK)
      .replace(PERMITS, MASK);
    return masked === plain ? text : masked;
  };
  return { mask, isIn: (text) => mask(text) !== text };
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** Whether any eighteen neighbours among the digits are a number with a right check digit (GB 11643). */
function holdsCitizenNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, '').toUpperCase();
  for (let i = 0; i + 18 <= digits.length; i++) if (isCitizenNumber(digits.slice(i, i + 18))) return true;
  return false;
}

function isCitizenNumber(number: string): boolean {
  const year = Number(number.slice(6, 10));
  const month = Number(number.slice(10, 12));
  const born = year >= 1800 && year < 2200 && isDate(year, month, Number(number.slice(12, 14)));
  return born && checkDigit(number) === number[17];
}
