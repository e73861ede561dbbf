import type { Source } from '../../domain/evidence/fact.ts';
import { DAY, HOUR, type Minute, NOW } from './calendar.ts';
import { type Member, type Telling, type Told, tell } from './records.ts';

/** A place in which somebody stays: a region code and perhaps a free text. */
export interface Spot {
  readonly region: string;
  readonly place?: string | undefined;
}

/** `"from":…` and, when it has come by now, `"to":…`. */
export function span({ calendar }: Telling, from: Minute, to?: Minute): string {
  const start = `"from":"${calendar.print(from)}"`;
  return to === undefined || to > NOW ? start : `${start},"to":"${calendar.print(to)}"`;
}

export function spot({ region, place }: Spot): string {
  return place === undefined ? `"region":"${region}"` : `"region":"${region}","place":"${place}"`;
}

/** A stay; one that is over is reported when it ends, one that goes on when it begins. */
export function tellStay(
  telling: Telling,
  member: Member,
  source: Source,
  where: Spot,
  from: Minute,
  to?: Minute,
): Told {
  const seen = to === undefined || to > NOW ? from : to;
  const data = `${spot(where)},${span(telling, from, to)}`;
  return tell(telling, member, source, 'stay', data, seen + telling.dice.between(5, 4 * HOUR));
}

export type Result = 'negative' | 'positive' | 'inconclusive';

/** A nucleic-acid test, reported 4 to 20 hours after its sample; nothing when it has not been taken by now. */
export function tellTest(telling: Telling, member: Member, sampledAt: Minute, result: Result): Minute {
  const { dice, calendar } = telling;
  const reportedAt = sampledAt + dice.between(4 * HOUR, 20 * HOUR);
  if (sampledAt > NOW) return reportedAt;
  const times = `"sampledAt":"${calendar.print(sampledAt)}","reportedAt":"${calendar.print(reportedAt)}"`;
  const foreign = dice.chance(300);
  const laboratory =
    foreign || dice.chance(5_000) ? '' : `,"laboratory":"${laboratoryOf(member, dice.below(9))}"`;
  const source = foreign ? 'verified-report' : 'laboratory';
  tell(telling, member, source, 'nat', `${times},"result":"${result}"${laboratory}`, reportedAt + 5);
  return reportedAt;
}

function laboratoryOf({ home }: Member, number: number): string {
  return `LAB-${home.slice(0, 6)}-${number + 1}`;
}

/** 00:00 of the day of a minute. */
export function startOfDay(minute: Minute): Minute {
  return Math.floor(minute / DAY) * DAY;
}
