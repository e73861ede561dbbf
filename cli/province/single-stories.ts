import { DAY, HOUR, type Minute, NOW } from './calendar.ts';
import { span, startOfDay, tellStay, tellTest } from './facts.ts';
import type { Household } from './households.ts';
import { beginIsolation, endIsolation, extendIsolation, tellIsolation } from './isolations.ts';
import { correct, type Member, retract, type Telling, tell } from './records.ts';
import type { RiskMap } from './risk-areas.ts';

const COUNTRIES = [
  'KR',
  'JP',
  'US',
  'DE',
  'GB',
  'FR',
  'IT',
  'ES',
  'RU',
  'TH',
  'SG',
  'AE',
  'BR',
  'HK',
  'MO',
  'TW',
];
/** Where people land: Shanghai Pudong, Hangzhou, Ningbo, Wenzhou, Guangzhou, Xiamen. */
const PORTS = ['310115', '330109', '330212', '330303', '440111', '350206'];

/** One of a household, or all of it, comes from overseas: fourteen days in a hotel, seven at home (R2e, M5). */
export function tellEntry(telling: Telling, { members }: Household): void {
  const { dice, calendar } = telling;
  const enteredAt = -dice.between(HOUR, 34 * DAY);
  const travellers = dice.chance(4_000) ? members : members.slice(0, 1);
  const country = dice.pick(COUNTRIES);
  const port = dice.pick(PORTS);
  for (const member of travellers) {
    const data = `"country":"${country}","enteredAt":"${calendar.print(enteredAt)}"`;
    tell(telling, member, dice.chance(7_000) ? 'customs' : 'border', 'overseas', data, enteredAt + 20);
    tellStay(
      telling,
      member,
      'transport',
      { region: port },
      enteredAt,
      enteredAt + dice.between(3 * HOUR, 9 * HOUR),
    );
    tellIsolation(telling, member, 'central', enteredAt, 14);
    const home = startOfDay(enteredAt) + 15 * DAY;
    if (home < NOW) tellIsolation(telling, member, 'home', home, 6);
    for (const day of [0, 7, 13]) tellTest(telling, member, enteredAt + day * DAY + 2 * HOUR, 'negative');
    if (dice.chance(500))
      tellFeverOf(telling, member, Math.min(enteredAt + dice.between(DAY, 9 * DAY), -HOUR));
  }
}

/** One of a household met a case somewhere else. */
export function tellContact(telling: Telling, { members }: Household): void {
  const { dice, calendar } = telling;
  const member = dice.pick(members);
  const level = dice.pick(['close', 'close', 'secondary', 'general']);
  const lastExposure = -dice.between(3 * HOUR, 26 * DAY);
  const caseRef = dice.chance(4_000) ? `,"caseRef":{"source":"health","id":"C-out-${dice.below(900)}"}` : '';
  const area = dice.chance(1_500) ? `,"area":{"region":"${member.home.slice(0, 9)}"}` : '';
  const data = `"level":"${level}","lastExposure":"${calendar.print(lastExposure)}"${caseRef}${area}`;
  const contact = tell(
    telling,
    member,
    'health',
    'contact',
    data,
    lastExposure + dice.between(5 * HOUR, 50 * HOUR),
  );
  if (dice.chance(800)) {
    retract(telling, member, contact, Math.min(lastExposure + 3 * DAY, NOW));
    return;
  }
  if (level === 'close')
    tellIsolation(telling, member, 'central', lastExposure + dice.between(6 * HOUR, DAY), 14);
  for (const day of [2, 8]) tellTest(telling, member, lastExposure + day * DAY, 'negative');
}

/** A fever in the house. */
export function tellFever(telling: Telling, { members }: Household): void {
  tellFeverOf(telling, telling.dice.pick(members), -telling.dice.between(2 * HOUR, 16 * DAY));
}

/** A fever that has gone or not, with a test or without (R3a). */
function tellFeverOf(telling: Telling, member: Member, from: Minute): void {
  const { dice } = telling;
  const to = dice.chance(7_500) ? from + dice.between(DAY, 4 * DAY) : undefined;
  const source = dice.chance(6_500) ? 'health' : 'self';
  const fever = tell(
    telling,
    member,
    source,
    'symptom',
    `"fever":true,${span(telling, from)}`,
    from + dice.between(20, 6 * HOUR),
  );
  if (to !== undefined && to <= NOW)
    correct(
      telling,
      member,
      fever,
      `"fever":true,${span(telling, from, to)}`,
      to + dice.between(10, 12 * HOUR),
    );
  if (dice.chance(6_000)) tellTest(telling, member, from + dice.between(HOUR, 30 * HOUR), 'negative');
}

