import { type Fault, fault } from '../fault.ts';
import { isDate } from '../time.ts';

/** The kinds of identity document that a code can be found by (R1, R7). */
export const DOCUMENT_TYPES = [
  'resident-id',
  'residence-permit-hmt',
  'hm-permit',
  'tw-permit',
  'passport',
  'foreign-permanent-resident',
  'provincial-registration',
] as const;

export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** An identity document: its kind, its number, and for a passport the code of the state that issued it. */
export interface Document {
  readonly type: DocumentType;
  readonly number: string;
  readonly issuer?: string;
}

/** A text that is equal for equal documents. */
export function documentKey({ type, number, issuer }: Document): string {
  return issuer === undefined ? `${type} ${number}` : `${type} ${issuer} ${number}`;
}

/** Reads a document; what is wrong with it is added to `faults` under `path`. A trailing `x` is read as `X`. */
export function readDocument(value: unknown, path: string, faults: Fault[]): Document | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.push(fault(path, value === undefined ? 'is missing' : 'must be an object'));
    return undefined;
  }
  const { type, number, issuer } = value as { type?: unknown; number?: unknown; issuer?: unknown };
  if (!DOCUMENT_TYPES.includes(type as DocumentType)) {
    faults.push(
      fault(
        `${path}.type`,
        type === undefined ? 'is missing' : `must be one of ${DOCUMENT_TYPES.join(', ')}`,
      ),
    );
    return undefined;
  }
  if (typeof number !== 'string') {
    faults.push(fault(`${path}.number`, number === undefined ? 'is missing' : 'must be a text'));
    return undefined;
  }
  const canonical = number.endsWith('x') ? `${number.slice(0, -1)}X` : number;
  const wrong = FORM[type as DocumentType](canonical);
  if (wrong) faults.push(fault(`${path}.number`, wrong));
  if (type !== 'passport') return wrong ? undefined : { type: type as DocumentType, number: canonical };
  if (typeof issuer !== 'string' || !/^[A-Z]{1,3}$/.test(issuer)) {
    faults.push(
      fault(
        `${path}.issuer`,
        issuer === undefined ? 'is missing' : 'must be the code of a state, in capitals',
      ),
    );
    return undefined;
  }
  return wrong ? undefined : { type, number: canonical, issuer };
}

/** What is wrong with the form or the check digit of a number; undefined when nothing is (docs/decisions/0009). */
const FORM: Readonly<Record<DocumentType, (number: string) => string | undefined>> = {
  'resident-id': citizenNumber,
  'residence-permit-hmt': (number) =>
    citizenNumber(number) ??
    (/^8[123]0000/.test(number) ? undefined : 'must begin with 810000, 820000 or 830000'),
  'hm-permit': (number) =>
    /^[HM]\d{8}(?:\d{2})?$/.test(number) ? undefined : 'must be H or M and 8 or 10 digits',
  'tw-permit': (number) =>
    /^(?:\d{8}|\d{10}[A-Z]?)$/.test(number) ? undefined : 'must be 8 digits, or 10 digits and a letter',
  passport: (number) => (/^[A-Z0-9]{1,20}$/.test(number) ? undefined : 'must be 1 to 20 capitals and digits'),
  'foreign-permanent-resident': permanentResidentNumber,
  'provincial-registration': registrationNumber,
};

function citizenNumber(number: string): string | undefined {
  if (!/^\d{17}[\dX]$/.test(number)) return 'must be 17 digits and a check digit';
  if (checkDigit(number) !== number[17]) return 'has a wrong check digit (GB 11643)';
  const year = Number(number.slice(6, 10));
  const real = year >= 1800 && isDate(year, Number(number.slice(10, 12)), Number(number.slice(12, 14)));
  return real ? undefined : 'has a date of birth that does not exist';
}

function permanentResidentNumber(number: string): string | undefined {
  if (/^[A-Z]{3}\d{12}$/.test(number)) return undefined;
  if (!/^9\d{16}[\dX]$/.test(number)) return 'must be 3 letters and 12 digits, or 18 digits beginning with 9';
  return checkDigit(number) === number[17] ? undefined : 'has a wrong check digit (GB 11643)';
}

/** The number that a counter gives to somebody without any document (S3), from 10 digits of chance. */
export function registrationOf(digits: string): Document {
  return { type: 'provincial-registration', number: `ZJ${digits}${checkCharacter(digits, 10)}` };
}

function registrationNumber(number: string): string | undefined {
  if (!/^ZJ\d{10}[\dX]$/.test(number)) return 'must be ZJ, 10 digits and a check character';
  const right = checkCharacter(number.slice(2), 10) === number[12];
  return right ? undefined : 'has a wrong check character (ISO 7064)';
}

/** The check digit of the first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2). */
export function checkDigit(number: string): string {
  return checkCharacter(number, 17);
}

/** The check character of the first so many digits (ISO 7064 MOD 11-2). */
function checkCharacter(digits: string, count: number): string {
  let sum = 0;
  for (let i = 0; i < count; i++) sum = (sum + (digits.charCodeAt(i) - 48)) * 2;
  return '10X98765432'[sum % 11]!;
}
