/** colour.md "Time" and the beginning of "Evidence"; contract.md "Evidence, one record a line". */
import { but, butData, confirmed, contact, FIRST, isolation, of, overseas, row, SECOND } from './notation.ts';

const C1 = confirmed('C-1', '01-05 08:00');
const C1_GROUND = 'R2a 01-05 08:00..open C-1';

// biome-ignore format: a table reads better as a table
export const TIME_ROWS = [
  row('Time', 'fourteen days since 1 January hold through the whole of 15 January', '01-15 23:59:59', [overseas('E-1', '01-01 10:00')],
    { colour: 'red', grounds: ['R2e 01-01 10:00..01-16 00:00 E-1'], next: '01-16 00:00' }),
  row('Time', 'fourteen days since 1 January end at 2021-01-16T00:00+08:00', '01-16 00:00', [overseas('E-1', '01-01 10:00')],
    { grounds: ['R2f 01-16 00:00..01-23 00:00 E-1'] }),
  row('Time', 'civil days are days of Shanghai whatever the offset in which an instant is written', '01-16 12:00', [overseas('E-1', '2021-01-01T23:30:00Z')],
    { grounds: ['R2e 01-02 07:30..01-17 00:00 E-1'] }),
  row('Time', 'an instant in an offset west of Greenwich is the same instant', '01-05 12:00', [confirmed('C-1', '2021-01-04T18:30:00-05:30')],
    { grounds: ['R2a 01-05 08:00..open C-1'] }),
  row('Time', 'the last millisecond of a day belongs to that day', '01-15 12:00', [contact('K-1', '01-01 23:59:59.999')],
    { grounds: ['R2d 01-01 23:59:59.999..01-16 00:00 K-1'] }),
  row('Time', 'an instant at 00:00 belongs to the day that it begins', '01-16 12:00', [contact('K-1', '01-02 00:00')],
    { grounds: ['R2d 01-02 00:00..01-17 00:00 K-1'] }),
  row('Time', 'small t and z are RFC 3339 too', '01-05 12:00', [confirmed('C-1', '2021-01-05t00:00:00z')],
    { grounds: [C1_GROUND] }),
  row('Time', 'milliseconds are kept and printed', '01-06 00:00', [confirmed('C-1', '01-05 08:00:00.5')],
    { grounds: ['R2a 01-05 08:00:00.500..open C-1'] }),
  row('Time', 'what is finer than a millisecond is cut off', '01-06 00:00', [confirmed('C-1', '01-05 08:00:00.1239')],
    { grounds: ['R2a 01-05 08:00:00.123..open C-1'] }),
  row('Time', 'a leap second is the second after it', '2017-01-01 08:00', [confirmed('C-1', '2016-12-31T23:59:60Z')],
    { grounds: ['R2a 2017-01-01 08:00..open C-1'] }, { knownAt: '01-01 00:00' }),
  row('Time', 'intervals begin with their first instant', '01-05 08:00', [C1], { colour: 'red', grounds: [C1_GROUND] }),
  row('Time', 'and hold nothing before it', '01-05 07:59:59.999', [C1], { colour: 'green', grounds: [], next: '01-05 08:00' }),
  row('Time', 'intervals do not hold their last instant', '01-09 00:00', [confirmed('C-1', '01-05 08:00', '01-09 00:00', 'deceased')],
    { colour: 'green', grounds: [], next: null }),
  row('Time', 'an empty interval holds at no instant', '01-05 08:00', [confirmed('C-1', '01-05 08:00', '01-05 08:00', 'deceased')],
    { colour: 'green', grounds: [], next: null }),
  row('Time', 'a missing to means still going on', '2100-01-01 00:00', [C1], { colour: 'red', grounds: [C1_GROUND], next: null }),
  row('Time', 'only records with recordedAt up to k are used', '01-06 00:00', [but(C1, { recordedAt: '01-06 00:00:01' })],
    { colour: 'green', grounds: [], next: null }),
  row('Time', 'a record that is recorded at k is known', '01-06 00:00', [but(C1, { recordedAt: '01-06 00:00' })], { grounds: [C1_GROUND] }),
  row('Time', 'a later k knows what was true then', '01-06 00:00', [but(C1, { recordedAt: '01-09 00:00' })], { grounds: [C1_GROUND] }, { knownAt: '01-09 00:00' }),
  row('Time', 'an earlier k does not know what came later', '01-20 00:00', [but(C1, { recordedAt: '01-09 00:00' })], { colour: 'green', grounds: [] }, { knownAt: '01-08 00:00' }),
  row('Time', 'a known record that lies in the future is planned and bounds nextChangeAt', '01-04 00:00', [isolation('I-1', 'home', '01-05 00:00', '01-19 00:00')],
    { colour: 'green', grounds: [], next: '01-05 00:00' }),
];

const V2_ENDS = but(butData(C1, { to: '01-07 00:00', outcome: 'deceased' }), {
  version: 2,
  recordedAt: '01-08 00:00',
});
const V2_RETRACTS = {
  ...but(C1, { version: 2, retracted: true, recordedAt: '01-08 00:00' }),
  data: undefined,
};
const V3_REVIVES = but(C1, { version: 3, recordedAt: '01-10 00:00' });
const V2_OTHER_PERSON = but(of(SECOND, C1), { version: 2 });
const GREEN = { colour: 'green', grounds: [], measures: [], advisories: [], next: null } as const;

