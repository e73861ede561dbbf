import type { Standing } from '../codes/assess.ts';
import type { Measure } from '../codes/assessment.ts';
import type { Dossier } from '../codes/dossier.ts';
import { since } from '../codes/periods.ts';
import { endOf } from '../codes/pieces.ts';
import type { Fact } from '../evidence/fact.ts';
import type { Announcement } from '../rules/compile.ts';

/**
 * The measures that go with the grounds that hold (M1–M6), in the order of the grounds, then the
 * transport that goes with any red. Equal ones are listed once.
 */
export function measuresOf(standing: readonly Standing[], dossier: Dossier): Measure[] {
  const measures: Measure[] = [];
  for (const { fact, holds } of standing) {
    for (const { rule, since, until } of holds) {
      for (const { form, clause, order } of rule.measures) {
        if (order === undefined || (fact.kind === 'isolation' && fact.form === order)) {
          list(measures, { form, from: since, until, clause });
        }
      }
      for (const announcement of rule.announces) announce(measures, announcement, fact, dossier);
    }
  }
  const red = standing.filter(({ ground }) => ground.colour === 'red');
  if (red.length > 0) {
    const from = Math.min(...red.map(({ ground }) => ground.since));
    const until = Math.max(...red.map(({ ground }) => ground.until));
    list(measures, { form: 'point-to-point', from, until, clause: dossier.rules.transportClause });
  }
  return measures;
}

/** A measure that follows on the same record is listed before it begins (M5 during R2e). */
function announce(measures: Measure[], { rule, measure }: Announcement, fact: Fact, dossier: Dossier): void {
  const from = since(rule, fact);
  const until = endOf(rule, fact, from, dossier);
  if (from < until) list(measures, { form: measure.form, from, until, clause: measure.clause });
}

function list(measures: Measure[], measure: Measure): void {
  const listed = measures.some(
    ({ form, from, until, clause }) =>
      form === measure.form && from === measure.from && until === measure.until && clause === measure.clause,
  );
  if (!listed) measures.push(measure);
}