/** Some of a household stayed in a risk area, or perhaps did (R3b). */
export function tellVisit(telling: Telling, { members }: Household, risks: RiskMap): void {
  const { dice } = telling;
  const area = dice.below(risks.count);
  const { from: listed, to: delisted } = risks.listing(area);
  const from = dice.between(listed - 2 * DAY, Math.min(delisted ?? NOW, NOW) - 3 * HOUR);
  const to = from + dice.between(HOUR, 3 * DAY);
  const where = risks.visit(area, dice, dice.chance(7_500));
  for (const member of members) {
    if (member !== members[0] && !dice.chance(5_000)) continue;
    tellStay(telling, member, dice.pick(['telecom', 'transport', 'self']), where, from, to);
    if (dice.chance(6_500)) tellTest(telling, member, to + dice.between(-20 * HOUR, 2 * DAY), 'negative');
    if (dice.chance(150)) tellFeverOf(telling, member, Math.min(to, -HOUR));
  }
}

/** An order to stay isolated, sometimes extended (R2f). */
export function tellOrder(telling: Telling, { members }: Household): void {
  const { dice } = telling;
  const member = dice.pick(members);
  const from = -dice.between(HOUR, 24 * DAY);
  const form = dice.pick<'home' | 'central'>(['home', 'home', 'central']);
  const order = beginIsolation(telling, member, form, from, 7);
  const extended = dice.chance(2_500) && from + 6 * DAY < NOW;
  const final = extended
    ? extendIsolation(telling, member, order, order.until + 7 * DAY, from + 6 * DAY)
    : order;
  endIsolation(telling, member, final, dice.chance(1_000) ? from + 5 * DAY : final.until, false);
}

/** Reasons of the closed list of `zj-2021-01` (R2g, R3c). */
export const DESIGNATION_REASONS = [
  'key-place-exposure',
  'manifest-contact',
  'imported-goods-exposure',
  'community-screening',
  'under-investigation',
];

/** Two offices designate one person, for a reason of the closed list (R2g, R3c). */
export function tellDesignation(telling: Telling, { members, number }: Household): void {
  const { dice, calendar } = telling;
  const from = -dice.between(2 * HOUR, 16 * DAY);
  const until = startOfDay(from) + dice.between(4, 15) * DAY;
  const times = `"from":"${calendar.print(from)}","until":"${calendar.print(until)}"`;
  const approval = `"approval":{"reference":"D-${number}","proposedBy":"county-office","approvedBy":"province-office"}`;
  const data = `"colour":"${dice.pick(['red', 'yellow', 'yellow'])}","reason":"${dice.pick(DESIGNATION_REASONS)}",${times},${approval}`;
  tell(telling, dice.pick(members), 'province-office', 'designation', data, from);
}

/** A positive test that becomes a case, is disproved by two others a day apart, or stands alone (R2g). */
export function tellPositive(telling: Telling, { members }: Household): void {
  const { dice } = telling;
  const member = members[0]!;
  const reportedAt = tellTest(telling, member, -dice.between(2 * HOUR, 12 * DAY), 'positive');
  const after = dice.below(3);
  if (after === 0 && reportedAt + DAY < NOW)
    tell(
      telling,
      member,
      'health',
      'case',
      `"classification":"confirmed",${span(telling, reportedAt + DAY)}`,
      reportedAt + DAY + HOUR,
    );
  if (after === 1) for (const day of [1, 3]) tellTest(telling, member, reportedAt + day * DAY, 'negative');
}

/** Something that never was: a fever reported by mistake, an entry booked for the wrong person. */
export function tellMistake(telling: Telling, { members }: Household): void {
  const { dice, calendar } = telling;
  const member = dice.pick(members);
  const at = -dice.between(5 * DAY, 12 * DAY);
  const mistake = dice.chance(5_000)
    ? tell(telling, member, 'self', 'symptom', `"fever":true,"from":"${calendar.print(at)}"`, at + HOUR)
    : tell(
        telling,
        member,
        'customs',
        'overseas',
        `"country":"JP","enteredAt":"${calendar.print(at)}"`,
        at + HOUR,
      );
  retract(telling, member, mistake, at + dice.between(3 * HOUR, 6 * DAY));
}
