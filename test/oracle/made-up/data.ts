/** The data of made-up records. */
import { KINDS } from '../reading/data.ts';
import { placeFrom, regionFrom } from './areas.ts';
import type { TimeSeed, Times } from './times.ts';

/** Everything that the data of any kind could need. */
export interface Bag {
  readonly first: TimeSeed;
  readonly second: TimeSeed;
  readonly third: TimeSeed;
  readonly choices: readonly [number, number, number, number];
  readonly region: number;
  readonly place: number;
}

/** Kinds that meet in one rule, so that a small world is likely to touch it. */
export const THEMES: readonly (readonly string[])[] = [
  KINDS,
  ['symptom', 'nat', 'stay', 'contact'],
  ['symptom', 'nat', 'symptom', 'overseas', 'contact', 'isolation'],
  ['stay', 'stay', 'nat'],
  ['stay', 'contact', 'stay'],
  ['nat', 'nat', 'nat', 'case'],
  ['case', 'contact', 'overseas', 'isolation', 'isolation'],
  ['identity', 'case', 'contact', 'nat'],
  ['overseas', 'isolation', 'designation'],
  ['nat'],
  ['nat', 'case'],
  ['case', 'isolation'],
  ['contact', 'isolation', 'symptom'],
  ['overseas', 'isolation'],
  ['stay', 'nat'],
];

/** Made-up people; the county code 339900 was never assigned. The last two are one, but for the `x`. */
export const DOCUMENTS = [
  { type: 'resident-id', number: '339900199001010011' },
  { type: 'passport', issuer: 'USA', number: 'E12345678' },
  { type: 'tw-permit', number: '12345678' },
  { type: 'hm-permit', number: 'H12345678' },
  { type: 'resident-id', number: '33990019900101002X' },
  { type: 'resident-id', number: '33990019900101002x' },
] as const;

/** The data of a record of this kind. */
export function dataFrom(kind: string, bag: Bag, times: Times): object {
  const [one, two] = bag.choices;
  switch (kind) {
    case 'case':
      return caseFrom(bag, times);
    case 'contact':
      return contactFrom(bag, times);
    case 'overseas':
      return { country: ['US', 'HK', 'TW', 'MO'][one % 4], enteredAt: times.write(bag.first) };
    case 'stay':
      return { ...spotFrom(bag), ...fromTo(bag, times, one) };
    case 'symptom':
      return { fever: true, ...fromTo(bag, times, one) };
    case 'nat':
      return natFrom(bag, times);
    case 'isolation':
      return isolationFrom(bag, times);
    case 'designation': {
      const colour = one % 2 === 0 ? 'red' : 'yellow';
      return { colour, reason: 'manifest-contact', ...fromUntil(bag, times), approval: 'A-1' };
    }
    default:
      return { document: DOCUMENTS[one % 6], sameAs: DOCUMENTS[two % 6] };
  }
}

function caseFrom(bag: Bag, times: Times): object {
  const [one, two, three] = bag.choices;
  const classification = ['confirmed', 'suspected', 'asymptomatic'][one % 3];
  const span = fromTo(bag, times, two);
  const outcome = [undefined, 'recovered', 'excluded', 'deceased'][three % 4];
  return { classification, ...span, ...(span.to !== undefined && outcome ? { outcome } : {}) };
}

function contactFrom(bag: Bag, times: Times): object {
  const [one, two, three] = bag.choices;
  return {
    level: ['close', 'close', 'secondary', 'general'][one % 4],
    lastExposure: times.write(bag.first),
    ...(two % 3 === 0 ? { caseRef: { source: 'health', id: 'C-9' } } : {}),
    ...(three % 2 === 0 ? { area: spotFrom(bag) } : {}),
  };
}

function natFrom({ first, second, choices }: Bag, times: Times): object {
  const [one, two] = choices;
  const sampledAt = times.instant(first);
  const hours = [0, 0, 1, 5, 24, 48][one % 6] ?? 0;
  // Mostly a while after the sampling; else at another time that is talked about.
  const reportedAt =
    one % 4 === 0 ? Math.max(sampledAt, times.instant(second)) : sampledAt + hours * 3_600_000;
  const result = ['negative', 'negative', 'negative', 'positive', 'positive', 'inconclusive'][two % 6];
  return { sampledAt: times.print(sampledAt, first.zone), reportedAt: times.print(reportedAt), result };
}

function isolationFrom(bag: Bag, times: Times): object {
  const [one, two, three] = bag.choices;
  const form = ['central', 'home', 'home', 'hospital'][one % 4];
  const ended = Math.max(times.instant(bag.first), times.instant(bag.third));
  const endedAt = times.print(ended, bag.third.zone);
  const release = three % 4 === 0 ? {} : { release: three % 2 === 0 ? 'D-1' : { clause: 'M7' } };
  return { form, ...fromUntil(bag, times), ...(two % 4 === 0 ? {} : { endedAt, ...release }) };
}

function spotFrom({ region, place }: Bag): object {
  const text = placeFrom(place);
  return { region: regionFrom(region), ...(text ? { place: text } : {}) };
}

/** A span that may be empty or without end. */
function fromTo({ first, second }: Bag, times: Times, choice: number): { from: string; to?: string } {
  const from = times.instant(first);
  const to = choice % 5 === 0 ? from : Math.max(from, times.instant(second));
  const span = { from: times.print(from, first.zone) };
  return choice % 3 === 0 ? span : { ...span, to: times.print(to, second.zone) };
}

/** A span that is not empty. */
function fromUntil({ first, second }: Bag, times: Times): { from: string; until: string } {
  const from = times.instant(first);
  const second_ = times.instant(second);
  const until = second_ > from ? second_ : from + 14 * 86_400_000;
  return { from: times.print(from, first.zone), until: times.print(until, second.zone) };
}