// biome-ignore format: a table reads better as a table
export const VERSION_ROWS = [
  row('Evidence', 'the highest known version is the record', '01-09 00:00', [C1, V2_ENDS], GREEN),
  row('Evidence', 'whatever the order of the lines', '01-09 00:00', [V2_ENDS, C1], GREEN),
  row('Evidence', 'a version that is not known yet is not the record yet', '01-07 12:00', [C1, V2_ENDS], { grounds: [C1_GROUND] }),
  row('Evidence', 'old versions stay readable by an earlier k', '01-09 00:00', [C1, V2_ENDS], { grounds: [C1_GROUND] }, { knownAt: '01-07 23:59:59' }),
  row('Evidence', 'a higher version that was recorded first stands', '01-09 00:00', [but(C1, { recordedAt: '01-08 12:00' }), V2_ENDS], GREEN),
  row('Evidence', 'ids belong to their source', '01-06 00:00', [C1, but(C1, { source: 'self' })], { grounds: [C1_GROUND, 'R2a 01-05 08:00..open self/C-1'] }),
  row('Evidence', 'a retraction means that the record never was', '01-09 00:00', [C1, V2_RETRACTS], GREEN),
  row('Evidence', 'a retraction alone leaves a green person', '01-09 00:00', [V2_RETRACTS], GREEN),
  row('Evidence', 'a later version may revive it', '01-10 00:00', [C1, V2_RETRACTS, V3_REVIVES], { grounds: [C1_GROUND] }),
  row('Evidence', 'a later version may name another person and belongs to that one alone', '01-06 00:00', [C1, V2_OTHER_PERSON],
    { people: [{ document: FIRST.number, ...GREEN }, { document: SECOND.number, grounds: [C1_GROUND] }] }),
  row('Evidence', 'a later version may be of another kind', '01-06 00:00', [C1, but(contact('C-1', '01-05 08:00'), { version: 2 })],
    { grounds: ['R2d 01-05 08:00..01-20 00:00 C-1'] }),
  row('Evidence', 'a redelivery with the same content counts once', '01-06 00:00', [C1, C1, but(C1, { recordedAt: '01-02 00:00' })], { grounds: [C1_GROUND] }),
  row('Evidence', 'of a redelivery the first recordedAt stands', '01-06 00:00', [but(C1, { recordedAt: '01-03 00:00' }), but(C1, { recordedAt: '01-20 00:00' })], { grounds: [C1_GROUND] }),
  row('Evidence', 'the first in time, in whatever order the lines come', '01-06 00:00', [but(C1, { recordedAt: '01-20 00:00' }), but(C1, { recordedAt: '01-03 00:00' })], { grounds: [C1_GROUND] }),
  row('Evidence', 'retracted false is the default, so it is the same content', '01-06 00:00', [C1, but(C1, { retracted: false })], { grounds: [C1_GROUND], colour: 'red' }),
  row('Evidence', 'content is compared as JSON values: the order of names is nothing', '01-06 00:00', [C1, { data: { from: '01-05 08:00', classification: 'confirmed' }, kind: 'case', person: { document: { number: FIRST.number, type: FIRST.type } }, recordedAt: '01-01 00:00', version: 1, id: 'C-1', source: 'health' }],
    { grounds: [C1_GROUND] }),
  row('Evidence', 'the same key and version with other data is a fault', '01-06 00:00', [C1, butData(C1, { from: '01-05 09:00' })], { people: [], faults: [2] }),
  row('Evidence', 'with another kind too', '01-06 00:00', [C1, contact('C-1', '01-05 08:00')], { people: [], faults: [2] }),
  row('Evidence', 'with another retracted too', '01-06 00:00', [C1, but(C1, { retracted: true })], { people: [], faults: [2] }),
  row('Evidence', 'with another person too, and neither is printed', '01-06 00:00', [C1, of(SECOND, C1)], { people: [], faults: [2] }),
  row('Evidence', 'compared as JSON values, another way to write the instant is other content', '01-06 00:00', [C1, butData(C1, { from: '2021-01-05T00:00:00Z' })], { people: [], faults: [2] }),
  row('Evidence', 'a conflict is a fault of the input whatever k is', '01-06 00:00', [C1, but(butData(C1, { from: '01-05 09:00' }), { recordedAt: '02-01 00:00' })], { people: [], faults: [2] }),
  row('Evidence', 'a person whose records are not yet known is printed green', '2020-11-01 00:00', [C1], GREEN),
  row('Evidence', 'persons are printed in the order in which they first appear, also by lines that do not count', '01-06 00:00', [of(SECOND, but(C1, { id: 'C-2', recordedAt: '02-01 00:00' })), C1, of(SECOND, but(C1, { id: 'C-3' }))],
    { people: [{ document: SECOND.number, colour: 'red' }, { document: FIRST.number, colour: 'red' }] }),
];
