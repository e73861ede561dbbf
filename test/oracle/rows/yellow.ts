/** colour.md "**Risk area** (M11)" and "**Fever** (M10)". */
import { area, contact, fever, isolation, nat, overseas, type Row, released, row, stay } from './notation.ts';

const GREEN = { colour: 'green', grounds: [], next: null } as const;
// x is 01-09 12:00; the start of the civil day seven days before it is 01-02 00:00.
const STAY = stay('S-1', '330683', '01-01 08:00', '01-09 12:00');
const AREA = { areas: [area('high', '330683', '01-01 00:00')] };
const UNLIFTED = { grounds: ['R3b 01-01 08:00..01-24 00:00 S-1'] };

// biome-ignore format: a table reads better as a table
const LIFTING: Row[] = [
  row('M11', 'lifted from the report of a negative NAT', '01-11 10:00', [STAY, nat('N-1', '01-10 10:00', '01-11 10:00')], GREEN, AREA),
  row('M11', 'not before it, and known in advance', '01-11 09:00', [STAY, nat('N-1', '01-10 10:00', '01-11 10:00')], { grounds: ['R3b 01-01 08:00..01-11 10:00 S-1'], next: '01-11 10:00' }, AREA),
  row('M11', 'from x when the report is earlier', '01-09 12:00', [STAY, nat('N-1', '01-05 10:00', '01-06 10:00')], GREEN, AREA),
  row('M11', 'while x is still to come nothing lifts it, but its end is known', '01-08 00:00', [STAY, nat('N-1', '01-05 10:00', '01-06 10:00')], { grounds: ['R3b 01-01 08:00..01-09 12:00 S-1'], next: '01-09 12:00' }, AREA),
  row('M11', 'while x is missing nothing lifts it', '01-20 00:00', [stay('S-1', '330683', '01-01 08:00'), nat('N-1', '01-10 10:00', '01-11 10:00')], { grounds: ['R3b 01-01 08:00..open S-1'], next: null }, AREA),
  row('M11', 'sampled at the start of the civil day seven days before day(x)', '01-10 00:00', [STAY, nat('N-1', '01-02 00:00', '01-02 10:00')], GREEN, AREA),
  row('M11', 'sampled before that day it does not lift', '01-10 00:00', [STAY, nat('N-1', '01-01 23:59:59.999', '01-02 10:00')], UNLIFTED, AREA),
  row('M11', 'sampled when the stay began', '01-10 00:00', [stay('S-1', '330683', '01-05 08:00', '01-09 12:00'), nat('N-1', '01-05 08:00', '01-05 10:00')], GREEN, AREA),
  row('M11', 'sampled before the stay it does not lift', '01-10 00:00', [stay('S-1', '330683', '01-05 08:00', '01-09 12:00'), nat('N-1', '01-05 07:59:59', '01-05 10:00')], { grounds: ['R3b 01-05 08:00..01-24 00:00 S-1'] }, AREA),
  row('M11', 'the earliest report of those that count', '01-09 13:00', [STAY, nat('N-1', '01-10 10:00', '01-12 10:00'), nat('N-2', '01-10 20:00', '01-11 20:00')], { grounds: ['R3b 01-01 08:00..01-11 20:00 S-1'] }, AREA),
  row('M11', 'an inconclusive NAT does not lift', '01-12 00:00', [STAY, nat('N-1', '01-10 10:00', '01-11 10:00', 'inconclusive')], UNLIFTED, AREA),
  row('M11', 'a NAT sampled before the area was listed counts: R3b may never hold', '01-12 00:00', [STAY, nat('N-1', '01-08 10:00', '01-09 10:00')], GREEN, { areas: [area('high', '330683', '01-11 00:00')] }),
  row('M11', 'reported after the listing it lifts then', '01-12 00:00', [STAY, nat('N-1', '01-08 10:00', '01-12 10:00')], { grounds: ['R3b 01-11 00:00..01-12 10:00 S-1'] }, { areas: [area('high', '330683', '01-11 00:00')] }),
  row('M11', 'each area is judged by itself: one is lifted, one goes on', '01-08 00:00', [STAY, nat('N-1', '01-05 10:00', '01-06 10:00')], { grounds: ['R3b 01-07 00:00..01-09 12:00 S-1'] },
    { areas: [area('high', '330683', '01-01 00:00', '01-06 00:00'), area('medium', '330683', '01-07 00:00')] }),
  row('M11', 'when the area ends x ends, and the NAT must not be older than seven days then', '01-12 00:00', [STAY, nat('N-1', '01-01 10:00', '01-02 10:00')], UNLIFTED,
    { areas: [area('high', '330683', '01-01 00:00', '01-08 00:00'), area('medium', '330683', '01-01 00:00')] }),
];

