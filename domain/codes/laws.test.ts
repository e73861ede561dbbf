import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  duplicatesNeverMatter,
  neverLightens,
  orderNeverMatters,
  retractingRestores,
} from '../../test/laws/adding.ts';
import { compiled, entryOf, PRODUCT, type Product } from '../../test/laws/situation.ts';
import {
  colourAloneIsTheSame,
  constantUntilNextChange,
  groundsAreSorted,
  laterRecordsChangeNothing,
  shiftsByWholeDays,
} from '../../test/laws/time.ts';
import type { Fact, Kind } from '../evidence/fact.ts';
import type { EvidenceRecord } from '../evidence/record.ts';
import type { Entry } from '../people/persons.ts';
import { DAY_MS, dayOf, type Instant, NEVER, startOfDay } from '../time.ts';

const RUNS = { numRuns: 1_000, seed: 2021 };
const { assess, colourAt, indexAreas, personsOf } = PRODUCT;

/** Bugs by what they do, each the parts of the product that it replaces. */
type Bugs = Readonly<Record<string, Partial<Product>>>;

/** A law that holds for the product and that finds each of the bugs when it is planted. */
function law<T>(name: string, property: (product: Product) => fc.IProperty<T>, bugs: Bugs): void {
  describe(name, () => {
    test('holds', () => fc.assert(property(PRODUCT), RUNS));
    for (const [bug, parts] of Object.entries(bugs)) {
      test(`would fail if ${bug}`, () => {
        const { errorInstance } = fc.check(property({ ...PRODUCT, ...parts }), {
          ...RUNS,
          endOnFailure: true,
        });
        assert.ok(errorInstance instanceof assert.AssertionError);
      });
    }
  });
}

/** A person's assessment as if some facts were not there. */
function blindTo(unseen: (fact: Fact, facts: readonly Fact[]) => boolean): Partial<Product> {
  const seen = (facts: readonly Fact[]) => facts.filter((fact) => !unseen(fact, facts));
  return { assess: (facts, ...rest) => assess(seen(facts), ...rest) };
}

const hasKind = (facts: readonly Fact[], kind: Kind) => facts.some((fact) => fact.kind === kind);

/** Persons as if each record were another. */
function misread(read: (record: EvidenceRecord, position: number) => EvidenceRecord): Partial<Product> {
  const entryOf = ({ line, reading }: Entry, i: number): Entry => ({
    line,
    reading: reading.record ? { ...reading, record: read(reading.record, i) } : reading,
  });
  return { personsOf: (entries, knownAt) => personsOf(entries.map(entryOf), knownAt) };
}

law('adding a contact, entry, stay, fever, order or designation never lightens', neverLightens, {
  'an entry hid a designation': blindTo(
    ({ kind }, facts) => kind === 'designation' && hasKind(facts, 'overseas'),
  ),
  'a contact ended the fevers': blindTo(({ kind }, facts) => kind === 'symptom' && hasKind(facts, 'contact')),
  'only the last stay counted': blindTo(
    (fact, facts) => fact.kind === 'stay' && fact !== facts.findLast(({ kind }) => kind === 'stay'),
  ),
});

describe('the exception to that law (docs/decisions/0013)', () => {
  test('is a fever that has gone, and tells of an older one that it went too', () => {
    const instant = (day: number) => startOfDay(dayOf(Date.UTC(2021, 0, day)));
    const fever = (id: string, data: object) => {
      const person = { document: { type: 'tw-permit', number: '12345678' } };
      const recordedAt = '2021-01-01T00:00:00+08:00';
      const record = { source: 'self', id, version: 1, recordedAt, person, kind: 'symptom', data };
      return entryOf(JSON.stringify(record), 0).reading.record!.fact!;
    };
    const open = fever('open', { fever: true, from: '2021-01-01T00:00:00+08:00' });
    const gone = fever('gone', {
      fever: true,
      from: '2021-01-02T00:00:00+08:00',
      to: '2021-01-03T00:00:00+08:00',
    });
    const colour = (facts: readonly Fact[], day: number) =>
      assess(facts, compiled, () => ({ inside: [], possible: [] }), instant(day)).colour;
    assert.equal(colour([open], 4), 'yellow');
    assert.equal(colour([open, gone], 4), 'green');
    assert.equal(colour([open, gone], 2), 'yellow');
  });

  test('is needed: without it the law would fail', () => {
    assert.ok(
      fc.check(
        neverLightens(PRODUCT, () => false),
        { ...RUNS, numRuns: 20_000, endOnFailure: true },
      ).failed,
    );
  });

  test('leaves the law something to say of every kind', () => {
    const kinds = new Set<string>();
    const told = neverLightens(PRODUCT, undefined, ({ kind }) => kinds.add(kind));
    fc.assert(told, RUNS);
    assert.deepEqual([...kinds].sort(), [
      'contact',
      'designation',
      'isolation',
      'overseas',
      'stay',
      'symptom',
    ]);
  });
});

