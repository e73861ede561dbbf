/** colour.md "Grounds": R2 and R6, and early release (M7). */
import {
  area,
  but,
  butData,
  confirmed,
  contact,
  designation,
  isolation,
  nat,
  overseas,
  type Row,
  released,
  row,
  stay,
} from './notation.ts';

const GREEN = { colour: 'green', grounds: [], next: null } as const;
const POSITIVE = nat('N-1', '01-05 08:00', '01-05 20:00', 'positive');
const OPEN = { grounds: ['R2g 01-05 20:00..open N-1'] };

// biome-ignore format: a table reads better as a table
const CASES: Row[] = [
  row('R2a', 'a confirmed case', '01-06 00:00', [confirmed('C-1', '01-05 08:00')], { colour: 'red', grounds: ['R2a 01-05 08:00..open C-1'], next: null }),
  row('R2b', 'a suspected case', '01-06 00:00', [butData(confirmed('C-1', '01-05 08:00'), { classification: 'suspected' })], { colour: 'red', grounds: ['R2b 01-05 08:00..open C-1'] }),
  row('R2c', 'an asymptomatic case', '01-06 00:00', [butData(confirmed('C-1', '01-05 08:00'), { classification: 'asymptomatic' })], { colour: 'red', grounds: ['R2c 01-05 08:00..open C-1'] }),
  row('R2a', 'until its planned to', '01-06 00:00', [confirmed('C-1', '01-05 08:00', '01-20 10:00')], { grounds: ['R2a 01-05 08:00..01-20 10:00 C-1'], next: '01-20 10:00' }),
  row('R2f', 'convalescence after recovery', '01-20 10:00', [confirmed('C-1', '01-05 08:00', '01-20 10:00', 'recovered')], { colour: 'red', grounds: ['R2f 01-20 10:00..02-04 00:00 C-1'], next: '02-04 00:00' }),
  row('R2f', 'convalescence with no outcome', '01-20 10:00', [confirmed('C-1', '01-05 08:00', '01-20 10:00')], { grounds: ['R2f 01-20 10:00..02-04 00:00 C-1'] }),
  row('R2f', 'convalescence ends', '02-04 00:00', [confirmed('C-1', '01-05 08:00', '01-20 10:00')], GREEN),
  row('R2f', 'nothing after a case that was excluded', '01-20 10:00', [confirmed('C-1', '01-05 08:00', '01-20 10:00', 'excluded')], GREEN),
  row('R2f', 'nothing after a case of someone deceased', '01-20 10:00', [confirmed('C-1', '01-05 08:00', '01-20 10:00', 'deceased')], GREEN),
  row('R2f', 'an empty case convalesces', '01-05 08:00', [confirmed('C-1', '01-05 08:00', '01-05 08:00')], { grounds: ['R2f 01-05 08:00..01-20 00:00 C-1'] }),
  row('R2d', 'a close contact for 14 days', '01-05 08:00', [contact('K-1', '01-05 08:00')], { colour: 'red', grounds: ['R2d 01-05 08:00..01-20 00:00 K-1'], next: '01-20 00:00' }),
  row('R2d', 'no longer', '01-20 00:00', [contact('K-1', '01-05 08:00')], GREEN),
  row('R2d', 'not a secondary contact', '01-06 00:00', [contact('K-1', '01-05 08:00', 'secondary')], GREEN),
  row('R2d', 'not a general contact', '01-06 00:00', [contact('K-1', '01-05 08:00', 'general')], GREEN),
  row('R2d', 'assessment does not follow caseRef', '01-10 00:00', [confirmed('C-1', '01-05 08:00', '01-06 00:00', 'excluded'), butData(contact('K-1', '01-05 08:00'), { caseRef: { source: 'health', id: 'C-1' } })],
    { grounds: ['R2d 01-05 08:00..01-20 00:00 K-1'] }),
  row('R2e', 'an entry from overseas for 14 days', '01-05 08:00', [overseas('E-1', '01-05 08:00')], { colour: 'red', grounds: ['R2e 01-05 08:00..01-20 00:00 E-1'], next: '01-20 00:00' }),
  row('R2e', 'Hong Kong counts', '01-06 00:00', [overseas('E-1', '01-05 08:00', 'HK')], { grounds: ['R2e 01-05 08:00..01-20 00:00 E-1'] }),
  row('R2e', 'Macau counts', '01-06 00:00', [overseas('E-1', '01-05 08:00', 'MO')], { grounds: ['R2e 01-05 08:00..01-20 00:00 E-1'] }),
  row('R2e', 'Taiwan counts', '01-06 00:00', [overseas('E-1', '01-05 08:00', 'TW')], { grounds: ['R2e 01-05 08:00..01-20 00:00 E-1'] }),
  row('R2f', 'seven more days after R2e', '01-20 00:00', [overseas('E-1', '01-05 08:00')], { colour: 'red', grounds: ['R2f 01-20 00:00..01-27 00:00 E-1'], next: '01-27 00:00' }),
  row('R2f', 'and then no more', '01-27 00:00', [overseas('E-1', '01-05 08:00')], GREEN),
  row('R2f', 'an order until its planned end', '01-05 08:00', [isolation('I-1', 'home', '01-05 08:00', '01-19 09:00')], { colour: 'red', grounds: ['R2f 01-05 08:00..01-19 09:00 I-1'], next: '01-19 09:00' }),
  row('R2f', 'an order until it was ended', '01-06 00:00', [isolation('I-1', 'home', '01-05 08:00', '01-19 09:00', '01-10 10:00')], { grounds: ['R2f 01-05 08:00..01-10 10:00 I-1'] }),
  row('R2f', 'an order that was ended after its planned end', '01-20 00:00', [isolation('I-1', 'home', '01-05 08:00', '01-19 09:00', '01-21 10:00')], { grounds: ['R2f 01-05 08:00..01-21 10:00 I-1'] }),
  row('R2f', 'an order that was ended as it began', '01-05 08:00', [isolation('I-1', 'home', '01-05 08:00', '01-19 09:00', '01-05 08:00')], GREEN),
  row('R2f', 'an extension is a new version with a later until', '01-20 00:00', [isolation('I-1', 'home', '01-05 08:00', '01-19 09:00'), but(isolation('I-1', 'home', '01-05 08:00', '01-26 09:00'), { version: 2 })],
    { grounds: ['R2f 01-05 08:00..01-26 09:00 I-1'] }),
  row('R2g', 'a red designation', '01-05 08:00', [designation('D-1', 'red', '01-05 08:00', '01-19 09:00')], { colour: 'red', grounds: ['R2g 01-05 08:00..01-19 09:00 D-1'], next: '01-19 09:00' }),
  row('R2g', 'a red designation no longer than its until', '01-19 09:00', [designation('D-1', 'red', '01-05 08:00', '01-19 09:00')], GREEN),
  row('R3c', 'a yellow designation', '01-05 08:00', [designation('D-1', 'yellow', '01-05 08:00', '01-19 09:00')], { colour: 'yellow', grounds: ['R3c 01-05 08:00..01-19 09:00 D-1'], next: '01-19 09:00' }),
];

