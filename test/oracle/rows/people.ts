/** colour.md: documents of one person, measures and nextChangeAt; contract.md: the order of grounds. */
import {
  area,
  but,
  butData,
  confirmed,
  contact,
  designation,
  FIRST,
  fever,
  isolation,
  nat,
  of,
  overseas,
  type Row,
  released,
  row,
  SECOND,
  same,
  stay,
  THIRD,
} from './notation.ts';

const C1 = confirmed('C-1', '01-05 08:00');
const C1_GROUND = 'R2a 01-05 08:00..open C-1';
const JOIN = same('J-1', FIRST, SECOND);
const JOIN_ON = of(SECOND, same('J-2', SECOND, THIRD));
const GREEN = { colour: 'green', grounds: [], measures: [], advisories: [], next: null } as const;
const [P1, P2, P3] = [FIRST.number, SECOND.number, THIRD.number];
const BOTH_RED = { people: [{ document: P1, grounds: [C1_GROUND, 'R2d 01-05 08:00..01-20 00:00 K-1'] }] };
const SMALL_X = { type: 'resident-id', number: '33990019900101002x' };
const LARGE_X = { type: 'resident-id', number: '33990019900101002X' };

// biome-ignore format: a table reads better as a table
const IDENTITIES: Row[] = [
  row('Identity', 'all records of joined documents count together', '01-06 00:00', [C1, of(SECOND, contact('K-1', '01-05 08:00')), JOIN], BOTH_RED),
  row('Identity', 'symmetric', '01-06 00:00', [C1, of(SECOND, contact('K-1', '01-05 08:00')), of(SECOND, same('J-1', SECOND, FIRST))], BOTH_RED),
  row('Identity', 'transitive', '01-06 00:00', [C1, of(THIRD, contact('K-1', '01-05 08:00')), JOIN, JOIN_ON], BOTH_RED),
  row('Identity', 'also the person of the record itself', '01-06 00:00', [C1, of(THIRD, contact('K-1', '01-05 08:00')), same('J-1', SECOND, THIRD)], BOTH_RED),
  row('Identity', 'not when retracted', '01-06 00:00', [C1, of(SECOND, contact('K-1', '01-05 08:00')), JOIN, but(JOIN, { version: 2, retracted: true })], { people: [{ document: P1, grounds: [C1_GROUND] }, { document: P2, colour: 'red' }] }),
  row('Identity', 'not before it is known', '01-06 00:00', [C1, of(SECOND, contact('K-1', '01-05 08:00')), but(JOIN, { recordedAt: '01-06 00:00:01' })], { people: [{ document: P1, grounds: [C1_GROUND] }, { document: P2, colour: 'red' }] }),
  row('Identity', 'a chain breaks where a link is retracted', '01-06 00:00', [C1, of(THIRD, contact('K-1', '01-05 08:00')), JOIN, { ...but(JOIN_ON, { version: 3, retracted: true }), data: undefined }],
    { people: [{ document: P1, grounds: [C1_GROUND] }, { document: P3, colour: 'red' }] }),
  row('Identity', 'printed under the document that appears first in the file', '01-06 00:00', [of(SECOND, contact('K-1', '01-05 08:00')), C1, JOIN], { people: [{ document: P2, colour: 'red' }] }),
  row('Identity', 'unknown lines counted', '01-06 00:00', [of(SECOND, but(contact('K-1', '01-05 08:00'), { recordedAt: '02-01 00:00' })), C1, JOIN], { people: [{ document: P2, grounds: [C1_GROUND] }] }),
  row('Identity', 'superseded lines counted', '01-06 00:00', [of(SECOND, contact('K-1', '01-05 08:00')), { ...but(contact('K-1', '01-05 08:00'), { version: 2, retracted: true }), data: undefined }, C1, JOIN], { people: [{ document: P2, grounds: [C1_GROUND] }] }),
  row('Identity', 'evidence of one document clears that of another', '01-10 00:00', [nat('N-1', '01-05 08:00', '01-05 20:00', 'positive'), of(SECOND, nat('N-2', '01-06 08:00', '01-06 20:00')), of(SECOND, nat('N-3', '01-07 08:00', '01-07 20:00')), JOIN], { people: [{ document: P1, ...GREEN }] }),
  row('Identity', 'a document without records of its own gets no line', '01-06 00:00', [JOIN], { people: [{ document: P1, ...GREEN }] }),
  row('Identity', 'a trailing x in a document number is X', '01-06 00:00', [of(SMALL_X, C1), of(LARGE_X, contact('K-1', '01-05 08:00'))], { people: [{ document: LARGE_X.number, grounds: [C1_GROUND, 'R2d 01-05 08:00..01-20 00:00 K-1'] }] }),
  row('Identity', 'passports of two issuers are two documents', '01-06 00:00', [of(SECOND, C1), of({ ...SECOND, issuer: 'CAN' }, contact('K-1', '01-05 08:00'))], { people: [{ document: P2, grounds: [C1_GROUND] }, { document: P2, colour: 'red' }] }),
];

