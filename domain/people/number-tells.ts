import type { Document } from './document.ts';

/** The year of birth that a document number tells (GB 11643: the seventh to tenth digit); undefined for others. */
export function birthYearOf(document: Document): number | undefined {
  return tells(document) ? Number(document.number.slice(6, 10)) : undefined;
}

/** The region of six digits that a document number tells: where it was first registered (GB/T 2260); undefined for others. */
export function registeredRegionOf(document: Document): string | undefined {
  return tells(document) ? document.number.slice(0, 6) : undefined;
}

function tells({ type }: Document): boolean {
  return type === 'resident-id' || type === 'residence-permit-hmt';
}