// biome-ignore format: a table reads better as a table
const POSITIVES: Row[] = [
  row('R2g', 'a positive NAT from its report', '01-05 20:00', [POSITIVE], { colour: 'red', ...OPEN, next: null }),
  row('R2g', 'not from its sampling', '01-05 19:59:59', [POSITIVE], { colour: 'green', next: '01-05 20:00' }),
  row('R2g', 'until a case begins', '01-06 00:00', [POSITIVE, confirmed('C-1', '01-06 10:00')], { grounds: ['R2g 01-05 20:00..01-06 10:00 N-1'], next: '01-06 10:00' }),
  row('R2g', 'until the first case', '01-05 21:00', [POSITIVE, confirmed('C-2', '01-08 10:00'), confirmed('C-1', '01-06 10:00', '01-07 00:00')], { grounds: ['R2g 01-05 20:00..01-06 10:00 N-1'] }),
  row('R2g', 'a case that began before the report leaves nothing', '01-06 00:00', [POSITIVE, confirmed('C-1', '01-05 19:00')], { grounds: ['R2a 01-05 19:00..open C-1'] }),
  row('R2g', 'a case that began at the report leaves nothing', '01-06 00:00', [POSITIVE, confirmed('C-1', '01-05 20:00')], { grounds: ['R2a 01-05 20:00..open C-1'] }),
  row('R2g', 'a case closed before the day of sampling does not count', '01-06 00:00', [POSITIVE, confirmed('C-1', '2020-12-01 00:00', '01-05 00:00', 'deceased')], OPEN),
  row('R2g', 'a case open for a moment of the day of sampling counts', '01-06 00:00', [POSITIVE, confirmed('C-1', '2020-12-01 00:00', '01-05 00:00:01', 'deceased')], { grounds: [] }),
  row('R2g', 'a case that was never open does not count', '01-06 00:00', [POSITIVE, confirmed('C-1', '01-06 00:00', '01-06 00:00', 'deceased')], OPEN),
  row('R2g', 'a case excluded before the report does not count', '01-06 00:00', [POSITIVE, confirmed('C-1', '01-04 00:00', '01-05 12:00', 'excluded')], OPEN),
  row('R2g', 'a case excluded at the report does not count', '01-06 00:00', [POSITIVE, confirmed('C-1', '01-04 00:00', '01-05 20:00', 'excluded')], OPEN),
  row('R2g', 'a case excluded after the report counts', '01-06 00:00', [POSITIVE, confirmed('C-1', '01-04 00:00', '01-05 20:00:01', 'excluded')], GREEN),
  row('R2g', 'a case recovered before the report counts', '01-06 00:00', [POSITIVE, confirmed('C-1', '2020-12-20 00:00', '01-05 12:00', 'recovered')], { grounds: ['R2f 01-05 12:00..01-20 00:00 C-1'] }),
  row('R2g', 'a case of later does end it though it is excluded then', '01-09 00:00', [POSITIVE, confirmed('C-1', '01-07 00:00', '01-08 00:00', 'excluded')], GREEN),
  row('R2g', 'two negatives 24 h apart end it when both are reported', '01-06 00:00', [POSITIVE, nat('N-2', '01-07 08:00', '01-07 20:00'), nat('N-3', '01-08 08:00', '01-08 21:00')], { grounds: ['R2g 01-05 20:00..01-08 21:00 N-1'], next: '01-08 21:00' }),
  row('R2g', 'a second less than 24 h does not', '01-10 00:00', [POSITIVE, nat('N-2', '01-07 08:00', '01-07 20:00'), nat('N-3', '01-08 07:59:59', '01-08 21:00')], OPEN),
  row('R2g', 'when the earlier sample is reported last, then', '01-07 00:00', [POSITIVE, nat('N-2', '01-07 08:00', '01-09 20:00'), nat('N-3', '01-08 08:00', '01-08 21:00')], { grounds: ['R2g 01-05 20:00..01-09 20:00 N-1'] }),
  row('R2g', 'a sample taken at the same instant is not after it', '01-10 00:00', [POSITIVE, nat('N-2', '01-05 08:00', '01-05 22:00'), nat('N-3', '01-08 08:00', '01-08 21:00')], OPEN),
  row('R2g', 'a sample taken before its report is after it', '01-06 00:00', [POSITIVE, nat('N-2', '01-05 08:00:01', '01-05 22:00'), nat('N-3', '01-08 08:00', '01-08 21:00')], { grounds: ['R2g 01-05 20:00..01-08 21:00 N-1'] }),
  row('R2g', 'any two, so the first and the third', '01-06 00:00', [POSITIVE, nat('N-2', '01-07 08:00', '01-07 09:00'), nat('N-3', '01-07 20:00', '01-07 21:00'), nat('N-4', '01-08 09:00', '01-08 10:00')], { grounds: ['R2g 01-05 20:00..01-08 10:00 N-1'] }),
  row('R2g', 'whatever lies between them, a positive too', '01-06 00:00', [POSITIVE, nat('N-2', '01-07 08:00', '01-07 20:00'), nat('N-4', '01-07 20:00', '01-09 20:00', 'positive'), nat('N-3', '01-08 08:00', '01-08 21:00')],
    { grounds: ['R2g 01-05 20:00..01-08 21:00 N-1'] }),
  row('R2g', 'each positive is judged by itself', '01-09 21:00', [POSITIVE, nat('N-2', '01-07 08:00', '01-07 20:00'), nat('N-4', '01-07 20:00', '01-09 20:00', 'positive'), nat('N-3', '01-08 08:00', '01-08 21:00')],
    { grounds: ['R2g 01-09 20:00..open N-4'] }),
  row('R2g', 'an inconclusive NAT changes nothing', '01-10 00:00', [POSITIVE, nat('N-2', '01-07 08:00', '01-07 20:00'), nat('N-3', '01-08 08:00', '01-08 21:00', 'inconclusive')], OPEN),
  row('R2g', 'an inconclusive NAT is no positive', '01-10 00:00', [nat('N-3', '01-08 08:00', '01-08 21:00', 'inconclusive')], GREEN),
  row('R2g', 'cleared before it was reported, nothing of the ground is left', '01-12 00:00', [nat('N-1', '01-05 08:00', '01-11 20:00', 'positive'), nat('N-2', '01-07 08:00', '01-07 20:00'), nat('N-3', '01-08 08:00', '01-08 21:00')], GREEN),
  row('R2g', 'the earlier of the two ends', '01-06 00:00', [POSITIVE, nat('N-2', '01-07 08:00', '01-07 20:00'), nat('N-3', '01-08 08:00', '01-08 21:00'), confirmed('C-1', '01-08 10:00')], { grounds: ['R2g 01-05 20:00..01-08 10:00 N-1'] }),
];

