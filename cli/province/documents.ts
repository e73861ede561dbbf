import { checkDigit, type Document } from '../../domain/people/document.ts';

/** The check digit of ICAO 9303 (weights 7, 3, 1; A is 10), which ended the permanent-resident cards of 2021. */
function travelCheck(text: string): string {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += Number.parseInt(text[i]!, 36) * [7, 3, 1][i % 3]!;
  return String(sum % 10);
}

const MONTH_DAYS = daysOfTheYear();
const DAYS = 365;
const CODES = 100;
const ORDERS = 999;
const SLOTS = DAYS * CODES * ORDERS;
/** Prime, so that multiplying by it visits every slot once. */
const STRIDE = 15_485_863;

/**
 * A resident number in a county code that was never assigned (339900 to 339999), with a real date of birth.
 * The person's number picks day, code and order, and once all are used the year's remainder by three:
 * no two of a hundred million people share a number.
 */
export function residentNumber(person: number, birthYear: number): string {
  const round = Math.floor(person / SLOTS);
  const slot = ((person % SLOTS) * STRIDE) % SLOTS;
  const day = slot % DAYS;
  const code = Math.floor(slot / DAYS) % CODES;
  const order = Math.floor(slot / (DAYS * CODES)) + 1;
  const year = birthYear - ((birthYear + round + slot) % 3);
  const digits = `3399${digitsOf(code, 2)}${year}${MONTH_DAYS[day]}${digitsOf(order, 3)}`;
  return digits + checkDigit(digits);
}

const REGIONS = { HK: '810000', MO: '820000', TW: '830000' } as const;

/** Where a resident from Hong Kong, Macau or Taiwan comes from. */
export type Origin = keyof typeof REGIONS;

/** A residence permit for people of Hong Kong, Macau and Taiwan. Its holder would be born from 1900 to 1909: nobody living. */
export function residencePermit(origin: Origin, ordinal: number): Document {
  const year = 1900 + (Math.floor(ordinal / DAYS) % 10);
  const order = (Math.floor(ordinal / (DAYS * 10)) % ORDERS) + 1;
  const digits = `${REGIONS[origin]}${year}${MONTH_DAYS[ordinal % DAYS]}${digitsOf(order, 3)}`;
  return { type: 'residence-permit-hmt', number: digits + checkDigit(digits) };
}

/** A travel permit, in a range that lies far above those in use. */
export function travelPermit(origin: Origin, ordinal: number): Document {
  if (origin === 'TW') return { type: 'tw-permit', number: `99${digitsOf(ordinal, 6)}` };
  return { type: 'hm-permit', number: `${origin === 'HK' ? 'H' : 'M'}99${digitsOf(ordinal, 6)}` };
}

/** The states that issue the demo's passports: two-letter code, and the three letters of a permanent-resident card. */
export const ISSUERS: readonly (readonly [two: string, three: string])[] = [
  ['KR', 'KOR'],
  ['JP', 'JPN'],
  ['US', 'USA'],
  ['DE', 'DEU'],
  ['FR', 'FRA'],
  ['GB', 'GBR'],
  ['IN', 'IND'],
  ['PK', 'PAK'],
  ['YE', 'YEM'],
  ['JO', 'JOR'],
  ['IT', 'ITA'],
  ['RU', 'RUS'],
  ['ET', 'ETH'],
  ['NG', 'NGA'],
];

/** A passport with a number of a form that none of the issuers uses: a Z before eight digits. */
export function passport(issuer: string, person: number): Document {
  return { type: 'passport', number: `Z${digitsOf(person, 8)}`, issuer };
}

/** A permanent-resident card of 2021: nationality, region 3399 (never assigned), date of birth, order, check digit. */
export function permanentResidentCard(nationality: string, ordinal: number): Document {
  const year = digitsOf(40 + (Math.floor(ordinal / (DAYS * 10)) % 60), 2);
  const order = Math.floor(ordinal / DAYS) % 10;
  const body = `${nationality}3399${year}${MONTH_DAYS[ordinal % DAYS]}${order}`;
  return { type: 'foreign-permanent-resident', number: body + travelCheck(body) };
}

/** `"document":{…}` written out. None of the values needs escaping. */
export function printDocument({ type, number, issuer }: Document): string {
  const end = issuer === undefined ? '' : `,"issuer":"${issuer}"`;
  return `{"type":"${type}","number":"${number}"${end}}`;
}

function digitsOf(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

/** The 365 days of a common year as MMDD. */
function daysOfTheYear(): string[] {
  const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return lengths.flatMap((length, month) =>
    Array.from({ length }, (_, day) => digitsOf(month + 1, 2) + digitsOf(day + 1, 2)),
  );
}
