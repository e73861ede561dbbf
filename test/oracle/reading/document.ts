/** Documents of people: contract.md "person.document.type" and colour.md "a document's check digit or form is wrong". */
import { faultAt, type Place, readOneOf, readText } from './json.ts';
import { isRealDate } from './time.ts';

const TYPES = [
  'resident-id',
  'residence-permit-hmt',
  'hm-permit',
  'tw-permit',
  'passport',
  'foreign-permanent-resident',
  'provincial-registration',
] as const;

/** A document, as it is printed. */
export interface Document {
  readonly type: (typeof TYPES)[number];
  readonly number: string;
  readonly issuer?: string;
}

/** Two documents are the same when this is equal. */
export function documentKey(document: Document): string {
  return JSON.stringify([document.type, document.issuer ?? '', document.number]);
}

/** Reads a document object; undefined when anything about it is a fault. */
export function readDocument(place: Place): Document | undefined {
  const type = readOneOf(place, 'type', 'required', TYPES);
  const written = readText(place, 'number', 'required');
  // "passport (with `issuer`)". AMBIGUOUS: an `issuer` of another type of document; here an unknown extra
  // field: ignored, not printed, no part of who it is.
  const issuer = type === 'passport' ? readText(place, 'issuer', 'required') : undefined;
  if (type === undefined || written === undefined) return undefined;
  // "A trailing `x` in a document number is `X`."
  // AMBIGUOUS: of which types; here of all, before the form is checked, and it is printed as `X`.
  const number = written.replace(/x$/, 'X');
  const formIsRight = hasRightForm(type, number);
  if (!formIsRight) faultAt(place, 'number');
  if (type !== 'passport') return formIsRight ? { type, number } : undefined;
  if (issuer === undefined) return undefined;
  const issuerIsRight = /^[A-Z]{1,3}$/.test(issuer);
  if (!issuerIsRight) faultAt(place, 'issuer');
  return formIsRight && issuerIsRight ? { type, number, issuer } : undefined;
}

function hasRightForm(type: Document['type'], number: string): boolean {
  switch (type) {
    case 'resident-id':
      return isCitizenNumber(number);
    case 'residence-permit-hmt':
      return isCitizenNumber(number) && /^(810000|820000|830000)/.test(number);
    case 'hm-permit':
      return /^[HM]\d{8}(\d{2})?$/.test(number);
    case 'tw-permit':
      return /^\d{8}$/.test(number) || /^\d{10}[A-Z]?$/.test(number);
    case 'passport':
      return /^[A-Z0-9]{1,20}$/.test(number);
    case 'foreign-permanent-resident':
      // AMBIGUOUS: "18 digits"; here the last may be X, as GB 11643 has it, and the birth date is not judged.
      return (
        /^[A-Z]{3}\d{12}$/.test(number) || (/^9\d{16}[0-9X]$/.test(number) && hasRightCheckDigit(number))
      );
    case 'provincial-registration':
      return /^ZJ\d{10}[0-9X]$/.test(number) && hasRightCheckDigit(number.slice(2));
  }
}

function isCitizenNumber(number: string): boolean {
  if (!/^\d{17}[0-9X]$/.test(number)) return false;
  const [year, month, date] = [number.slice(6, 10), number.slice(10, 12), number.slice(12, 14)];
  // AMBIGUOUS: "a real birth date": here any date of the calendar, whatever the century, the future included.
  return isRealDate(Number(year), Number(month), Number(date)) && hasRightCheckDigit(number);
}

/** GB 11643: the sum of digit times weight (2 to the power of the place from the right) is 1 modulo 11. */
function hasRightCheckDigit(number: string): boolean {
  let sum = 0;
  for (let place = 0; place < number.length; place++) {
    const character = number.charAt(number.length - 1 - place);
    sum += (character === 'X' ? 10 : Number(character)) * 2 ** place;
  }
  return sum % 11 === 1;
}
