import { DAY, HOUR, type Minute, NOW } from './calendar.ts';
import { startOfDay } from './facts.ts';
import { correct, type Member, type Telling, type Told, tell } from './records.ts';

type Form = 'hospital' | 'central' | 'home';

/** An isolation that has been told, and what was told of it. */
export interface Isolation {
  readonly told: Told;
  readonly form: Form;
  readonly from: Minute;
  readonly until: Minute;
}

/** An isolation of whole days, the first not counted (Civil Code art. 201), to its planned end or, for a few, to an early decision (M7). */
export function tellIsolation(
  telling: Telling,
  member: Member,
  form: Form,
  from: Minute,
  days: number,
): Isolation {
  const order = beginIsolation(telling, member, form, from, days);
  const early = telling.dice.chance(500);
  const endedAt = early ? from + telling.dice.between(3 * DAY, (days - 1) * DAY) : order.until;
  return endIsolation(telling, member, order, endedAt, early);
}

/** The planned isolation, told by the site that has the person, or by the community. */
export function beginIsolation(
  telling: Telling,
  member: Member,
  form: Form,
  from: Minute,
  days: number,
): Isolation {
  const order = { form, from, until: startOfDay(from) + (days + 1) * DAY };
  const source = form === 'home' ? 'community' : 'isolation-site';
  const data = describe(telling, order);
  return {
    told: tell(telling, member, source, 'isolation', data, from + telling.dice.between(10, 90)),
    ...order,
  };
}

/** Tells that an isolation has ended, if that is so by now; before its plan only by a decision. */
export function endIsolation(
  telling: Telling,
  member: Member,
  order: Isolation,
  endedAt: Minute,
  released: boolean,
): Isolation {
  if (endedAt > NOW) return order;
  const { dice, calendar } = telling;
  const release = released ? `,"release":"R-${dice.between(10_000, 99_999)}"` : '';
  const data = `${describe(telling, order)},"endedAt":"${calendar.print(endedAt)}"${release}`;
  return { ...order, told: correct(telling, member, order.told, data, endedAt + dice.between(5, 3 * HOUR)) };
}

/** Tells a later planned end. */
export function extendIsolation(
  telling: Telling,
  member: Member,
  order: Isolation,
  until: Minute,
  recordedAt: Minute,
): Isolation {
  const longer = { ...order, until };
  return { ...longer, told: correct(telling, member, order.told, describe(telling, longer), recordedAt) };
}

function describe({ calendar }: Telling, { form, from, until }: Omit<Isolation, 'told'>): string {
  return `"form":"${form}","from":"${calendar.print(from)}","until":"${calendar.print(until)}"`;
}