law('the order of lines and of facts never matters', orderNeverMatters, {
  'the last line stood, not the highest version': misread((record, version) => ({ ...record, version })),
  'only the first three facts counted': blindTo((fact, facts) => facts.indexOf(fact) > 2),
});

law('lines that are delivered again never matter', duplicatesNeverMatter, {
  'the last recordedAt stood, not the first': {
    personsOf: (entries, knownAt) => {
      const last = new Map(
        entries.map(({ reading }) => [JSON.stringify(reading.statement), reading] as const),
      );
      return personsOf(
        [...last.values()].map((reading, line) => ({ line, reading })),
        knownAt,
      );
    },
  },
  'a file of more than twelve lines was cut': {
    personsOf: (entries, knownAt) => personsOf(entries.slice(0, 12), knownAt),
  },
});

law('retracting what was just added restores the former result', retractingRestores, {
  'a retraction with data were taken for a correction': misread((record) => ({
    ...record,
    retracted: record.retracted && !record.fact,
  })),
  'a retraction were another record': misread((record) =>
    record.retracted ? { ...record, id: `${record.id}-retracted` } : record,
  ),
});

law('all is constant between t and nextChangeAt, and something differs at it', constantUntilNextChange, {
  'it came a millisecond late': {
    assess: (...args) => later(assess(...args), 1),
  },
  'it came a day late': { assess: (...args) => later(assess(...args), DAY_MS) },
  'it came too early': {
    assess: (facts, rules, areas, at) => {
      const found = assess(facts, rules, areas, at);
      return { ...found, nextChangeAt: soon(found.nextChangeAt, at) };
    },
  },
  'it were always never': {
    assess: (...args) => ({ ...assess(...args), nextChangeAt: NEVER }),
  },
  'advisories were forgotten in it': {
    assess: (facts, rules, areas, at) => {
      const found = assess(facts, rules, areas, at);
      const counted = assess(facts, rules, (...place) => ({ ...areas(...place), possible: [] }), at);
      return { ...found, nextChangeAt: counted.nextChangeAt };
    },
  },
});

function soon(next: Instant, at: Instant): Instant {
  return next === NEVER ? NEVER : Math.min(next, at + DAY_MS);
}

function later<T extends { nextChangeAt: number }>(assessment: T, by: number): T {
  return { ...assessment, nextChangeAt: assessment.nextChangeAt + by };
}

law('nothing recorded after k changes (t, k)', laterRecordsChangeNothing, {
  'evidence were known a day before': {
    personsOf: (entries, knownAt) => personsOf(entries, knownAt + DAY_MS),
  },
  'areas were known a day before': {
    indexAreas: (areas, knownAt, matching) => indexAreas(areas, knownAt + DAY_MS, matching),
  },
  'evidence of the millisecond k were not known, but that after it': {
    personsOf: (entries, knownAt) => personsOf(entries, knownAt + 1),
  },
});

law('shifting all times by whole days shifts the result', shiftsByWholeDays, {
  'a rule looked at the calendar': {
    assess: (facts, rules, areas, at) => assess(at > Date.UTC(2021, 0, 20) ? [] : facts, rules, areas, at),
  },
  'weeks mattered': {
    assess: (facts, rules, areas, at) =>
      assess(Math.floor(at / DAY_MS) % 7 === 0 ? [] : facts, rules, areas, at),
  },
});

law('the colour alone is that of the whole assessment', colourAloneIsTheSame, {
  'it forgot fevers': {
    colourAt: (facts, ...rest) =>
      colourAt(
        facts.filter(({ kind }) => kind !== 'symptom'),
        ...rest,
      ),
  },
  'it counted possible matches': {
    colourAt: (facts, rules, areas, at) =>
      colourAt(
        facts,
        rules,
        (...place) => {
          const { inside, possible } = areas(...place);
          return { inside: [...inside, ...possible], possible: [] };
        },
        at,
      ),
  },
});

law('grounds and advisories hold, are sorted, and give the colour', groundsAreSorted, {
  'they stood as the facts stand': {
    assess: (...args) => {
      const found = assess(...args);
      return { ...found, grounds: found.grounds.toReversed() };
    },
  },
  'the lightest ground decided': {
    assess: (...args) => {
      const found = assess(...args);
      return { ...found, colour: found.grounds.at(-1)?.colour ?? 'green' };
    },
  },
});
