import { createCalendar } from '../cli/province/calendar.ts';
import { readDivisions } from '../cli/province/divisions.ts';
import { generateProvince } from '../cli/province/generate.ts';
import { REFERENCE_DAY, referenceInstant } from '../cli/province.ts';
import { SOURCES } from '../domain/evidence/fact.ts';
import { dayOf, type Instant, printInstant } from '../domain/time.ts';
import type { Receipt } from '../server/evidence/accept-deliveries.ts';
import type { Delivering } from '../server/evidence/deliver.ts';
import { incomingOf } from '../server/evidence/deliver-lines.ts';
import { readDelivery } from '../server/evidence/read-delivery.ts';
import { timeUuid } from '../server/platform/db/uuid.ts';

/** The instant for which a province's evidence is made up. */
export const PRESENT = referenceInstant(REFERENCE_DAY);

/** Gives so many lines at a time. */
export type Lines = (count: number) => readonly string[];

/**
 * The evidence of a made-up province as lines, each person's together. Throws at the end.
 * Without what would be refused: what no client may state, and what comes to be known later.
 */
export function provinceLines(people: number): Lines {
  const lines: string[] = [];
  const calendar = createCalendar(dayOf(PRESENT));
  for (const { bytes } of generateProvince(people, 1, readDivisions(), calendar))
    for (const line of bytes.toString().split('\n')) if (isAcceptable(line)) lines.push(line);
  let taken = 0;
  return (count) => {
    if (taken + count > lines.length) throw new Error('the province has no more evidence');
    taken += count;
    return lines.slice(taken - count, taken);
  };
}

function isAcceptable(line: string): boolean {
  const recordedAt = /"recordedAt":"([^"]+)"/.exec(line)?.[1];
  return (
    recordedAt !== undefined && recordedAt <= printInstant(PRESENT) && !line.includes('"kind":"designation"')
  );
}

/** The time of the province, which goes on from its reference instant. */
export function provinceClock(): () => Instant {
  const offset = PRESENT - Date.now();
  return () => Date.now() + offset;
}

/** Reads lines as one delivery and submits it; answers once it is on record. */
export function submit(
  { keys, clock, contracts, lists, queue }: Delivering,
  lines: readonly string[],
): Promise<Receipt> {
  const receivedAt = clock();
  const terms = {
    batchId: timeUuid(receivedAt),
    clientId: 'operator',
    receivedAt,
    sources: SOURCES,
    contracts: contracts.kinds(),
    lists: lists(),
    keepsTimes: true,
  };
  const incoming = lines.map((text, i) => incomingOf({ number: i + 1, text }));
  return queue.submit(readDelivery(keys, terms, incoming));
}

/** The value below which a share of some values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