const F1 = fever('F-1', '01-10 08:00');
const F1_GONE = fever('F-1', '01-10 08:00', '01-12 10:00');
const NEGATIVE = nat('N-1', '01-11 08:00', '01-11 20:00');
// Of 1 January: until 01-16, so history for a fever of 10 January.
const CLOSE = contact('K-1', '01-01 08:00');
const K = 'R2d 01-01 08:00..01-16 00:00 K-1';

// biome-ignore format: a table reads better as a table
const FEVERS: Row[] = [
  row('M10', 'with neither it ends after 14 days', '01-10 08:00', [F1], { colour: 'yellow', grounds: ['R3a 01-10 08:00..01-25 00:00 F-1'], next: '01-25 00:00' }),
  row('M10', 'and is green then', '01-25 00:00', [F1], GREEN),
  row('M10', 'with neither and with history too', '01-11 00:00', [F1, CLOSE], { grounds: [K, 'R3a 01-10 08:00..01-25 00:00 F-1'] }),
  row('M10', 'without history a negative NAT is enough', '01-10 09:00', [F1, NEGATIVE], { grounds: ['R3a 01-10 08:00..01-11 20:00 F-1'] }),
  row('M10', 'without history the end of the fever is enough', '01-10 09:00', [F1_GONE], { grounds: ['R3a 01-10 08:00..01-12 10:00 F-1'] }),
  row('M10', 'without history the earlier of the two', '01-10 09:00', [F1_GONE, NEGATIVE], { grounds: ['R3a 01-10 08:00..01-11 20:00 F-1'] }),
  row('M10', 'a NAT sampled before the fever says nothing', '01-10 09:00', [F1, nat('N-1', '01-10 07:59:59', '01-10 20:00')], { grounds: ['R3a 01-10 08:00..01-25 00:00 F-1'] }),
  row('M10', 'a NAT sampled as the fever began does', '01-10 09:00', [F1, nat('N-1', '01-10 08:00', '01-10 20:00')], { grounds: ['R3a 01-10 08:00..01-10 20:00 F-1'] }),
  row('M10', 'the earliest report, not the earliest sample', '01-10 09:00', [F1, nat('N-2', '01-10 09:00', '01-13 20:00'), NEGATIVE], { grounds: ['R3a 01-10 08:00..01-11 20:00 F-1'] }),
  row('M10', 'an inconclusive NAT does not', '01-10 09:00', [F1, nat('N-1', '01-11 08:00', '01-11 20:00', 'inconclusive')], { grounds: ['R3a 01-10 08:00..01-25 00:00 F-1'] }),
  row('M10', 'a fever that went as it came never held', '01-10 08:00', [fever('F-1', '01-10 08:00', '01-10 08:00')], GREEN),
  row('M10', 'the end of another fever record counts when its own is missing', '01-10 09:00', [F1, fever('F-2', '01-08 08:00', '01-12 10:00')], { grounds: ['R3a 01-08 08:00..01-12 10:00 F-2', 'R3a 01-10 08:00..01-12 10:00 F-1'] }),
  row('M10', 'the earliest of them', '01-10 09:00', [F1, fever('F-2', '01-11 08:00', '01-13 10:00'), fever('F-3', '01-11 08:00', '01-12 10:00')], { grounds: ['R3a 01-10 08:00..01-12 10:00 F-1'] }),
  row('M10', 'not one that was over before', '01-10 09:00', [F1, fever('F-2', '01-08 08:00', '01-10 07:59:59')], { grounds: ['R3a 01-10 08:00..01-25 00:00 F-1'] }),
  row('M10', 'one that ended as this began ends it at once', '01-10 09:00', [F1, fever('F-2', '01-08 08:00', '01-10 08:00')], GREEN),
  row('M10', 'the end of something else is not the end of a fever', '01-10 09:00', [F1, stay('S-1', '330683', '01-08 08:00', '01-12 10:00')], { grounds: ['R3a 01-10 08:00..01-25 00:00 F-1'] }),
  row('M10', 'another end does not count when its own is there', '01-10 09:00', [F1_GONE, fever('F-2', '01-10 08:30', '01-10 08:45')], { grounds: ['R3a 01-10 08:00..01-12 10:00 F-1'] }),
  row('M10', 'with history both are asked for, so the later counts', '01-11 00:00', [F1_GONE, NEGATIVE, CLOSE], { grounds: [K, 'R3a 01-10 08:00..01-12 10:00 F-1'] }),
  row('M10', 'with history: the NAT when it is the later', '01-11 00:00', [F1_GONE, nat('N-1', '01-12 08:00', '01-13 20:00'), CLOSE], { grounds: [K, 'R3a 01-10 08:00..01-13 20:00 F-1'] }),
  row('M10', 'but no later than 14 days after the fever went', '01-11 00:00', [F1_GONE, nat('N-1', '02-12 08:00', '02-13 20:00'), CLOSE], { grounds: [K, 'R3a 01-10 08:00..01-27 00:00 F-1'] }),
  row('M10', 'with history and only the NAT, 14 days from its report', '01-11 00:00', [F1, nat('N-1', '01-11 08:00', '01-12 20:00'), CLOSE], { grounds: [K, 'R3a 01-10 08:00..01-27 00:00 F-1'] }),
  row('M10', 'with history and only the end of the fever, 14 days from it', '01-11 00:00', [F1_GONE, CLOSE], { grounds: [K, 'R3a 01-10 08:00..01-27 00:00 F-1'] }),
];

