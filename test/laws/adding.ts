/** Laws about evidence that is added, repeated, put in another order or withdrawn. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { WEIGHT } from '../../domain/colour.ts';
import type { Fact, FactOf } from '../../domain/evidence/fact.ts';
import { recordKey } from '../../domain/evidence/record.ts';
import type { Entry } from '../../domain/people/persons.ts';
import { EARLIEST, type Instant, NEVER } from '../../domain/time.ts';
import { anyWorld } from '../oracle/generate.ts';
import { changesOf, compiled, conclusions, known, type Product, situationOf } from './situation.ts';

const HEAVY: ReadonlySet<string> = new Set(['contact', 'overseas', 'stay', 'symptom', 'designation']);

/** Whether one more fact of this kind never makes the colour lighter. An order does so only by a release (M7). */
function isHeavy(fact: Fact): boolean {
  return HEAVY.has(fact.kind) || (fact.kind === 'isolation' && !fact.data.released);
}

/**
 * Adding a contact, overseas entry, stay, fever, order or designation never lightens the colour, but for the
 * exception of docs/decisions/0013. `onHeavier` is told of each time that it made the colour heavier.
 */
export function neverLightens(product: Product, exception = endsAnotherFever, onHeavier = (_: Fact) => {}) {
  return fc.property(anyWorld, (world) => {
    const { people, index } = known(product, situationOf(world));
    for (const facts of people) {
      for (const fact of facts.filter(isHeavy)) {
        const others = facts.filter((other) => other !== fact);
        const instants = [...changesOf(product, facts, index), ...changesOf(product, others, index)];
        for (const at of instants.filter((instant) => !exception(fact, others, instant))) {
          const before = product.assess(others, compiled, index, at).colour;
          const after = product.assess(facts, compiled, index, at).colour;
          assert.ok(WEIGHT[after] >= WEIGHT[before], `a ${fact.kind} made ${before} ${after}`);
          if (WEIGHT[after] > WEIGHT[before]) onHeavier(fact);
        }
      }
    }
  });
}

/**
 * The one exception: a fever that is known to have gone says of an older one, of which nobody said
 * when it went, that it has gone too (colour.md, fever, b). It lightens from that end on and not before.
 */
export function endsAnotherFever(fact: Fact, others: readonly Fact[], at: Instant): boolean {
  if (fact.kind !== 'symptom' || at < fact.data.to) return false;
  return others.some((other) => isOpenFever(other) && other.data.from <= fact.data.to);
}

function isOpenFever(fact: Fact): fact is FactOf<'symptom'> {
  return fact.kind === 'symptom' && fact.data.to === NEVER;
}

const sortKeys = fc.array(fc.nat(), { minLength: 30, maxLength: 30 });

function shuffled<T>(items: readonly T[], keys: readonly number[]): T[] {
  return items
    .map((item, i) => [keys[i % keys.length]!, item] as const)
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);
}

/** The order of lines never matters to what is concluded, nor the order of facts to anything at all. */
export function orderNeverMatters(product: Product) {
  return fc.property(anyWorld, sortKeys, (world, keys) => {
    const situation = situationOf(world);
    const entries = shuffled(situation.entries, keys);
    assert.deepEqual(conclusions(product, { ...situation, entries }), conclusions(product, situation));
    const { people, index } = known(product, situation);
    for (const facts of people) {
      const other = product.assess(shuffled(facts, keys), compiled, index, situation.at);
      assert.deepEqual(other, product.assess(facts, compiled, index, situation.at));
    }
  });
}

/** A line that is delivered again, later or at the same time, never matters, wherever it stands. */
export function duplicatesNeverMatter(product: Product) {
  return fc.property(anyWorld, sortKeys, fc.nat(40 * 86_400_000), (world, keys, later) => {
    const situation = situationOf(world);
    const again = situation.entries
      .filter((_, i) => keys[i % keys.length]! % 2 === 0)
      .map((entry, i) => recordedLater(entry, i % 2 === 0 ? 0 : later));
    const entries = shuffled([...situation.entries, ...again], keys);
    assert.deepEqual(conclusions(product, { ...situation, entries }), conclusions(product, situation));
  });
}

function recordedLater(entry: Entry, later: number): Entry {
  const { record } = entry.reading;
  assert.ok(record);
  const recordedAt = record.recordedAt + later;
  return { ...entry, reading: { ...entry.reading, record: { ...record, recordedAt } } };
}

/** Retracting what was just added restores the former result. */
export function retractingRestores(product: Product) {
  return fc.property(anyWorld, fc.nat(), fc.boolean(), (world, which, withData) => {
    const situation = situationOf(world);
    const { entries } = situation;
    const added = keyOf(entries[which % entries.length]!);
    const former = entries.filter((entry) => keyOf(entry) !== added);
    const retraction = retractionOf(
      entries.filter((entry) => keyOf(entry) === added),
      withData,
    );
    assert.deepEqual(
      conclusions(product, { ...situation, entries: [...entries, retraction] }),
      conclusions(product, { ...situation, entries: former }),
    );
  });
}

function keyOf({ reading }: Entry): string {
  assert.ok(reading.record);
  return recordKey(reading.record);
}

/** The next version of a record: that it never was, known from the first. */
function retractionOf(versions: readonly Entry[], withData: boolean): Entry {
  const records = versions.map(({ reading }) => reading.record!);
  const last = records.reduce((one, other) => (other.version > one.version ? other : one));
  const version = last.version + 1;
  const fact = withData ? last.fact : undefined;
  const record = { ...last, version, retracted: true, recordedAt: EARLIEST, fact };
  const content = [last.person, last.fact?.kind, true, undefined] as const;
  const statement = { source: last.source, id: last.id, version, content };
  return { line: 0, reading: { record, statement, names: [] } };
}
