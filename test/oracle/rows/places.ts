/** colour.md "Listed areas". The stay is in Shengzhou (330683) on 5 to 9 January, as in all of these rows. */
import { area, but, contact, nat, type Row, row, stay } from './notation.ts';

const STAY = stay('S-1', '330683', '01-05 08:00', '01-09 12:00');
const GROUND = 'R3b 01-05 08:00..01-24 00:00 S-1';
const HIGH = (region: string, place?: string) =>
  area('high', region, '01-01 00:00', undefined, place === undefined ? {} : { place });
const stayIn = (region: string, place?: string) => stay('S-1', region, '01-05 08:00', '01-09 12:00', place);
const GREEN = { colour: 'green', grounds: [], advisories: [] } as const;
const ADVISORY = { colour: 'green', grounds: [], advisories: [GROUND] } as const;
const INSIDE = { colour: 'yellow', grounds: [GROUND], advisories: [] } as const;

/** One area and one stay on 10 January: inside, possibly inside, or neither. */
function match(
  clause: string,
  name: string,
  areaAt: readonly [region: string, place?: string],
  stayAt: readonly [region: string, place?: string],
  expected: typeof INSIDE | typeof ADVISORY | typeof GREEN,
): Row {
  return row(clause, name, '01-10 00:00', [stayIn(...stayAt)], expected, { areas: [HIGH(...areaAt)] });
}

// biome-ignore format: a table reads better as a table
const MATCHES: Row[] = [
  match('Prefix', 'an area of the same code holds the stay', ['330683'], ['330683'], INSIDE),
  match('Prefix', 'a county holds its communities', ['330683'], ['330683001001'], INSIDE),
  match('Prefix', 'a street holds its communities', ['330683001'], ['330683001001'], INSIDE),
  match('Prefix', 'a street does not hold those of another', ['330683001'], ['330683002001'], GREEN),
  match('Prefix', 'trailing steps that are all zero are dropped: a city holds its counties', ['330600'], ['330683'], INSIDE),
  match('Prefix', 'trailing steps that are all zero are dropped: a province holds its counties', ['330000'], ['330683'], INSIDE),
  match('Prefix', 'trailing steps that are all zero are dropped: 12 digits may be a county', ['330683000000'], ['330683'], INSIDE),
  match('Prefix', 'trailing steps that are all zero are dropped: of the stay too', ['330683001'], ['330683001000'], INSIDE),
  match('Prefix', 'a zero step that is not trailing stays', ['330683'], ['330600001'], GREEN),
  match('Prefix', 'equality of steps, not of digits: 310110 is no prefix of 310112', ['310110'], ['310112'], GREEN),
  match('Prefix', 'a step is never cut: 330100 is not 330110', ['330110'], ['330111'], GREEN),
  match('Prefix', 'a municipality holds its districts', ['110000'], ['110105'], INSIDE),
  match('Inside', 'an empty place is the whole region', ['330683', ''], ['330683', '越都社区'], INSIDE),
  match('Inside', 'a whole-region text is the whole region', ['330683', '全域'], ['330683', '越都社区'], INSIDE),
  match('Inside', 'each of the four texts is', ['330683', '全县'], ['330683', '越都社区'], INSIDE),
  match('Inside', 'whole-region texts are normalised too', ['330683', ' 全\u3000域 '], ['330683', '越都社区'], INSIDE),
  match('Inside', 'a longer text with 全域 in it is a place', ['330683', '越都全域'], ['330683', '全城'], GREEN),
  match('Inside', 'both places equal', ['330683', '越都社区'], ['330683', '越都社区'], INSIDE),
  match('Inside', 'equal after NFKC', ['330683', 'ＡＢＣ１号'], ['330683', 'ABC1号'], INSIDE),
  match('Inside', 'equal after NFKC that composes', ['330683', 'ｶﾞ'], ['330683', 'ガ'], INSIDE),
  match('Inside', 'equal after removal of Unicode white space', ['330683', '越都\u3000社区\u0085'], ['330683', ' 越都社\u00a0区'], INSIDE),
  match('Inside', 'letters keep their case', ['330683', 'abc'], ['330683', 'ABC'], GREEN),
  match('Inside', 'a zero-width space is no white space', ['330683', '越都\u200b社区'], ['330683', '越都社区'], GREEN),
  match('Inside', 'the same place in a smaller region of the area', ['330683', '越都社区'], ['330683001', '越都社区'], INSIDE),
  match('Inside', 'not in a larger one', ['330683001', '越都社区'], ['330683', '越都社区'], ADVISORY),
  match('Inside', 'a whole-region text of a stay counts as a missing place', ['330683', '越都社区'], ['330683', '全市'], ADVISORY),
  match('Inside', 'a place that is empty after normalising counts as missing', ['330683', '\u3000'], ['330683', '越都社区'], INSIDE),
  match('Inside', 'a stay\'s place that is empty after normalising counts as missing', ['330683', '越都社区'], ['330683', ' \u00a0'], ADVISORY),
  match('Possibly', 'the area is smaller than what is known of the stay', ['330683001'], ['330683'], ADVISORY),
  match('Possibly', 'though the stay names a place', ['330683001'], ['330683', '越都社区'], ADVISORY),
  match('Possibly', 'one place is missing: the stay\'s', ['330683', '越都社区'], ['330683'], ADVISORY),
  match('Possibly', 'one place contains the other: the area\'s', ['330683', '越都社区1幢'], ['330683', '越都社区'], ADVISORY),
  match('Possibly', 'one place contains the other: the stay\'s', ['330683', '越都社区'], ['330683', '越都社区１幢'], ADVISORY),
  match('Possibly', 'places that contradict each other', ['330683', '越都社区'], ['330683', '鹿山社区'], GREEN),
  match('Possibly', 'neither code a prefix of the other', ['330683001', '越都社区'], ['330683002', '越都社区'], GREEN),
  match('Possibly', 'a stay at county level in an area of a village', ['330683001001', '全域'], ['330683000000'], ADVISORY),
];

