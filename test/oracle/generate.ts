/**
 * Nasty small worlds: a few records and areas whose times cluster on a handful of instants around January 2021,
 * so that the same instant stands in different fields. Everything is made from plain numbers by `buildWorld`,
 * so that fast-check can shrink a difference to the few lines that matter.
 */
import fc from 'fast-check';
import { type AreaSeed, areaFrom } from './made-up/areas.ts';
import { type Bag, DOCUMENTS, dataFrom, THEMES } from './made-up/data.ts';
import { spoil } from './made-up/spoil.ts';
import { type TimeSeed, type Times, timesFrom } from './made-up/times.ts';
import type { OracleOptions } from './oracle.ts';
import { KINDS } from './reading/data.ts';

/** An evidence file and what is asked about it. */
export interface World {
  readonly lines: string[];
  readonly options: OracleOptions;
}

const timeSeed: fc.Arbitrary<TimeSeed> = fc.record({
  anchor: fc.nat(4),
  days: fc.nat(63),
  nudge: fc.nat(31),
  zone: fc.nat(15),
});

/** Mostly few regions and no place, so that stays and areas meet. */
const spotSeed = {
  region: fc.oneof(fc.nat(7), fc.nat(10), fc.nat(31)),
  place: fc.oneof(fc.nat(6), fc.nat(31)),
};

const bag: fc.Arbitrary<Bag> = fc.record({
  first: timeSeed,
  second: timeSeed,
  third: timeSeed,
  choices: fc.tuple(fc.nat(59), fc.nat(59), fc.nat(59), fc.nat(59)),
  ...spotSeed,
});

const areaSeed: fc.Arbitrary<AreaSeed> = fc.record({
  level: fc.nat(9),
  from: timeSeed,
  to: timeSeed,
  end: fc.nat(3),
  recorded: fc.nat(5),
  recordedAt: timeSeed,
  approval: fc.boolean(),
  ...spotSeed,
});

/** One version of a record. */
const versionSeed = fc.record({
  bag,
  person: fc.nat(19),
  kind: fc.nat(59),
  changesKind: fc.nat(9),
  recorded: fc.nat(5),
  recordedAt: timeSeed,
  retracted: fc.nat(5),
  redelivered: fc.nat(9),
  order: fc.nat(99),
});
type VersionSeed = typeof versionSeed extends fc.Arbitrary<infer Seed> ? Seed : never;

const worldSeed = fc.record({
  theme: fc.nat(THEMES.length - 1),
  anchors: fc.array(fc.nat(63), { minLength: 5, maxLength: 5 }),
  // The fewer anchors, the more ties.
  spread: fc.nat(4),
  records: fc.array(fc.array(versionSeed, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 7 }),
  areas: fc.array(areaSeed, { maxLength: 4 }),
  at: timeSeed,
  later: fc.nat(24),
  knownAt: timeSeed,
  asksKnownAt: fc.nat(3),
  possible: fc.nat(3),
  crowd: fc.nat(2),
});
type WorldSeed = typeof worldSeed extends fc.Arbitrary<infer Seed> ? Seed : never;

/** Worlds without faults. */
export const anyWorld: fc.Arbitrary<World> = worldSeed.map(buildWorld);

/** Worlds in which a line or two are spoilt: fields missing, of the wrong type, in conflict. */
export const faultyWorld: fc.Arbitrary<World> = fc
  .record({
    world: anyWorld,
    spoilings: fc.array(fc.tuple(fc.nat(99), fc.nat(199), fc.nat(99)), { minLength: 1, maxLength: 2 }),
  })
  .map(({ world, spoilings }) => spoil(world, spoilings));

/** The same worlds without fast-check's runner: as many as are wanted, always the same for one seed. */
export function worldsOf(seed: number, count: number, faulty = false): World[] {
  return fc.sample(faulty ? faultyWorld : anyWorld, { seed, numRuns: count });
}

function buildWorld(seed: WorldSeed): World {
  const times = timesFrom(seed.anchors.slice(0, seed.spread + 1));
  const theme = THEMES[seed.theme] ?? KINDS;
  const written = seed.records.flatMap((versions, record) =>
    // Few records have later versions: most of what is random is worth seeing.
    versions
      .slice(0, record % 2 === 0 ? 1 : 3)
      .flatMap((version, index) =>
        linesOf(version, versions[0] ?? version, { record, index, theme, times, crowd: seed.crowd }),
      ),
  );
  const lines = written
    .sort((left, right) => left.order - right.order)
    .map(({ line }) => JSON.stringify(line));
  // Mostly some days after the rest, when most of it is known.
  const at = times.print(times.instant(seed.at) + Math.max(0, seed.later - 8) * 86_400_000, seed.at.zone);
  const options = {
    at,
    ...(seed.asksKnownAt === 0 ? { knownAt: times.write(seed.knownAt) } : {}),
    areas: seed.areas.map((area) => JSON.stringify(areaFrom(area, times))),
    stayMatch: seed.possible === 0 ? ('possible' as const) : ('inside' as const),
  };
  return { lines, options };
}

interface Context {
  readonly record: number;
  readonly index: number;
  readonly theme: readonly string[];
  readonly times: Times;
  readonly crowd: number;
}

interface Written {
  readonly order: number;
  readonly line: object;
}

/** The line of one version, twice when it is redelivered. */
function linesOf(seed: VersionSeed, first: VersionSeed, context: Context): Written[] {
  const { record, index, theme, times, crowd } = context;
  const kindSeed = seed.changesKind === 0 ? seed.kind : first.kind;
  const kind = theme[kindSeed % theme.length] ?? 'case';
  const retracted = seed.retracted === 0 && (index > 0 || seed.redelivered < 3);
  const recordedAt = seed.recorded < 4 ? '2020-12-01T00:00:00+08:00' : times.write(seed.recordedAt);
  const source = ['health', 'self', 'laboratory'][seed.kind % 3];
  const line = {
    // The key must stay the same in all versions of the record.
    source: first === seed ? source : ['health', 'self', 'laboratory'][first.kind % 3],
    id: `${['r', 'R', 'é', '𠮷', 'ｒ'][record % 5]}${record}`,
    version: index * 2 + (record % 2),
    recordedAt,
    ...(retracted ? { retracted } : seed.retracted === 1 ? { retracted: false } : {}),
    person: { document: personOf(seed.person, crowd) },
    kind,
    ...(retracted && seed.order % 2 === 0 ? {} : { data: dataFrom(kind, seed.bag, times) }),
  };
  const written = [{ order: seed.order, line }];
  if (seed.redelivered === 0)
    written.push({ order: 99 - seed.order, line: { ...line, recordedAt: times.write(seed.recordedAt) } });
  return written;
}

/** Mostly one person; in a crowd, several. */
function personOf(seed: number, crowd: number): object {
  const index = crowd === 0 ? 0 : crowd === 1 ? Math.max(0, seed - 16) : seed % 4;
  return DOCUMENTS[index % DOCUMENTS.length] ?? {};
}
