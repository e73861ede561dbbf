import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defaultRules } from '../../test/default-rules.ts';
import { COLOURS, type Colour } from '../colour.ts';
import type { AdmissionOutcome } from '../rules/schema.ts';
import { admit, type Visitor, venueCategories } from './admit.ts';

const { rules } = defaultRules();
const GREEN: Visitor = { colour: 'green', masked: false, identityVerified: false, holder: 'phone' };

type Said = `${AdmissionOutcome} ${string}`;

function said(visitor: Partial<Visitor>, venue: string): Said {
  const admission = admit(rules, { ...GREEN, ...visitor }, venue);
  assert.ok(admission, venue);
  assert.ok(admission.reason.zh.length > 0 && admission.reason.en.length > 0);
  return `${admission.outcome} ${admission.clause}`;
}

const SPECIAL = 'school care-home welfare-home psychiatric-hospital detention special-place-other';
const MARKETS = 'wholesale-market farmers-market supermarket';
const HALLS = 'library museum art-gallery exhibition-hall indoor-venue-other';
const LEISURE = 'cinema theatre amusement-hall closed-leisure-other';
const TRANSPORT = 'taxi ride-hailing bus metro coach train ship aircraft transport-other';
const OPEN = 'park other';
const CARE = 'fever-clinic hospital-emergency testing-point';

/** The table of colour.md: the categories of a group, and what each colour opens without a mask and with it. */
const TABLE: readonly (readonly [
  venues: string,
  unmasked: Readonly<Record<Colour, Said>>,
  masked?: Partial<Record<Colour, Said>>,
])[] = [
  [SPECIAL, { red: 'deny M6', yellow: 'deny M8', green: 'allow M12' }],
  [MARKETS, { red: 'deny M6', yellow: 'deny M8', green: 'allow M12' }],
  [HALLS, { red: 'deny M6', yellow: 'deny M8', green: 'allow M12' }],
  [LEISURE, { red: 'deny M6', yellow: 'deny M8', green: 'allow M12' }],
  [TRANSPORT, { red: 'deny M6', yellow: 'allow-if-masked M9', green: 'allow M12' }, { yellow: 'allow M9' }],
  [OPEN, { red: 'deny M6', yellow: 'allow M8', green: 'allow M12' }],
  [CARE, { red: 'allow M1', yellow: 'allow M8', green: 'allow M12' }],
];

describe('what a colour opens', () => {
  for (const [venues, unmasked, masked] of TABLE) {
    for (const venue of venues.split(' ')) {
      for (const colour of COLOURS) {
        test(`${venue}, ${colour}: ${unmasked[colour]}`, () => {
          assert.equal(said({ colour }, venue), unmasked[colour]);
          assert.equal(said({ colour, masked: true }, venue), masked?.[colour] ?? unmasked[colour]);
        });
      }
    }
  }

  test('is decided for these categories and no others', () => {
    const listed = TABLE.flatMap(([venues]) => venues.split(' '));
    assert.deepEqual(venueCategories(rules).sort(), listed.sort());
  });

  for (const venue of ['', 'karaoke', 'School', 'school ', 'constructor', '__proto__', 'toString'])
    test(`is nothing for the unknown category "${venue}", and never that of "other"`, () =>
      assert.equal(admit(rules, GREEN, venue), undefined));
});

describe('without a code or phone (S10)', () => {
  const all = venueCategories(rules);

  test('identity verified: the colour found by identity decides as with a phone', () => {
    for (const holder of ['paper', 'none'] as const) {
      for (const venue of all) {
        for (const colour of COLOURS) {
          for (const masked of [false, true]) {
            const visitor = { colour, masked, identityVerified: true };
            assert.equal(said({ ...visitor, holder }, venue), said({ ...visitor, holder: 'phone' }, venue));
          }
        }
      }
    }
  });

  test('none on file, identity verified, transport: with a mask', () => {
    const visitor = { colour: 'none', identityVerified: true, holder: 'none' } as const;
    for (const venue of TRANSPORT.split(' ')) {
      assert.equal(said(visitor, venue), 'allow-if-masked S10');
      assert.equal(said({ ...visitor, masked: true }, venue), 'allow S10');
    }
  });

  test('none on file, identity verified, venue: staff are asked, with a note on a brief stay', () => {
    const visitor = { ...GREEN, colour: 'none', identityVerified: true, holder: 'none' } as const;
    for (const venue of all.filter((name) => !TRANSPORT.split(' ').includes(name))) {
      assert.equal(said(visitor, venue), 'ask-staff S10');
      assert.match(admit(rules, visitor, venue)!.reason.en, /brief stay/);
    }
  });

  test('identity not verified: staff are asked, whatever the colour, the mask and the place', () => {
    for (const holder of ['paper', 'none'] as const) {
      for (const colour of [...COLOURS, 'none'] as const) {
        for (const masked of [false, true]) {
          for (const venue of all)
            assert.equal(said({ colour, masked, identityVerified: false, holder }, venue), 'ask-staff S10');
        }
      }
    }
  });

  test('a phone shows a code, so that identity is not asked for', () => {
    for (const identityVerified of [false, true])
      assert.equal(said({ colour: 'green', identityVerified, holder: 'phone' }, 'school'), 'allow M12');
  });
});
