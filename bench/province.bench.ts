import { createCalendar } from '../cli/province/calendar.ts';
import { readDivisions } from '../cli/province/divisions.ts';
import { generateProvince } from '../cli/province/generate.ts';
import { referenceInstant } from '../cli/province.ts';
import { dayOf } from '../domain/time.ts';
import type { Figure } from './figures.ts';

/** Makes a province and throws it away; lines a second, against serialising records that are there already. */
export async function bench([people = '500000']: readonly string[]): Promise<Figure[]> {
  const divisions = readDivisions();
  const calendar = createCalendar(dayOf(referenceInstant('2021-01-20')));
  // A small province first, so that what is measured is compiled.
  for (const part of generateProvince(20_000, 1, divisions, calendar)) part.bytes.at(0);
  const parts: Buffer[] = [];
  const begun = process.cpuUsage();
  for (const part of generateProvince(Number(people), 1, divisions, calendar))
    parts.push(Buffer.from(part.bytes));
  const seconds = secondsSince(begun);
  const lines = parts.reduce((sum, part) => sum + part.toString('utf8').split('\n').length - 1, 0);
  const records = parts[0]!
    .toString('utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as object);
  const rate = lines / seconds;
  const reference = stringifyRate(records);
  return [
    {
      bench: 'province',
      figure: 'lines made per second of CPU time',
      value: rate,
      unit: '1/s',
      reference: 'JSON.stringify of the same records, ready made',
      referenceValue: reference,
      ratio: rate / reference,
    },
  ];
}

function stringifyRate(records: readonly object[]): number {
  let bytes = 0;
  let lines = 0;
  for (const record of records) bytes += JSON.stringify(record).length;
  const begun = process.cpuUsage();
  while (secondsSince(begun) < 1) {
    for (const record of records) bytes += JSON.stringify(record).length;
    lines += records.length;
  }
  if (bytes === 0) throw new Error('no record was made');
  return lines / secondsSince(begun);
}

function secondsSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}
