import type { Fact } from '../domain/evidence/fact.ts';
import { readRecord } from '../domain/evidence/record.ts';
import { DAY_MS, type Instant, parseInstant, printInstant } from '../domain/time.ts';

/** A person with five facts of mixed kinds, and the same person as one flat object for engines that know no evidence. */
export interface BenchPerson {
  readonly facts: readonly Fact[];
  readonly flat: Readonly<Record<string, number | string | boolean>>;
}

/** The instant at which the persons are assessed. */
export const AT: Instant = parseInstant('2021-01-20T12:00:00+08:00');

/** Deterministic persons; a small linear generator is dice enough for a benchmark. */
export function makePersons(count: number): BenchPerson[] {
  let state = 2021;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return Array.from({ length: count }, (_, i) => makePerson(i, below));
}

type Below = (limit: number) => number;

function makePerson(person: number, below: Below): BenchPerson {
  const makers = [makeCase, makeContact, makeEntry, makeStay, makeFever, makeTest, makeIsolation];
  const flat: Record<string, number | string | boolean> = { ...NOTHING };
  const facts: Fact[] = [];
  const first = below(makers.length);
  for (let i = 0; i < 5; i++) {
    const { kind, data } = makers[(first + i) % makers.length]!(below, flat);
    const { record } = readRecord(recordOf(person, i, kind, data), { designationReasons: [] });
    facts.push(record!.fact!);
  }
  return { facts, flat };
}

const NEVER_DAYS = 9_999;

/** What the flat object says of somebody about whom nothing is known. */
const NOTHING = {
  openCase: 'none',
  contactDays: NEVER_DAYS,
  entryDays: NEVER_DAYS,
  isolated: false,
  positive: false,
  feverDays: NEVER_DAYS,
  riskStayDays: NEVER_DAYS,
  negativeDays: NEVER_DAYS,
  redDesignation: false,
  yellowDesignation: false,
};

interface Made {
  readonly kind: string;
  readonly data: object;
}

type Flat = Record<string, number | string | boolean>;

function daysAgo(days: number): string {
  return printInstant(AT - days * DAY_MS - 3_600_000);
}

function makeCase(below: Below, flat: Flat): Made {
  const ended = below(50) > 0;
  const from = 30 + below(60);
  if (!ended) flat.openCase = 'confirmed';
  const end = ended ? { to: daysAgo(from - 10), outcome: 'recovered' } : {};
  return { kind: 'case', data: { classification: 'confirmed', from: daysAgo(from), ...end } };
}

function makeContact(below: Below, flat: Flat): Made {
  const days = 10 + below(60);
  flat.contactDays = days;
  return { kind: 'contact', data: { level: 'close', lastExposure: daysAgo(days) } };
}

function makeEntry(below: Below, flat: Flat): Made {
  const days = 15 + below(80);
  flat.entryDays = days;
  return { kind: 'overseas', data: { country: 'GB', enteredAt: daysAgo(days) } };
}

function makeStay(below: Below, flat: Flat): Made {
  const days = 1 + below(40);
  const region = `3306${String(2 + below(60)).padStart(2, '0')}`;
  if (Number(region.slice(4)) < 5) flat.riskStayDays = days;
  return { kind: 'stay', data: { region, from: daysAgo(days + 1), to: daysAgo(days) } };
}

function makeFever(below: Below, flat: Flat): Made {
  const days = 5 + below(60);
  flat.feverDays = days;
  return { kind: 'symptom', data: { fever: true, from: daysAgo(days), to: daysAgo(days - 3) } };
}

function makeTest(below: Below, flat: Flat): Made {
  const days = 1 + below(30);
  const positive = below(60) === 0;
  if (positive) flat.positive = true;
  else flat.negativeDays = days;
  const result = positive ? 'positive' : 'negative';
  return { kind: 'nat', data: { sampledAt: daysAgo(days), reportedAt: daysAgo(days - 1), result } };
}

function makeIsolation(below: Below, flat: Flat): Made {
  const days = 13 + below(60);
  if (days <= 14) flat.isolated = true;
  return { kind: 'isolation', data: { form: 'central', from: daysAgo(days), until: daysAgo(days - 14) } };
}

function recordOf(person: number, i: number, kind: string, data: object): object {
  return {
    source: 'health',
    id: `B-${person}-${i}`,
    version: 1,
    recordedAt: '2020-01-01T00:00:00+08:00',
    person: { document: { type: 'passport', issuer: 'UTO', number: `B${person}` } },
    kind,
    data,
  };
}
