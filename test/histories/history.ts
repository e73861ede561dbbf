/**
 * Nasty small histories: what the made-up worlds of the oracle say, delivered in parts, some of them at the same moment,
 * with documents that are joined and parted.
 */
import fc from 'fast-check';
import { anyWorld, type World } from '../oracle/generate.ts';
import { DOCUMENTS } from '../oracle/made-up/data.ts';

/** What arrives at one moment, and what is done then. */
export interface Step {
  /** How long after the step before. */
  readonly afterMs: number;
  /** Batches of records as JSON. More than one arrive at once. */
  readonly batches: readonly (readonly string[])[];
  /** Whether everyone who is due is assessed before the next step. */
  readonly turns: boolean;
  /** Whether what waits for the approval of two gets it. */
  readonly approves: boolean;
}

export interface History {
  readonly steps: readonly Step[];
  /** Whether records are taken over from an older system, with the times at which that learned them. */
  readonly keepsTimes: boolean;
  /** Listed areas as JSON, known all along. */
  readonly areas: readonly string[];
  /** Instants after the last step at which somebody looks, as ms after it, in order. */
  readonly looksMs: readonly number[];
}

const HOUR_MS = 3_600_000;
const DAWN = Date.UTC(2020, 11, 1);

const joiningSeed = fc.record({
  id: fc.nat(2),
  version: fc.nat(4),
  person: fc.nat(4),
  document: fc.nat(5),
  sameAs: fc.nat(5),
  retracted: fc.nat(3),
  other: fc.nat(5),
  recordedDays: fc.nat(50),
  at: fc.nat(99),
});

const movingSeed = fc.record({
  id: fc.nat(1),
  version: fc.nat(5),
  person: fc.nat(3),
  retracted: fc.nat(5),
  recordedDays: fc.nat(50),
  at: fc.nat(99),
});

const stepSeed = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  hours: fc.oneof(fc.constant(0), fc.nat(30), fc.nat(300)),
  atOnce: fc.nat(3),
  turns: fc.boolean(),
  approves: fc.boolean(),
});

/** Any history. */
export const anyHistory: fc.Arbitrary<History> = fc
  .record({
    worlds: fc.array(anyWorld, { minLength: 1, maxLength: 2 }),
    isOneKey: fc.nat(3),
    keepsTimes: fc.nat(3),
    // Where all are one person, nobody can be forgotten.
    joinings: fc.option(fc.array(joiningSeed, { minLength: 1, maxLength: 6 }), { freq: 1 }),
    movings: fc.option(fc.array(movingSeed, { minLength: 2, maxLength: 6 }), { freq: 1 }),
    steps: fc.array(stepSeed, { minLength: 3, maxLength: 8 }),
    looksMs: fc.array(fc.nat(40 * 24 * HOUR_MS), { minLength: 2, maxLength: 4 }),
  })
  .map(({ worlds, isOneKey, keepsTimes, joinings, movings, steps, looksMs }) => {
    const lines = worlds.flatMap((world, i) => linesOf(world, i > 0 && isOneKey > 0 ? 'b' : ''));
    const others = [
      ...(joinings ?? []).map((seed) => [seed.at, joiningFrom(seed)] as const),
      ...(movings ?? []).map((seed) => [seed.at, movingFrom(seed)] as const),
    ];
    for (const [at, record] of others) lines.splice(at % (lines.length + 1), 0, JSON.stringify(record));
    const areas = worlds.flatMap(({ options }) => options.areas ?? []).filter(isKnownAllAlong);
    return {
      steps: stepsOf(lines, steps),
      keepsTimes: keepsTimes === 0,
      areas,
      looksMs: looksMs.sort((a, b) => a - b),
    };
  });

function linesOf({ lines }: World, prefix: string): string[] {
  return lines.map((line) => {
    const record = JSON.parse(line);
    return JSON.stringify({ ...record, id: `${prefix}${record.id}` });
  });
}

/** A version of a record that joins two documents, or does no more, or never did. */
function joiningFrom(seed: typeof joiningSeed extends fc.Arbitrary<infer Seed> ? Seed : never): object {
  const data = { document: DOCUMENTS[seed.document], sameAs: DOCUMENTS[seed.sameAs] };
  const isOther = seed.other === 0;
  return {
    source: 'border',
    id: `S${seed.id}`,
    version: seed.version,
    recordedAt: dayAfterDawn(seed.recordedDays),
    person: { document: DOCUMENTS[seed.person] },
    ...(isOther ? { kind: 'overseas', data: { country: 'US', enteredAt: '2021-01-10T08:00:00+08:00' } } : {}),
    ...(isOther ? {} : { kind: 'identity', data }),
    ...(seed.retracted === 0 ? { retracted: true } : {}),
  };
}

/** A version of a case that goes from one person to another. */
function movingFrom(seed: typeof movingSeed extends fc.Arbitrary<infer Seed> ? Seed : never): object {
  return {
    source: 'health',
    id: `M${seed.id}`,
    version: seed.version,
    recordedAt: dayAfterDawn(seed.recordedDays),
    person: { document: DOCUMENTS[seed.person] },
    kind: 'case',
    data: { classification: 'confirmed', from: '2020-12-10T08:00:00+08:00' },
    ...(seed.retracted === 0 ? { retracted: true } : {}),
  };
}

function dayAfterDawn(days: number): string {
  return new Date(DAWN + days * 24 * HOUR_MS).toISOString();
}

/** What areas are listed is then the same from the first step on. */
function isKnownAllAlong(line: string): boolean {
  const { level, to, recordedAt } = JSON.parse(line);
  return (to === undefined || level === 'severe') && !(recordedAt > '2020-12-02');
}

type StepSeed = typeof stepSeed extends fc.Arbitrary<infer Seed> ? Seed : never;

/** The lines cut into steps, the last of which takes all that is left. */
function stepsOf(lines: readonly string[], seeds: readonly StepSeed[]): Step[] {
  let start = 0;
  return seeds.map(({ size, hours, atOnce, turns, approves }, i) => {
    const count = atOnce === 0 ? 3 : 1;
    const end = i === seeds.length - 1 ? lines.length : start + size * count;
    const own = lines.slice(start, end);
    start = end;
    const batches = Array.from({ length: count }, (_, batch) => own.filter((_, j) => j % count === batch));
    return { afterMs: hours * HOUR_MS, batches: batches.filter(({ length }) => length > 0), turns, approves };
  });
}