const SEVERE = { areas: [area('severe', '330683', '01-04 00:00', '01-10 10:00')] };
const CONTACT_THERE = contact('K-1', '01-05 08:00', 'general', { region: '330683001' });

// biome-ignore format: a table reads better as a table
const SEVERE_AREAS: Row[] = [
  row('R6', 'a stay in a severe area', '01-06 00:00', [stay('S-1', '330683', '01-05 08:00', '01-07 12:00')], { colour: 'red', grounds: ['R6 01-05 08:00..01-22 00:00 S-1'] }, SEVERE),
  row('R6', 'from the listing when the stay began before', '01-06 00:00', [stay('S-1', '330683', '01-01 08:00')], { grounds: ['R6 01-04 00:00..01-25 00:00 S-1'] }, SEVERE),
  row('R6', 'no negative NAT lifts it', '01-09 00:00', [stay('S-1', '330683', '01-05 08:00', '01-07 12:00'), nat('N-1', '01-08 00:00', '01-08 12:00')], { grounds: ['R6 01-05 08:00..01-22 00:00 S-1'] }, SEVERE),
  row('R6', 'a contact of any level', '01-06 00:00', [CONTACT_THERE], { colour: 'red', grounds: ['R6 01-05 08:00..01-20 00:00 K-1'] }, SEVERE),
  row('R6', 'a close contact has both clauses', '01-06 00:00', [butData(CONTACT_THERE, { level: 'close' })], { grounds: ['R2d 01-05 08:00..01-20 00:00 K-1', 'R6 01-05 08:00..01-20 00:00 K-1'] }, SEVERE),
  row('R6', 'a contact without an area has none', '01-06 00:00', [contact('K-1', '01-05 08:00', 'general')], GREEN, SEVERE),
  row('R6', 'a contact before the listing, from the listing on', '01-06 00:00', [butData(CONTACT_THERE, { lastExposure: '01-01 08:00' })], { grounds: ['R6 01-04 00:00..01-16 00:00 K-1'] }, SEVERE),
  row('R6', 'a contact at the delisting does not touch', '01-12 00:00', [butData(CONTACT_THERE, { lastExposure: '01-10 10:00' })], GREEN, SEVERE),
  row('R6', 'a contact outside the area', '01-06 00:00', [butData(CONTACT_THERE, { area: { region: '330602' } })], GREEN, SEVERE),
  row('R6', 'a contact in a place of the area', '01-06 00:00', [butData(CONTACT_THERE, { area: { region: '330683', place: '越都社区' } })], { grounds: ['R6 01-05 08:00..01-20 00:00 K-1'] },
    { areas: [area('severe', '330683', '01-04 00:00', '01-10 10:00', { place: '越都 社区' })] }),
];

