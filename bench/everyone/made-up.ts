import type { Fact } from '../../domain/evidence/fact.ts';
import { factOf } from '../../domain/evidence/kinds.ts';
import type { ListedArea } from '../../domain/places/listed-area.ts';
import { DAY_MS, type Instant, NEVER } from '../../domain/time.ts';

/** A fact as a reference reads it, without anything sealed: kind, a small value, two times and a county. */
export interface PlainFact {
  readonly kind: string;
  readonly small: string;
  readonly first: Instant;
  readonly second: Instant;
  readonly region: string;
}

/** The same fact as the product reads it. */
export interface MadeUpFact {
  readonly plain: PlainFact;
  readonly fact: Fact;
}

const COUNTIES = 2_000;
const LISTED = 40;
const HOUR_MS = 3_600_000;

/** Counties in which every stay of the last days is a ground. */
export function listedCounties(at: Instant): ListedArea[] {
  const from = at - 10 * DAY_MS;
  return Array.from({ length: LISTED }, (_, i) => ({
    ...({ level: 'medium', region: county(i), place: '', from, to: undefined, recordedAt: from } as const),
  })) as unknown as ListedArea[];
}

export function county(i: number): string {
  return String(330_001 + i);
}

/**
 * Three facts about a person, decided by their number: one in a hundred came from overseas within three weeks, about one in
 * eight has a ground or had one lately, half were only tested.
 */
export function factsAbout(person: number, at: Instant): MadeUpFact[] {
  const dice = (salt: number, below: number) => {
    let hash = Math.imul(person + 1, 0x9e37_79b1) ^ Math.imul(salt, 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2_ae35);
    return ((hash ^ (hash >>> 13)) >>> 0) % below;
  };
  const id = (i: number) => `B-${person}-${i}`;
  const ago = (days: number, salt: number) => at - days * DAY_MS - (1 + dice(salt, 20)) * HOUR_MS;
  const test = (i: number) => testAt(ago(1 + dice(i, 30), 10 + i), id(i));
  const stay = (i: number, of: number, from: number) => {
    const begun = ago(2 + dice(20 + i, 38), 30 + i);
    return stayIn(county(from + dice(40 + i, of)), begun, begun + DAY_MS, id(i));
  };
  const theme = dice(1, 1_000);
  if (theme < 10) return [entryAt(ago(1 + dice(2, 19), 3), id(0)), test(1), test(2)];
  if (theme < 60) return [contactAt(ago(1 + dice(2, 24), 3), id(0)), test(1), test(2)];
  if (theme < 160) return [stay(0, COUNTIES, 0), stay(1, COUNTIES, 0), stay(2, COUNTIES, 0)];
  if (theme < 460) return [stay(0, COUNTIES - LISTED, LISTED), test(1), test(2)];
  if (theme < 480) return [orderFrom(ago(1 + dice(2, 24), 3), id(0)), test(1), test(2)];
  if (theme < 500) return [caseUntil(ago(3 + dice(2, 60), 3), id(0)), test(1), test(2)];
  return [test(0), test(1), test(2)];
}

function testAt(sampledAt: Instant, id: string): MadeUpFact {
  const reportedAt = sampledAt + HOUR_MS;
  return {
    plain: { kind: 'nat', small: 'negative', first: sampledAt, second: reportedAt, region: '' },
    fact: factOf('nat', { sampledAt, reportedAt, result: 'negative' }, 'laboratory', id),
  };
}

function entryAt(enteredAt: Instant, id: string): MadeUpFact {
  return {
    plain: { kind: 'overseas', small: 'FR', first: enteredAt, second: enteredAt, region: '' },
    fact: factOf('overseas', { country: 'FR', enteredAt }, 'customs', id),
  };
}

function contactAt(lastExposure: Instant, id: string): MadeUpFact {
  return {
    plain: { kind: 'contact', small: 'close', first: lastExposure, second: lastExposure, region: '' },
    fact: factOf('contact', { level: 'close', lastExposure, area: undefined }, 'health', id),
  };
}

function stayIn(region: string, from: Instant, to: Instant, id: string): MadeUpFact {
  return {
    plain: { kind: 'stay', small: '', first: from, second: to, region },
    fact: factOf('stay', { region, place: undefined, from, to }, 'telecom', id),
  };
}

function orderFrom(from: Instant, id: string): MadeUpFact {
  const until = from + 14 * DAY_MS;
  const data = { form: 'central', from, until, endedAt: NEVER, released: false } as const;
  return {
    plain: { kind: 'isolation', small: 'central', first: from, second: until, region: '' },
    fact: factOf('isolation', data, 'isolation-site', id),
  };
}

function caseUntil(to: Instant, id: string): MadeUpFact {
  const from = to - 20 * DAY_MS;
  const data = { classification: 'confirmed', from, to, outcome: 'recovered' } as const;
  return {
    plain: { kind: 'case', small: 'recovered', first: from, second: to, region: '' },
    fact: factOf('case', data, 'health', id),
  };
}