const WITH = { grounds: ['R3a 01-10 08:00..01-27 00:00 F-1'] };
const WITHOUT = { grounds: ['R3a 01-10 08:00..01-12 10:00 F-1'] };
const also = (ground: string, { grounds }: typeof WITH) => ({ grounds: [ground, ...grounds] });
const both = (line: object) => [F1_GONE, { ...line }];
const THERE = (level: string, from: string, to?: string) => ({ areas: [area(level, '330683', from, to)] });

// The fever is of 10 January, so the horizon is 2020-12-27T00:00; e is 01-12 10:00. With history it would last to 01-27.
// biome-ignore format: a table reads better as a table
const HISTORY: Row[] = [
  row('M10 history', 'an interval of R2d', '01-11 00:00', both(CLOSE), also(K, WITH)),
  row('M10 history', 'one that ends after the horizon: a contact of 12 December until 27 December does not', '01-11 00:00', both(contact('K-1', '2020-12-12 23:00')), WITHOUT),
  row('M10 history', 'a contact of 13 December until 28 December does', '01-11 00:00', both(contact('K-1', '2020-12-13 01:00')), WITH),
  row('M10 history', 'one that begins at e', '01-11 00:00', both(contact('K-1', '01-12 10:00')), WITH),
  row('M10 history', 'one that begins after e does not', '01-11 00:00', both(contact('K-1', '01-12 10:00:01')), WITHOUT),
  row('M10 history', 'also one that begins after t', '01-10 09:00', both(contact('K-1', '01-12 09:00')), WITH),
  row('M10 history', 'as cut by early release before the horizon: none', '01-11 00:00', [F1_GONE, contact('K-1', '2020-12-20 08:00'), released('I-1', 'home', '2020-12-20 10:00', '2020-12-30 00:00', '2020-12-27 00:00')], WITHOUT),
  row('M10 history', 'as cut by early release a second after the horizon: some', '01-11 00:00', [F1_GONE, contact('K-1', '2020-12-20 08:00'), released('I-1', 'home', '2020-12-20 10:00', '2020-12-30 00:00', '2020-12-27 00:00:01')], WITH),
  row('M10 history', 'a general contact is none', '01-11 00:00', both(contact('K-1', '01-05 08:00', 'general')), WITHOUT),
  row('M10 history', 'an interval of R2e', '01-11 00:00', both(overseas('E-1', '01-09 08:00')), also('R2e 01-09 08:00..01-24 00:00 E-1', WITH)),
  row('M10 history', 'M5 is none: of an entry of 12 December only it is left', '01-02 00:00', [fever('F-1', '01-10 08:00', '01-12 10:00'), overseas('E-1', '2020-12-12 08:00')], { grounds: ['R2f 2020-12-27 00:00..01-03 00:00 E-1'], next: '01-03 00:00' }),
  row('M10 history', 'M5 is none: the fever ends with the earlier', '01-12 10:00', [F1_GONE, overseas('E-1', '2020-12-12 08:00')], GREEN),
  row('M10 history', 'an interval of R6 of a stay', '01-11 00:00', both(stay('S-1', '330683', '01-08 00:00', '01-09 00:00')), also('R6 01-08 00:00..01-24 00:00 S-1', WITH), THERE('severe', '01-01 00:00', '02-01 00:00')),
  row('M10 history', 'an interval of R6 of a contact', '01-11 00:00', both(contact('K-1', '01-08 00:00', 'general', { region: '330683' })), also('R6 01-08 00:00..01-23 00:00 K-1', WITH), THERE('severe', '01-01 00:00', '02-01 00:00')),
  row('M10 history', 'an interval of R3b', '01-11 00:00', both(stay('S-1', '330683', '01-08 00:00', '01-09 00:00')), { grounds: ['R3a 01-10 08:00..01-27 00:00 F-1', 'R3b 01-08 00:00..01-24 00:00 S-1'] }, THERE('high', '01-01 00:00')),
  row('M10 history', 'R3b as if never lifted', '01-11 22:00', [F1, stay('S-1', '330683', '01-08 00:00', '01-09 00:00'), NEGATIVE], { grounds: ['R3a 01-10 08:00..01-26 00:00 F-1'] }, THERE('high', '01-01 00:00')),
  row('M10 history', 'a listing after the visit makes one, from the listing on', '01-13 00:00', both(stay('S-1', '330683', '01-08 00:00', '01-09 00:00')), { grounds: ['R3a 01-10 08:00..01-27 00:00 F-1', 'R3b 01-12 10:00..01-24 00:00 S-1'] }, THERE('high', '01-12 10:00')),
  row('M10 history', 'each area\'s interval by itself: one begins too late, one ended too early', '01-13 00:00', both(stay('S-1', '330683', '2020-12-05 00:00', '2020-12-12 00:00')), GREEN,
    { areas: [area('high', '330683', '2020-12-01 00:00', '2020-12-08 00:00'), area('medium', '330683', '01-12 11:00')] }),
  row('M10 history', 'a possible match that is not counted is none', '01-11 00:00', both(stay('S-1', '330683', '01-08 00:00', '01-09 00:00')), { ...WITHOUT, advisories: ['R3b 01-08 00:00..01-24 00:00 S-1'] }, { areas: [area('high', '330683001', '01-01 00:00')] }),
  row('M10 history', 'a possible match that is counted is one', '01-11 00:00', both(stay('S-1', '330683', '01-08 00:00', '01-09 00:00')), { grounds: ['R3a 01-10 08:00..01-27 00:00 F-1', 'R3b 01-08 00:00..01-24 00:00 S-1'], advisories: [] },
    { areas: [area('high', '330683001', '01-01 00:00')], stayMatch: 'possible' }),
  row('M10 history', 'a listing more than 14 days after the visit makes none', '01-11 00:00', both(stay('S-1', '330683', '2020-12-19 00:00', '2020-12-20 00:00')), WITHOUT, THERE('high', '01-08 00:00')),
  row('M10 history', 'nor does a listing at the end of those days', '01-11 00:00', both(stay('S-1', '330683', '2020-12-19 00:00', '2020-12-20 00:00')), WITHOUT, THERE('high', '01-04 00:00')),
  row('M10 history', 'an order is none', '01-11 00:00', both(isolation('I-1', 'home', '01-01 00:00', '01-10 12:00')), WITHOUT),
];

export const YELLOW_ROWS: Row[] = [...LIFTING, ...FEVERS, ...HISTORY];