const K1 = contact('K-1', '01-05 08:00');
const E1 = overseas('E-1', '01-05 08:00');
const END_10 = ['01-06 00:00', '01-20 00:00', '01-10 10:00'] as const;
const CUT = { grounds: ['R2d 01-05 08:00..01-10 10:00 K-1'] };
const UNCUT = { grounds: ['R2d 01-05 08:00..01-20 00:00 K-1'] };

// biome-ignore format: a table reads better as a table
const EARLY_RELEASE: Row[] = [
  row('M7', 'central isolation that was ended by decision cuts R2d', '01-10 10:00', [K1, released('I-1', 'central', ...END_10)], GREEN),
  row('M7', 'and tells so before', '01-05 23:00', [K1, released('I-1', 'central', ...END_10)], { ...CUT, next: '01-06 00:00' }),
  row('M7', 'home isolation too', '01-05 23:00', [K1, released('I-1', 'home', ...END_10)], CUT),
  row('M7', 'hospital isolation does not', '01-10 10:00', [K1, released('I-1', 'hospital', ...END_10)], UNCUT),
  row('M7', 'an end without a decision does not', '01-10 10:00', [K1, isolation('I-1', 'central', ...END_10)], UNCUT),
  row('M7', 'isolation that began the day before the exposure does not', '01-10 10:00', [K1, released('I-1', 'central', '01-04 23:59:59', '01-20 00:00', '01-10 10:00')], UNCUT),
  row('M7', 'isolation that began earlier on the same day does', '01-10 10:00', [K1, released('I-1', 'central', '01-05 00:00', '01-20 00:00', '01-10 10:00')], GREEN),
  row('M7', 'isolation that was ended when the ground began does not', '01-06 00:00', [K1, released('I-1', 'central', '01-05 00:00', '01-20 00:00', '01-05 08:00')], UNCUT),
  row('M7', 'of two the earlier end cuts', '01-05 23:00', [K1, released('I-1', 'central', ...END_10), released('I-2', 'home', '01-07 00:00', '01-20 00:00', '01-09 10:00')], { grounds: ['R2d 01-05 08:00..01-09 10:00 K-1'] }),
  row('M7', 'an end after the ground cuts nothing', '01-05 23:00', [K1, released('I-1', 'central', '01-06 00:00', '01-26 00:00', '01-25 10:00')], UNCUT),
  row('M7', 'convalescence by central isolation', '01-24 10:00', [confirmed('C-1', '01-05 08:00', '01-20 10:00'), released('I-1', 'central', '01-20 08:00', '02-03 00:00', '01-24 10:00')], GREEN),
  row('M7', 'convalescence not by hospital isolation', '01-24 10:00', [confirmed('C-1', '01-05 08:00', '01-20 10:00'), released('I-1', 'hospital', '01-20 08:00', '02-03 00:00', '01-24 10:00')],
    { grounds: ['R2f 01-20 10:00..02-04 00:00 C-1'] }),
  row('M7', 'convalescence by home isolation', '01-24 10:00', [confirmed('C-1', '01-05 08:00', '01-20 10:00'), released('I-1', 'home', '01-20 08:00', '02-03 00:00', '01-24 10:00')], GREEN),
  row('M7', 'convalescence not by isolation that began the day before the case closed', '01-24 10:00', [confirmed('C-1', '01-05 08:00', '01-20 10:00'), released('I-1', 'home', '01-19 08:00', '02-03 00:00', '01-24 10:00')],
    { grounds: ['R2f 01-20 10:00..02-04 00:00 C-1'] }),
  row('M7', 'M5 by home isolation', '01-22 10:00', [E1, released('I-1', 'home', '01-20 00:00', '01-27 00:00', '01-22 10:00')], GREEN),
  row('M7', 'M5 not by central isolation', '01-22 10:00', [E1, released('I-1', 'central', '01-20 00:00', '01-27 00:00', '01-22 10:00')], { grounds: ['R2f 01-20 00:00..01-27 00:00 E-1'] }),
  row('M7', 'M5 not by what ended as it began', '01-20 00:00', [E1, released('I-1', 'home', '01-06 00:00', '01-27 00:00', '01-20 00:00')], { grounds: ['R2f 01-20 00:00..01-27 00:00 E-1'] }),
  row('M7', 'it never shortens R2e', '01-10 10:00', [E1, released('I-1', 'home', ...END_10)], { grounds: ['R2e 01-05 08:00..01-20 00:00 E-1'] }),
  row('M7', 'nor a case', '01-10 10:00', [confirmed('C-1', '01-05 08:00'), released('I-1', 'home', ...END_10)], { grounds: ['R2a 01-05 08:00..open C-1'] }),
  row('M7', 'nor another order', '01-10 10:00', [isolation('I-2', 'central', '01-05 08:00', '01-20 00:00'), released('I-1', 'home', ...END_10)], { grounds: ['R2f 01-05 08:00..01-20 00:00 I-2'] }),
  row('M7', 'nor a designation', '01-10 10:00', [designation('D-1', 'red', '01-05 08:00', '01-20 00:00'), released('I-1', 'home', ...END_10)], { grounds: ['R2g 01-05 08:00..01-20 00:00 D-1'] }),
];

export const RED_ROWS: Row[] = [...CASES, ...POSITIVES, ...SEVERE_AREAS, ...EARLY_RELEASE];