// biome-ignore format: a table reads better as a table
const ORDER: Row[] = [
  row('Order', 'the colour is the heaviest', '01-06 00:00', [fever('F-1', '01-05 08:00'), C1], { colour: 'red', grounds: [C1_GROUND, 'R3a 01-05 08:00..01-20 00:00 F-1'] }),
  row('Order', 'red before yellow, though the clause is higher', '01-06 00:00', [fever('F-1', '01-05 08:00'), stay('S-1', '330683', '01-05 08:00')], { grounds: ['R6 01-05 08:00..01-25 00:00 S-1', 'R3a 01-05 08:00..01-20 00:00 F-1'] },
    { areas: [area('severe', '330683', '01-01 00:00', '01-10 00:00')] }),
  row('Order', 'then by clause', '01-06 00:00', [overseas('E-1', '01-01 08:00'), contact('K-1', '01-02 08:00')], { grounds: ['R2d 01-02 08:00..01-17 00:00 K-1', 'R2e 01-01 08:00..01-16 00:00 E-1'] }),
  row('Order', 'then by since', '01-06 00:00', [contact('K-1', '01-02 08:00'), contact('K-2', '01-01 08:00')], { grounds: ['R2d 01-01 08:00..01-16 00:00 K-2', 'R2d 01-02 08:00..01-17 00:00 K-1'] }),
  row('Order', 'then by source before id', '01-06 00:00', [but(contact('K-1', '01-02 08:00'), { source: 'self' }), contact('K-2', '01-02 08:00')], { grounds: ['R2d 01-02 08:00..01-17 00:00 K-2', 'R2d 01-02 08:00..01-17 00:00 self/K-1'] }),
  row('Order', 'then by id, small letters last', '01-06 00:00', [contact('a', '01-02 08:00'), contact('B', '01-02 08:00')], { grounds: ['R2d 01-02 08:00..01-17 00:00 B', 'R2d 01-02 08:00..01-17 00:00 a'] }),
  row('Order', 'by UTF-8 bytes, not by UTF-16 units', '01-06 00:00', [contact('𠮷', '01-02 08:00'), contact('ｒ', '01-02 08:00')], { grounds: ['R2d 01-02 08:00..01-17 00:00 ｒ', 'R2d 01-02 08:00..01-17 00:00 𠮷'] }),
];

const point = (from: string, until: string) => `point-to-point ${from}..${until} M6`;

