import { ground, type Row, refuses } from '../../test/spoilt-rules.ts';

const FORM: readonly Row[] = [
  ['a field that nobody reads', (r) => (r.author = 'x'), 'author: is not a field here'],
  ['a field of a ground', (r) => (r.grounds[0].color = 'red'), 'grounds[0].color: is not a field here'],
  ['a field of a condition', (r) => (r.grounds[0].when.day = 14), 'grounds[0].when.day: is not a field here'],
  [
    'a field of another condition',
    (r) => (r.grounds[0].when.days = 14),
    'grounds[0].when.days: is not a field here',
  ],
  ['a field of a text', (r) => (r.title.fr = 'x'), 'title.fr: is not a field here'],
  [
    'a field of a measure',
    (r) => (r.grounds[0].measures[0].days = 1),
    'grounds[0].measures[0].days: is not a field here',
  ],
  ['a field of a test', (r) => (r.tests[0].note = 'x'), 'tests[0].note: is not a field here'],
  ['a missing field', (r) => delete r.id, 'id: is missing'],
  ['a ground without text', (r) => delete r.grounds[0].text, 'grounds[0].text: is missing'],
  ['a text without Chinese', (r) => delete r.grounds[0].text.zh, 'grounds[0].text.zh: is missing'],
  ['a text that is empty', (r) => (r.title.en = ''), /^title\.en: /],
  [
    'a condition without its days',
    (r) => delete ground(r, 'R2d', 'contact').when.days,
    /when\.days: is missing/,
  ],
  ['a test without an instant', (r) => delete r.tests[0].at, 'tests[0].at: is missing'],
  [
    'a decision without a clause',
    (r) => delete r.admission.groups[0].red.clause,
    'admission.groups[0].red.clause: is missing',
  ],
  [
    'a group without a decision',
    (r) => delete r.admission.groups[0].none,
    'admission.groups[0].none: is missing',
  ],
  [
    'a colour that no ground gives',
    (r) => (r.grounds[0].colour = 'green'),
    /^grounds\[0\]\.colour: must be one of red, yellow$/,
  ],
  [
    'an unknown classification',
    (r) => (r.grounds[0].when.classifications = ['mild']),
    /^grounds\[0\]\.when\.classifications\[0\]: must be one of confirmed/,
  ],
  [
    'an unknown level',
    (r) => (r.areaLevels = ['extreme']),
    /^areaLevels\[0\]: must be one of low, medium, high, severe$/,
  ],
  [
    'an unknown outcome at a door',
    (r) => (r.admission.groups[0].red.outcome = 'maybe'),
    /outcome: must be one of allow, /,
  ],
  [
    'an unknown kind of condition',
    (r) => (r.grounds[0].when.kind = 'vaccination'),
    /^grounds\[0\]\.when\.kind: must be one of case, .*needs a release$/,
  ],
  [
    'a kind that every object has',
    (r) => (r.grounds[0].when.kind = 'constructor'),
    /when\.kind: must be one of/,
  ],
  [
    'a condition without a kind',
    (r) => delete r.grounds[0].when.kind,
    /^grounds\[0\]\.when\.kind: must be one of/,
  ],
  [
    'a condition that is no object',
    (r) => (r.grounds[0].when = 'always'),
    /^grounds\[0\]\.when\.kind: must be one of/,
  ],
  ['no ground at all', (r) => (r.grounds = []), /^grounds: /],
  ['no test at all', (r) => (r.tests = []), /^tests: /],
  ['days below nothing', (r) => (r.parameters.contactDays = -1), /when\.days: must be >= 0/],
  ['half a day', (r) => (r.parameters.contactDays = 1.5), /when\.days: must be integer/],
  ['days in words', (r) => (r.parameters.contactDays = 'ten'), /when\.days: must be integer/],
  ['more days than any rule has', (r) => (r.parameters.contactDays = 10_000), /when\.days: must be <= /],
  [
    'no negative test to end by',
    (r) => (r.parameters.positiveNegatives = 0),
    /when\.negatives: must be >= 1/,
  ],
  [
    'an unknown form of isolation',
    (r) => (r.parameters.convalescenceForm = 'hotel'),
    /form: must be one of hospital/,
  ],
  [
    'an unknown way to match stays',
    (r) => (r.parameters.stayMatch = 'near'),
    'parameters.stayMatch: must be one of inside, possible',
  ],
  [
    'an exempt country of three letters',
    (r) => (r.parameters.exemptCountries = ['USA']),
    /exemptCountries\[0\]: must match/,
  ],
  [
    'a clause of another form',
    (r) => (r.grounds[0].clause = 'article 2'),
    /^grounds\[0\]\.clause: must match/,
  ],
  ['an id with a space', (r) => (r.id = 'zj 2021'), /^id: must match/],
  [
    'a venue of another form',
    (r) => (r.admission.groups[0].venues['Night Club'] = { zh: 'x', en: 'x' }),
    'admission.groups[0].venues.Night Club: is not a field here',
  ],
  [
    'a reason of another form',
    (r) => (r.admission.reasons.RED = { zh: 'x', en: 'x' }),
    'admission.reasons.RED: is not a field here',
  ],
  [
    'a reason to designate of another form',
    (r) => (r.designationReasons['other reasons'] = 5),
    'designationReasons.other reasons: is not a field here',
  ],
];

refuses('the form of a package', FORM);
