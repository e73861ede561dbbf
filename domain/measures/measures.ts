import type { Standing } from '../codes/assess.ts';
import type { Measure } from '../codes/assessment.ts';
import type { Dossier } from '../codes/dossier.ts';
import { MANY } from '../codes/many-records.ts';
import { since } from '../codes/periods.ts';
import { endOf } from '../codes/pieces.ts';
import type { Fact } from '../evidence/fact.ts';
import type { Announcement } from '../rules/compile.ts';
import { NEVER } from '../time.ts';

/**
 * The measures that go with the grounds that hold (M1–M6), in the order of the grounds, then the
 * transport that goes with any red. Equal ones are listed once.
 */
export function measuresOf(standing: readonly Standing[], dossier: Dossier): Measure[] {
  const measures: Measure[] = [];
  for (const { fact, holds } of standing) {
    for (const { rule, since, until } of holds) {
      for (const { form, clause, order } of rule.measures) {
        if (order === undefined || (fact.kind === 'isolation' && fact.data.form === order)) {
          list(measures, { form, from: since, until, clause });
        }
      }
      for (const announcement of rule.announces) announce(measures, announcement, fact, dossier);
    }
  }
  addTransport(measures, standing, dossier.rules.transportClause);
  return measures.length < MANY ? measures : once(measures);
}

/** Any red is taken from point to point, from the earliest beginning to the latest end of the red grounds (M6). */
function addTransport(measures: Measure[], standing: readonly Standing[], clause: string): void {
  let from = NEVER;
  let until = -NEVER;
  for (const { ground } of standing) {
    if (ground.colour !== 'red') continue;
    if (ground.since < from) from = ground.since;
    if (ground.until > until) until = ground.until;
  }
  if (from !== NEVER) list(measures, { form: 'point-to-point', from, until, clause });
}

/** A measure that follows on the same record is listed before it begins (M5 during R2e). */
function announce(measures: Measure[], { rule, measure }: Announcement, fact: Fact, dossier: Dossier): void {
  const from = since(rule, fact);
  const until = endOf(rule, fact, from, dossier);
  if (from < until) list(measures, { form: measure.form, from, until, clause: measure.clause });
}

/** Adds a measure that is not there yet. Of many, equal ones are left out at the end: the walk would be long. */
function list(measures: Measure[], measure: Measure): void {
  const { form, from, until, clause } = measure;
  if (measures.length < MANY)
    for (const other of measures) {
      const same = form === other.form && from === other.from && until === other.until;
      if (same && clause === other.clause) return;
    }
  measures.push(measure);
}

function once(measures: readonly Measure[]): Measure[] {
  const listed = new Map<string, Measure>();
  for (const measure of measures) {
    const { form, from, until, clause } = measure;
    const key = `${form} ${from} ${until} ${clause}`;
    if (!listed.has(key)) listed.set(key, measure);
  }
  return [...listed.values()];
}