// biome-ignore format: a table reads better as a table
const MEASURES: Row[] = [
  row('Measure', 'hospital for a confirmed case, and any red has point-to-point', '01-06 00:00', [C1], { measures: ['hospital 01-05 08:00..open M1', point('01-05 08:00', 'open')] }),
  row('Measure', 'hospital for a suspected case', '01-06 00:00', [butData(C1, { classification: 'suspected' })], { measures: ['hospital 01-05 08:00..open M1', point('01-05 08:00', 'open')] }),
  row('Measure', 'hospital isolation for an asymptomatic case', '01-06 00:00', [butData(C1, { classification: 'asymptomatic' })], { measures: ['hospital 01-05 08:00..open M2', point('01-05 08:00', 'open')] }),
  row('Measure', 'home in convalescence', '01-21 00:00', [confirmed('C-1', '01-05 08:00', '01-20 10:00')], { measures: ['home 01-20 10:00..02-04 00:00 M3', point('01-20 10:00', '02-04 00:00')] }),
  row('Measure', 'central for R2d', '01-06 00:00', [contact('K-1', '01-05 08:00')], { measures: ['central 01-05 08:00..01-20 00:00 M4', point('01-05 08:00', '01-20 00:00')] }),
  row('Measure', 'central for a designation', '01-06 00:00', [designation('D-1', 'red', '01-05 08:00', '01-19 00:00')], { measures: ['central 01-05 08:00..01-19 00:00 M4', point('01-05 08:00', '01-19 00:00')] }),
  row('Measure', 'central for a positive NAT', '01-06 00:00', [nat('N-1', '01-05 08:00', '01-05 20:00', 'positive')], { measures: ['central 01-05 20:00..open M4', point('01-05 20:00', 'open')] }),
  row('Measure', 'central for R6', '01-06 00:00', [stay('S-1', '330683', '01-05 08:00')], { measures: ['central 01-05 08:00..01-25 00:00 M4', point('01-05 08:00', '01-25 00:00')] }, { areas: [area('severe', '330683', '01-01 00:00', '01-10 00:00')] }),
  row('Measure', 'central in R2e, and the coming home is listed too', '01-06 00:00', [overseas('E-1', '01-05 08:00')], { measures: ['central 01-05 08:00..01-20 00:00 M4', 'home 01-20 00:00..01-27 00:00 M5', point('01-05 08:00', '01-20 00:00')] }),
  row('Measure', 'home in M5', '01-20 00:00', [overseas('E-1', '01-05 08:00')], { measures: ['home 01-20 00:00..01-27 00:00 M5', point('01-20 00:00', '01-27 00:00')] }),
  row('Measure', 'the coming home as early release will cut it', '01-19 00:00', [overseas('E-1', '01-05 08:00'), released('I-1', 'home', '01-20 00:00', '01-27 00:00', '01-22 10:00')],
    { measures: ['central 01-05 08:00..01-20 00:00 M4', 'home 01-20 00:00..01-22 10:00 M5', point('01-05 08:00', '01-20 00:00')] }),
  row('Measure', 'an order has its own form: hospital', '01-06 00:00', [isolation('I-1', 'hospital', '01-05 08:00', '01-19 00:00')], { measures: ['hospital 01-05 08:00..01-19 00:00 M1', point('01-05 08:00', '01-19 00:00')] }),
  row('Measure', 'an order has its own form: central', '01-06 00:00', [isolation('I-1', 'central', '01-05 08:00', '01-19 00:00')], { measures: ['central 01-05 08:00..01-19 00:00 M4', point('01-05 08:00', '01-19 00:00')] }),
  row('Measure', 'an order has its own form: home', '01-06 00:00', [isolation('I-1', 'home', '01-05 08:00', '01-19 00:00')], { measures: ['home 01-05 08:00..01-19 00:00 M5', point('01-05 08:00', '01-19 00:00')] }),
  row('Measure', 'point-to-point from the earliest since to the latest until of the red grounds', '01-06 00:00', [contact('K-1', '01-05 08:00'), contact('K-2', '01-03 08:00'), fever('F-1', '01-01 08:00')],
    { measures: ['central 01-03 08:00..01-18 00:00 M4', 'central 01-05 08:00..01-20 00:00 M4', point('01-03 08:00', '01-20 00:00')] }),
  row('Measure', 'equal ones are listed once', '01-06 00:00', [contact('K-1', '01-05 08:00'), contact('K-2', '01-05 08:00'), overseas('E-1', '01-05 08:00')],
    { measures: ['central 01-05 08:00..01-20 00:00 M4', 'home 01-20 00:00..01-27 00:00 M5', point('01-05 08:00', '01-20 00:00')] }),
  row('Measure', 'none goes with yellow', '01-06 00:00', [fever('F-1', '01-05 08:00')], { colour: 'yellow', measures: [] }),
];

// biome-ignore format: a table reads better as a table
const NEXT: Row[] = [
  row('nextChangeAt', 'null if never', '01-06 00:00', [C1], { next: null }),
  row('nextChangeAt', 'a ground that comes though the colour stays', '01-06 00:00', [C1, contact('K-1', '01-07 08:00')], { next: '01-07 08:00' }),
  row('nextChangeAt', 'a ground that goes though the colour stays', '01-06 00:00', [C1, contact('K-1', '01-05 08:00')], { next: '01-20 00:00' }),
  row('nextChangeAt', 'strictly after t', '01-07 08:00', [contact('K-1', '01-07 08:00')], { next: '01-22 00:00' }),
  row('nextChangeAt', 'only the until of a ground changes, as another area joins it', '01-08 00:00', [stay('S-1', '330683', '01-02 00:00', '01-20 00:00')], { grounds: ['R3b 01-02 00:00..01-23 00:00 S-1'], next: '01-10 00:00' },
    { areas: [area('high', '330683', '01-01 00:00', '01-08 00:00'), area('medium', '330683', '01-10 00:00', undefined, { recordedAt: '01-05 00:00' })] }),
  row('nextChangeAt', 'only an advisory comes', '01-08 00:00', [stay('S-1', '330683', '01-09 00:00')], { colour: 'green', next: '01-09 00:00' }, { areas: [area('high', '330683001', '01-01 00:00')] }),
  row('nextChangeAt', 'k is held fixed: what is recorded later never changes it', '01-06 00:00', [but(C1, { recordedAt: '01-07 00:00' })], { next: null }),
  row('nextChangeAt', 'k is held fixed: the end of an area that is not known yet does not come', '01-06 00:00', [stay('S-1', '330683', '01-05 08:00')], { next: null }, { areas: [area('high', '330683', '01-01 00:00', '01-08 00:00')] }),
  row('nextChangeAt', 'the same evidence goes on under another clause', '01-06 00:00', [confirmed('C-1', '01-05 08:00', '01-09 00:00')], { next: '01-09 00:00' }),
  row('nextChangeAt', 'an interval that ends as another of the same record begins is a change', '01-15 00:00', [overseas('E-1', '01-01 08:00')], { next: '01-16 00:00' }),
];

export const PEOPLE_ROWS: Row[] = [...IDENTITIES, ...ORDER, ...MEASURES, ...NEXT];
