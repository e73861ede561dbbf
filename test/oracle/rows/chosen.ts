/**
 * Readings that were chosen where the text leaves two (marked AMBIGUOUS in the oracle). A row here fails when
 * an implementation chose the other one: that is a question to settle, not yet a mistake.
 */
import {
  area,
  but,
  butData,
  confirmed,
  contact,
  FIRST,
  of,
  type Row,
  row,
  SECOND,
  same,
  stay,
  THIRD,
} from './notation.ts';

const K1 = contact('K-1', '01-05 08:00');
const K1_GROUND = 'R2d 01-05 08:00..01-20 00:00 K-1';
const BAD = { level: 'distant' };
const LARGE_X = { type: 'resident-id', number: '33990019900101002X' };
const SMALL_X = { type: 'resident-id', number: '33990019900101002x' };
const RETRACTION = { ...but(K1, { retracted: true }), data: undefined };
const JOIN_RETRACTED = {
  ...but(same('J-1', SECOND, THIRD), { retracted: true }),
  data: { document: SECOND, sameAs: THIRD },
};

// biome-ignore format: a table reads better as a table
export const CHOSEN_ROWS: Row[] = [
  row('Chosen', 'a faulty identity record hides the documents in its data too', '01-06 00:00', [butData(same('J-1', SECOND, THIRD), { sameAs: {} }), of(SECOND, K1), of(THIRD, contact('K-3', '01-05 08:00'))],
    { people: [{ document: THIRD.number }], faults: [1] }),
  row('Chosen', 'a faulty line still conflicts with a sound one', '01-06 00:00', [K1, of(SECOND, butData(K1, BAD))], { people: [], faults: [2] }),
  row('Chosen', 'a line whose person cannot be read hides nobody', '01-06 00:00', [K1, but(K1, { version: 2, person: {} })], { people: [{ grounds: [K1_GROUND] }], faults: [2] }),
  row('Chosen', 'a faulty version that names another person leaves the former version to the former person', '01-06 00:00', [K1, of(SECOND, but(butData(K1, BAD), { version: 2 }))],
    { people: [{ document: FIRST.number, grounds: [K1_GROUND] }], faults: [2] }),
  row('Chosen', 'a version in conflict still takes the record from the former person', '01-06 00:00', [K1, of(SECOND, but(K1, { version: 2 })), of(THIRD, but(K1, { version: 2 }))],
    { people: [{ document: FIRST.number, grounds: [] }], faults: [3] }),
  row('Chosen', 'of three deliveries the second alone differs', '01-06 00:00', [K1, butData(K1, { level: 'general' }), K1], { people: [], faults: [2] }),
  row('Chosen', 'x and X in the number of the person are the same content', '01-06 00:00', [of(LARGE_X, K1), of(SMALL_X, K1)], { people: [{ grounds: [K1_GROUND] }] }),
  row('Chosen', 'another unknown field in data is other content', '01-06 00:00', [K1, butData(K1, { note: 1 })], { people: [], faults: [2] }),
  row('Chosen', 'another unknown field beside data is not', '01-06 00:00', [K1, but(K1, { note: 1 })], { people: [{ grounds: [K1_GROUND] }] }),
  row('Chosen', 'missing data and other data of a retraction are other content', '01-06 00:00', [RETRACTION, but(K1, { retracted: true })], { people: [], faults: [2] }),
  row('Chosen', 'of a name that is given twice the last counts', '01-06 00:00', [JSON.stringify({ ...K1, recordedAt: '2020-12-01T00:00:00+08:00', data: { level: 'close', lastExposure: '2021-01-05T08:00:00+08:00' } }).replace('"level":"close"', '"level":"general","level":"close"')],
    { people: [{ grounds: [K1_GROUND] }] }),
  row('Chosen', 'a document that stands only in an identity record which is not in force does not appear by it', '01-06 00:00', [JOIN_RETRACTED, of(THIRD, K1), of(SECOND, confirmed('C-1', '01-05 08:00')), same('J-2', SECOND, THIRD)],
    { people: [{ document: FIRST.number, colour: 'red' }] }),
  row('Chosen', 'nor does it get a line', '01-06 00:00', [JOIN_RETRACTED], { people: [{ document: FIRST.number }] }),
  row('Chosen', 'an empty place in a contact\'s area is an empty string in a record', '01-06 00:00', [butData(K1, { area: { region: '330683', place: '' } })], { people: [], faults: [1] }),
  row('Chosen', 'a document\'s issuer counts for passports only', '01-06 00:00', [K1, of({ ...FIRST, issuer: 'CHN' }, contact('K-2', '01-05 08:00'))], { people: [{ grounds: [K1_GROUND, 'R2d 01-05 08:00..01-20 00:00 K-2'] }] }),
  row('Chosen', 'advisories are in the order of clause, since, key', '01-06 00:00', [stay('S-1', '330683', '01-05 08:00', '01-06 00:00')], { advisories: ['R3b 01-05 08:00..01-21 00:00 S-1', 'R6 01-05 08:00..01-21 00:00 S-1'] },
    { areas: [area('severe', '330683001', '01-01 00:00', '02-01 00:00'), area('high', '330683001', '01-01 00:00')] }),
  row('Chosen', 'milliseconds are three digits', '01-06 00:00', [butData(K1, { lastExposure: '01-05 08:00:00.25' })], { grounds: ['R2d 01-05 08:00:00.250..01-20 00:00 K-1'] }),
];
