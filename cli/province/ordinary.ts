import type { Source } from '../../domain/evidence/fact.ts';
import { DAY, HOUR, type Minute, NOW } from './calendar.ts';
import { type Spot, span, spot, tellStay, tellTest } from './facts.ts';
import type { Household } from './households.ts';
import { correct, type Member, type Telling } from './records.ts';
import type { RiskMap } from './risk-areas.ts';

/** Where people go for an hour or two: free texts as a person or a till would write them. */
const ERRANDS = [
  '城东农贸市场',
  '中心医院门诊楼',
  '火车站候车室',
  '客运中心',
  '文化广场',
  '人民公园',
  '实验小学',
  '商贸城二楼',
  '市民之家',
  '第二中学',
  '万家超市',
  '体育馆',
  '老年活动中心',
  '工业园区3号厂房',
];
const LODGINGS = ['迎宾酒店', '会展中心', '学术交流中心', '亲戚家', '建筑工地宿舍'];

/** What happens in every household: homes, journeys, errands, tests. */
export function tellOrdinaryLife(
  telling: Telling,
  household: Household,
  elsewhere: readonly string[],
  risks: RiskMap,
): void {
  const { dice } = telling;
  const { members, city } = household;
  const journey = dice.chance(2_200) ? planJourney(telling, city.communities, elsewhere) : undefined;
  for (const member of members) {
    const travels = journey !== undefined && dice.chance(7_500);
    if (travels) tellJourney(telling, member, journey);
    else
      tellStay(
        telling,
        member,
        dice.chance(300) ? 'self' : 'telecom',
        homeSpot(telling, member),
        member.homeSince,
      );
    while (dice.chance(4_900)) tellErrand(telling, member, city.communities);
    if (dice.chance(4_500))
      tellTest(telling, member, -dice.between(1, 40 * DAY), dice.chance(60) ? 'inconclusive' : 'negative');
    if (dice.chance(1_200)) tellTest(telling, member, -dice.between(1, 40 * DAY), 'negative');
  }
  const area = risks.areaOf(members[0]!.home);
  if (area !== undefined) for (const member of members) tellScreening(telling, member, risks.listing(area));
}

/** A phone is located to the community, the street or only the county. */
function homeSpot({ dice }: Telling, { home }: Member): Spot {
  const die = dice.below(100);
  return { region: die < 60 ? home : die < 88 ? home.slice(0, 9) : home.slice(0, 6) };
}

interface Journey {
  readonly to: Spot;
  readonly from: Minute;
  readonly until: Minute;
  readonly source: Source;
}

/** A journey of one to eight days, mostly inside the province, told by a ticket or a phone. */
function planJourney(
  { dice }: Telling,
  communities: readonly string[],
  elsewhere: readonly string[],
): Journey {
  const from = -dice.between(2 * DAY, 24 * DAY);
  const leaves = dice.chance(4_500);
  const region = leaves ? dice.pick(elsewhere) : dice.pick(communities).slice(0, dice.pick([9, 12]));
  const place = dice.chance(2_500) ? dice.pick(LODGINGS) : undefined;
  const source = leaves || dice.chance(4_000) ? 'transport' : 'telecom';
  return { to: { region, place }, from, until: from + dice.between(DAY, 8 * DAY), source };
}

function tellJourney(telling: Telling, member: Member, { to, from, until, source }: Journey): void {
  const home = homeSpot(telling, member);
  tellStay(telling, member, 'telecom', home, member.homeSince, from);
  const away = tellStay(telling, member, source, to, from + 2 * HOUR, until);
  if (until > NOW) return;
  tellStay(telling, member, 'telecom', home, until + 2 * HOUR);
  if (!telling.dice.chance(400)) return;
  // The ticket had said one day more than the journey lasted.
  const data = `${spot(to)},${span(telling, from + 2 * HOUR, until - 12 * HOUR)}`;
  correct(telling, member, away, data, until + 3 * DAY);
}

function tellErrand(telling: Telling, member: Member, communities: readonly string[]): void {
  const { dice } = telling;
  const from = -dice.between(1, 28) * DAY + dice.between(7 * HOUR, 20 * HOUR);
  const near = dice.chance(7_000) ? member.home.slice(0, 9) : dice.pick(communities).slice(0, 9);
  const where = { region: near, place: dice.pick(ERRANDS) };
  tellStay(
    telling,
    member,
    dice.chance(2_000) ? 'self' : 'telecom',
    where,
    from,
    from + dice.between(20, 4 * HOUR),
  );
}

/** Those who live in a listed area are tested when it is listed and before it is taken off; few are missed. */
function tellScreening(telling: Telling, member: Member, { from, to }: ReturnType<RiskMap['listing']>): void {
  const { dice } = telling;
  if (dice.chance(9_000)) tellTest(telling, member, from + dice.between(4 * HOUR, DAY), 'negative');
  if (dice.chance(9_000))
    tellTest(telling, member, (to ?? NOW) - dice.between(6 * HOUR, 3 * DAY), 'negative');
}