const SMALL = HIGH('330683001');
const POSSIBLE = { stayMatch: 'possible', areas: [SMALL] } as const;
const UNTIL_JAN = (to?: string, fields: { readonly [name: string]: unknown } = {}) => ({
  areas: [area('high', '330683', '01-05 00:00', to, fields)],
});

// biome-ignore format: a table reads better as a table
const ADVISORIES: Row[] = [
  row('Advisory', 'a possible match counts when the parameter says so, and then gives no advisory', '01-10 00:00', [STAY], INSIDE, POSSIBLE),
  row('Advisory', 'begins with the ground that it stands for', '01-05 08:00', [STAY], { ...ADVISORY, next: '01-24 00:00' }, { areas: [SMALL] }),
  row('Advisory', 'not before', '01-05 07:59:59', [STAY], { ...GREEN, next: '01-05 08:00' }, { areas: [SMALL] }),
  row('Advisory', 'and ends with it', '01-24 00:00', [STAY], { ...GREEN, next: null }, { areas: [SMALL] }),
  row('Advisory', 'a negative NAT lifts it as it would lift the ground', '01-10 00:00', [STAY, nat('N-1', '01-08 08:00', '01-09 20:00')], { ...GREEN, next: null }, { areas: [SMALL] }),
  row('Advisory', 'one per record and clause, of the earliest since and latest until', '01-10 00:00', [STAY], { ...GREEN, advisories: ['R3b 01-05 08:00..01-24 00:00 S-1'] },
    { areas: [SMALL, area('medium', '330683002', '01-06 00:00', '01-08 00:00')] }),
  row('Advisory', 'none while the record holds that clause already', '01-10 00:00', [STAY], INSIDE, { areas: [SMALL, HIGH('330683')] }),
  row('Advisory', 'holding another clause does not silence it', '01-10 00:00', [STAY], { colour: 'red', advisories: [GROUND] }, { areas: [SMALL, area('severe', '330683', '01-01 00:00', '02-01 00:00')] }),
  row('Advisory', 'it comes when the clause ends before it', '01-22 00:00', [STAY], { ...ADVISORY, next: '01-24 00:00' },
    { areas: [SMALL, area('high', '330683', '01-01 00:00', '01-06 12:00')] }),
  row('Advisory', 'of R6 for a stay', '01-10 00:00', [STAY], { ...GREEN, advisories: ['R6 01-05 08:00..01-24 00:00 S-1'] }, { areas: [area('severe', '330683001', '01-01 00:00', '02-01 00:00')] }),
  row('Advisory', 'of R6 for a contact with an area', '01-10 00:00', [contact('K-1', '01-05 08:00', 'general', { region: '330683' })], { ...GREEN, advisories: ['R6 01-05 08:00..01-20 00:00 K-1'] },
    { areas: [area('severe', '330683001', '01-01 00:00', '02-01 00:00')] }),
];

