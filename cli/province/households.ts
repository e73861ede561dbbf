import type { Document } from '../../domain/people/document.ts';
import { DAY, type Minute } from './calendar.ts';
import type { City } from './divisions.ts';
import {
  ISSUERS,
  type Origin,
  passport,
  permanentResidentCard,
  printDocument,
  residencePermit,
  residentNumber,
  travelPermit,
} from './documents.ts';
import type { Dice } from './random.ts';
import type { Member } from './records.ts';

/** People who live together. */
export interface Household {
  readonly number: number;
  readonly city: City;
  readonly members: readonly Member[];
}

/** Of a hundred households, how many have at most one, two … six members. */
const SIZES = [25, 55, 77, 90, 97, 100];
/** One household in this many came from abroad; and one from Hong Kong, Macau or Taiwan. */
const RHYTHM = 256;
const ABROAD = 57;
const HMT = 181;

/** Makes a household's people: its first members are adults, the others children or elders. */
export function createHousehold(
  dice: Dice,
  number: number,
  city: City,
  firstPerson: number,
  room: number,
): Household {
  const die = dice.below(100);
  const size = Math.min(SIZES.findIndex((limit) => die < limit) + 1, room);
  const home = dice.pick(city.communities);
  const homeSince: Minute = -dice.between(25, 90) * DAY + dice.below(DAY);
  const papersOf = papersOfHousehold(dice, number);
  const members: Member[] = [];
  for (let place = 0; place < size; place++) {
    const person = firstPerson + place;
    const documents = papersOf(person, place).map(printDocument);
    members.push({ number: person, documents, home, homeSince, lines: '', told: 0 });
  }
  return { number, city, members };
}

/** Whether the household holds passports. */
function isFromAbroad(number: number): boolean {
  return number % RHYTHM === ABROAD;
}

function papersOfHousehold(dice: Dice, household: number): (person: number, place: number) => Document[] {
  if (isFromAbroad(household)) {
    const [issuer, nationality] = dice.pick(ISSUERS);
    const settled = dice.chance(2_500);
    const ordinal = Math.floor(household / RHYTHM);
    return (person, place) =>
      settled && place === 0
        ? [passport(issuer, person), permanentResidentCard(nationality, ordinal)]
        : [passport(issuer, person)];
  }
  if (household % RHYTHM === HMT) return papersOfCompatriots(dice, Math.floor(household / RHYTHM));
  return (person, place) => [{ type: 'resident-id', number: residentNumber(person, birthYear(dice, place)) }];
}

function papersOfCompatriots(dice: Dice, ordinal: number): (person: number, place: number) => Document[] {
  const origin: Origin = dice.pick(['HK', 'MO', 'TW', 'TW']);
  const papers = dice.below(3);
  return (_, place) => {
    const number = ordinal * SIZES.length + place;
    const both = [travelPermit(origin, number), residencePermit(origin, number)];
    return papers === 2 ? both : [both[papers]!];
  };
}

function birthYear(dice: Dice, place: number): number {
  if (place < 2) return dice.between(1948, 1999);
  return dice.chance(7_000) ? dice.between(2005, 2020) : dice.between(1931, 1955);
}
