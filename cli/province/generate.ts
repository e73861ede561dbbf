import { type Calendar, DAY } from './calendar.ts';
import type { City, Divisions } from './divisions.ts';
import { createHousehold } from './households.ts';
import { tellOrdinaryLife } from './ordinary.ts';
import { createDice, type Dice, spread } from './random.ts';
import { type Member, type Telling, tell } from './records.ts';
import { createRiskMap } from './risk-areas.ts';
import { storyAt } from './stories.ts';

/** A part of a province's evidence: whole persons, as JSON Lines. */
export interface Part {
  readonly bytes: Buffer;
  readonly people: number;
}

/** The city for a place in [0, 2³²), by the shares of the census. */
type CityAt = (place: number) => City;

const PART_BYTES = 1 << 20;
/** Texts are encoded while they are this short: joining long ones costs more than it saves. */
const TEXT_CHARACTERS = 1 << 14;
/** No household tells as much as this beyond the text that is waiting. */
const MARGIN_BYTES = 1 << 18;

/**
 * The evidence of a made-up Zhejiang, household by household, each person's lines together. The same people and seed
 * give the same bytes everywhere; a larger province begins like a smaller one, but for the last household.
 */
export function* generateProvince(
  people: number,
  seed: number,
  divisions: Divisions,
  calendar: Calendar,
): Generator<Part> {
  const dice = createDice(seed);
  const telling: Telling = { dice, calendar };
  const cityAt = createCityAt(divisions.cities);
  const risks = createRiskMap(divisions);
  let text = '';
  let bytes = Buffer.allocUnsafeSlow(PART_BYTES);
  let used = 0;
  let yielded = 0;
  for (let number = 0, made = 0; made < people; number++) {
    const [across, along] = spread(seed, number);
    dice.turnTo(number);
    const household = createHousehold(dice, number, cityAt(across), made, people - made);
    for (const member of household.members) tellIdentity(telling, member);
    tellOrdinaryLife(telling, household, divisions.elsewhere, risks);
    storyAt(along)?.(telling, household, risks);
    for (const { lines } of household.members) text += lines;
    made += household.members.length;
    if (text.length < TEXT_CHARACTERS && made < people) continue;
    used += bytes.write(text, used);
    text = '';
    if (used < PART_BYTES - MARGIN_BYTES && made < people) continue;
    yield { bytes: bytes.subarray(0, used), people: made - yielded };
    bytes = Buffer.allocUnsafeSlow(PART_BYTES);
    used = 0;
    yielded = made;
  }
}

/** The record that joins two documents stands first, under the one that the person is printed under (S3). */
function tellIdentity(telling: Telling, member: Member): void {
  const [document, sameAs] = member.documents;
  if (sameAs === undefined) return;
  const data = `"document":${document},"sameAs":${sameAs}`;
  tell(telling, member, 'border', 'identity', data, member.homeSince - joinDays(telling.dice) * DAY);
}

function joinDays(dice: Dice): number {
  return dice.between(1, 40);
}

function createCityAt(cities: readonly City[]): CityAt {
  const total = cities.reduce((sum, { population }) => sum + population, 0);
  let sum = 0;
  const limits = cities.map(({ population }) => {
    sum += population;
    return (sum / total) * 2 ** 32;
  });
  return (place) => cities[limits.findIndex((limit) => place < limit)]!;
}
