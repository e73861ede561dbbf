import { DAY, HOUR, type Minute, NOW } from './calendar.ts';
import { span, startOfDay, tellTest } from './facts.ts';
import type { Household } from './households.ts';
import { beginIsolation, endIsolation, tellIsolation } from './isolations.ts';
import { correct, type Member, retract, type Telling, type Told, tell } from './records.ts';

type Classification = 'confirmed' | 'suspected' | 'asymptomatic';
type Outcome = 'recovered' | 'excluded' | 'deceased';

/** How an illness ends, if it has ended. */
interface End {
  readonly to: Minute;
  readonly outcome?: Outcome;
}

/** One member is a case, and those who live with them are close contacts. */
export function tellCluster(telling: Telling, { members }: Household): void {
  const { dice } = telling;
  const [patient, ...others] = members;
  const from = -dice.between(2 * HOUR, 34 * DAY);
  const classification = dice.pick<Classification>(['confirmed', 'confirmed', 'suspected', 'asymptomatic']);
  const end = planEnd(telling, classification, from);
  const told = tellCase(telling, patient!, classification, from, end);
  for (const other of others) tellHouseContact(telling, other, told, from, end);
}

function planEnd({ dice }: Telling, classification: Classification, from: Minute): End | undefined {
  if (classification === 'suspected' && dice.chance(6_000))
    return { to: from + dice.between(DAY, 3 * DAY), outcome: 'excluded' };
  const to = from + dice.between(9 * DAY, 21 * DAY);
  if (dice.chance(300)) return { to, outcome: 'deceased' };
  return dice.chance(2_500) ? { to } : { to, outcome: 'recovered' };
}

function tellCase(
  telling: Telling,
  patient: Member,
  classification: Classification,
  from: Minute,
  end: End | undefined,
): Told {
  const data = (named: Classification, until?: End): string =>
    `"classification":"${named}",${span(telling, from, until?.to)}${until && until.to <= NOW && until.outcome ? `,"outcome":"${until.outcome}"` : ''}`;
  tellTest(telling, patient, from - 20 * HOUR - 1, 'positive');
  let told = tell(telling, patient, 'health', 'case', data(classification), from + HOUR);
  const turns = classification === 'asymptomatic' && telling.dice.chance(3_000) && from + 2 * DAY < NOW;
  const final = turns ? 'confirmed' : classification;
  if (turns) told = correct(telling, patient, told, data(final), from + 2 * DAY);
  const bed = beginIsolation(telling, patient, 'hospital', from, 21);
  if (end === undefined || end.to > NOW) return told;
  told = correct(telling, patient, told, data(final, end), end.to + HOUR);
  endIsolation(telling, patient, bed, end.to, end.to < bed.until);
  if (end.outcome === undefined || end.outcome === 'recovered') tellConvalescence(telling, patient, end.to);
  return told;
}

/** After discharge two weeks in isolation (M3). */
function tellConvalescence(telling: Telling, patient: Member, discharged: Minute): void {
  tellTest(telling, patient, discharged + 7 * DAY, 'negative');
  tellIsolation(telling, patient, telling.dice.pick(['home', 'central']), discharged, 14);
}

function tellHouseContact(
  telling: Telling,
  member: Member,
  patient: Told,
  from: Minute,
  end: End | undefined,
): void {
  const { dice, calendar } = telling;
  const lastExposure = from - dice.between(0, 12 * HOUR);
  const area = dice.chance(2_000) ? `,"area":{"region":"${member.home}"}` : '';
  const data = `"level":"close","lastExposure":"${calendar.print(lastExposure)}","caseRef":{"source":"health","id":"${patient.id}"}${area}`;
  const contact = tell(telling, member, 'health', 'contact', data, from + 2 * HOUR);
  const excluded = end?.outcome === 'excluded' && end.to <= NOW;
  if (excluded) {
    retract(telling, member, contact, end.to + 2 * HOUR);
    return;
  }
  if (from + 4 * HOUR <= NOW) tellIsolation(telling, member, 'central', from + 4 * HOUR, 14);
  for (const day of [1, 7, 13])
    tellTest(telling, member, startOfDay(from) + day * DAY + 9 * HOUR, 'negative');
}
