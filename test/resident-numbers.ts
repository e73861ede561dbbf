import { residentNumber } from '../cli/province/documents.ts';
import { checkDigit } from '../domain/people/document.ts';

/** Resident numbers of nobody that lie apart, as those of people who meet at a door do. */
export function numbersApart(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, i) => residentNumber(first + i, 1980));
}

const ORDERS = 999;

/** Resident numbers of nobody in the order in which they would be given: of one county, day of birth by day of birth. */
export function numbersInARow(count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const day = String(1 + Math.floor(i / ORDERS)).padStart(2, '0');
    const order = String(1 + (i % ORDERS)).padStart(3, '0');
    const digits = `339900198501${day}${order}`;
    return digits + checkDigit(digits);
  });
}