// biome-ignore format: a table reads better as a table
const LISTING: Row[] = [
  row('Known', 'an area is recorded when it begins, unless it says otherwise', '01-04 00:00', [stay('S-1', '330683', '01-03 00:00')], { ...GREEN, next: null }, UNTIL_JAN()),
  row('Known', 'an area that is recorded before it begins is planned', '01-04 00:00', [stay('S-1', '330683', '01-03 00:00')], { ...GREEN, next: '01-05 00:00' }, UNTIL_JAN(undefined, { recordedAt: '01-03 00:00' })),
  row('Known', 'an area that is recorded late is unknown before', '01-06 00:00', [stay('S-1', '330683', '01-03 00:00')], { ...GREEN, next: null }, UNTIL_JAN(undefined, { recordedAt: '01-06 00:00:01' })),
  row('Known', 'an area recorded at k is known', '01-06 00:00', [stay('S-1', '330683', '01-03 00:00')], { colour: 'yellow' }, UNTIL_JAN(undefined, { recordedAt: '01-06 00:00' })),
  row('Known', 'a to after k counts as missing', '01-09 00:00', [stay('S-1', '330683', '01-03 00:00')], { grounds: ['R3b 01-05 00:00..open S-1'], next: null }, UNTIL_JAN('01-10 00:00')),
  row('Known', 'a to at k does not', '01-10 00:00', [stay('S-1', '330683', '01-03 00:00')], { grounds: ['R3b 01-05 00:00..01-25 00:00 S-1'] }, UNTIL_JAN('01-10 00:00')),
  row('Known', 'after k, though before t', '01-12 00:00', [stay('S-1', '330683', '01-03 00:00')], { grounds: ['R3b 01-05 00:00..open S-1'] }, { ...UNTIL_JAN('01-10 00:00'), knownAt: '01-09 00:00' }),
  row('Known', 'the approved end of a severe area is planned', '01-09 00:00', [stay('S-1', '330683', '01-03 00:00')], { grounds: ['R6 01-05 00:00..01-25 00:00 S-1'], next: '01-25 00:00' },
    { areas: [area('severe', '330683', '01-05 00:00', '01-10 00:00')] }),
  row('Touches', 'listing after the visit counts', '01-12 00:00', [stay('S-1', '330683', '01-01 08:00', '01-02 12:00')], { grounds: ['R3b 01-05 00:00..01-17 00:00 S-1'] }, UNTIL_JAN()),
  row('Touches', 'listing more than 14 days after the visit comes too late', '01-06 00:00', [stay('S-1', '330683', '2020-12-19 08:00', '2020-12-21 12:00')], { ...GREEN, next: null }, UNTIL_JAN()),
  row('Touches', 'delisting at the beginning of the stay does not', '01-12 00:00', [stay('S-1', '330683', '01-10 00:00', '01-11 00:00')], { ...GREEN, next: null }, UNTIL_JAN('01-10 00:00')),
  row('Touches', 'delisting a second after it does', '01-12 00:00', [stay('S-1', '330683', '01-10 00:00', '01-11 00:00')], { grounds: ['R3b 01-10 00:00..01-25 00:00 S-1'] }, UNTIL_JAN('01-10 00:00:01')),
  row('Touches', 'an area that was listed at no instant touches nobody', '01-12 00:00', [stay('S-1', '330683', '01-03 00:00')], { ...GREEN, next: null }, UNTIL_JAN('01-05 00:00')),
  row('Touches', 'a stay of one instant touches', '01-12 00:00', [stay('S-1', '330683', '01-06 00:00', '01-06 00:00')], { grounds: ['R3b 01-06 00:00..01-21 00:00 S-1'] }, UNTIL_JAN()),
  row('x', 'the earlier of stay.to and the area\'s to: the stay\'s', '01-12 00:00', [STAY], { grounds: ['R3b 01-05 08:00..01-24 00:00 S-1'] }, UNTIL_JAN('01-10 00:00')),
  row('x', 'the earlier of stay.to and the area\'s to: the area\'s', '01-12 00:00', [STAY], { grounds: ['R3b 01-05 08:00..01-23 00:00 S-1'] }, UNTIL_JAN('01-08 00:00')),
  row('x', 'a missing one is never the earlier: stay.to', '01-12 00:00', [stay('S-1', '330683', '01-05 08:00')], { grounds: ['R3b 01-05 08:00..01-23 00:00 S-1'] }, UNTIL_JAN('01-08 00:00')),
  row('x', 'missing when both are', '01-12 00:00', [stay('S-1', '330683', '01-05 08:00')], { grounds: ['R3b 01-05 08:00..open S-1'], next: null }, UNTIL_JAN()),
  row('x', 'a planned stay.to counts', '01-07 00:00', [STAY], { grounds: ['R3b 01-05 08:00..01-24 00:00 S-1'], next: '01-24 00:00' }, UNTIL_JAN()),
  row('Ground', 'a stay in several listed areas is one ground, since the earliest and until the latest', '01-12 00:00', [stay('S-1', '330683001', '01-05 08:00')], { grounds: ['R3b 01-05 08:00..01-26 00:00 S-1'] },
    { areas: [area('medium', '330683', '01-01 00:00', '01-08 00:00'), area('high', '330683001', '01-08 00:00', '01-11 00:00')] }),
  row('Ground', 'of the areas for which it holds at t: not one whose turn is still to come', '01-07 00:00', [stay('S-1', '330683001', '01-05 08:00')], { grounds: ['R3b 01-05 08:00..01-23 00:00 S-1'], next: '01-08 00:00' },
    { areas: [area('medium', '330683', '01-01 00:00', '01-08 00:00'), area('high', '330683001', '01-08 00:00', '01-11 00:00', { recordedAt: '01-02 00:00' })], knownAt: '01-20 00:00' }),
  row('Ground', 'of the areas for which it holds at t: not one whose turn is over', '01-23 00:00', [stay('S-1', '330683001', '01-05 08:00')], { grounds: ['R3b 01-08 00:00..01-26 00:00 S-1'], next: '01-26 00:00' },
    { areas: [area('medium', '330683', '01-01 00:00', '01-08 00:00'), area('high', '330683001', '01-08 00:00', '01-11 00:00')] }),
  row('R3b', 'a high area and a medium area do the same', '01-10 00:00', [STAY], INSIDE, { areas: [area('medium', '330683', '01-01 00:00')] }),
  row('R3b', 'a severe area gives R6 and no R3b', '01-10 00:00', [STAY], { colour: 'red', grounds: ['R6 01-05 08:00..01-24 00:00 S-1'] }, { areas: [area('severe', '330683', '01-01 00:00', '02-01 00:00')] }),
  row('R3b', 'a contact in a high area is no stay', '01-10 00:00', [contact('K-1', '01-05 08:00', 'general', { region: '330683' })], GREEN, { areas: [HIGH('330683')] }),
  row('R3b', 'a retracted stay is none', '01-10 00:00', [STAY, { ...but(STAY, { version: 2, retracted: true }), data: undefined }], GREEN, { areas: [HIGH('330683')] }),
];

export const PLACE_ROWS: Row[] = [...MATCHES, ...ADVISORIES, ...LISTING];
