import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { COLOURS } from '../../domain/colour.ts';
import { admit, venueCategories } from '../../domain/measures/admit.ts';
import { defaultRules } from '../../test/default-rules.ts';
import { type Answered, doorService, verifier } from '../../test/http/door-service.ts';
import { numbersApart } from '../../test/resident-numbers.ts';
import { sql, time } from '../platform/db/sql.ts';

const { rules } = defaultRules();
const [RED, YELLOW, GREEN, HOLDER, LEAVER, ERASED, OTHER] = numbersApart(7) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];
const NUMBERS = { red: RED, yellow: YELLOW, green: GREEN } as const;
const document = (number: string) => ({ type: 'resident-id', number });
/** Outcome and clause, and the status where it is a problem. */
const said = ({ status, body }: Answered) =>
  status === 200 ? `${body.outcome} ${body.clause}` : `${status} ${body.code}`;

describe('a check at a door', () => {
  const doors = doorService();
  const { record } = doors;
  const known = async () => {
    for (const colour of COLOURS) await doors.colour(NUMBERS[colour], colour);
  };
  let isKnown: Promise<void> | undefined;
  const whenKnown = () => {
    isKnown ??= known();
    return isKnown;
  };

  test('by code and by document says at every kind of venue what `admit` says', async () => {
    await whenKnown();
    const reader = await doors.device({ readsDocuments: true });
    for (const colour of COLOURS) {
      const code = await doors.codeOf(NUMBERS[colour]);
      for (const venue of venueCategories(rules)) {
        for (const masked of [false, true]) {
          const visitor = { colour, masked, identityVerified: true };
          const expected = admit(rules, { ...visitor, holder: 'phone' }, venue);
          const { asOf, ...shown } = (await reader({ code, venue, masked })).body;
          assert.deepEqual(shown, expected, `${colour} ${venue}`);
          assert.equal(asOf, '2021-01-20T12:00:00+08:00');
          const read = await reader({
            document: document(NUMBERS[colour]),
            venue,
            masked,
            identityVerified: true,
          });
          assert.deepEqual(
            { ...read.body, asOf },
            { ...admit(rules, { ...visitor, holder: 'none' }, venue), asOf },
          );
        }
      }
    }
  });

  test('of somebody with a code and nothing against them is green (R4), by code and by document', async () => {
    const gate = await doors.device({ category: 'school', readsDocuments: true });
    assert.equal(said(await gate({ code: await doors.codeOf(HOLDER) })), 'allow M12');
    assert.equal(said(await gate({ document: document(HOLDER), identityVerified: true })), 'allow M12');
  });

  test('without a phone goes by the identity (S10)', async () => {
    await whenKnown();
    const gate = await doors.device({ readsDocuments: true });
    const unknown = document(numbersApart(1, 900)[0]!);
    const rows: readonly (readonly [object, string])[] = [
      [{ document: document(RED), venue: 'bus', identityVerified: true }, 'deny M6'],
      [{ document: document(RED), venue: 'bus' }, 'ask-staff S10'],
      [{ document: document(GREEN), venue: 'bus' }, 'ask-staff S10'],
      [{ document: unknown, venue: 'bus' }, 'not-found S10'],
      [{ document: unknown, venue: 'bus', identityVerified: true }, 'allow-if-masked S10'],
      [{ document: unknown, venue: 'bus', identityVerified: true, masked: true }, 'allow S10'],
      [{ document: unknown, venue: 'library', identityVerified: true }, 'ask-staff S10'],
    ];
    for (const [check, expected] of rows)
      assert.equal(said(await gate(check)), expected, JSON.stringify(check));
  });

  test('with a text that is a minute old is expired, and until then opens again and again', async () => {
    const gate = await doors.device({ category: 'park' });
    const at = record.now;
    const code = await doors.codeOf(HOLDER);
    try {
      for (const [after, expected] of [
        [0, 'allow M12'],
        [59_999, 'allow M12'],
        [60_000, 'expired S7'],
        [500_000, 'expired S7'],
      ] as const) {
        record.now = at + after;
        assert.equal(said(await gate({ code })), expected);
      }
    } finally {
      record.now = at;
    }
  });

  test('with whatever else a scanner reads is unreadable, and never a fault of the service', async () => {
    const gate = await doors.device({ category: 'park' });
    const code = await doors.codeOf(HOLDER);
    const unit = fc.constantFrom('grapheme' as const, 'binary' as const);
    const odd = fc.oneof(
      unit.chain((kind) => fc.string({ unit: kind, maxLength: 200 })),
      fc.stringMatching(/^ZJ1:[0-9A-Z $%*+./:-]{0,90}$/),
      fc.constantFrom(
        '',
        code.slice(0, -1),
        `${code} `,
        code.toLowerCase(),
        `HC1:${code.slice(4)}`,
        'x'.repeat(15_000),
      ),
    );
    const check = async (text: string) => assert.equal(said(await gate({ code: text })), 'unreadable S7');
    await fc.assert(fc.asyncProperty(odd, check), { numRuns: 150 });
    assert.equal(said(await gate({ code: 'x'.repeat(20_000) })), '413 too-large');
  });

  test('with the code of somebody who has left, or was erased, is of nobody', async () => {
    const { app, owner } = record.database;
    const gate = await doors.device({ category: 'park', readsDocuments: true });
    const left = await doors.codeOf(LEAVER);
    await doors.colour(ERASED, 'red');
    const erased = await doors.codeOf(ERASED);
    assert.equal(said(await gate({ code: erased })), 'deny M6');
    assert.equal(said(await gate({ document: document(ERASED), identityVerified: true })), 'deny M6');
    await app.change(sql`
      insert into holding_end (person_id, number, reason, ended_at, erase_after)
      values (${await doors.personOf(LEAVER)}, 1, 'withdrawn', ${time(record.now)}, ${time(record.now)})
    `);
    const gone = await doors.personOf(ERASED);
    await owner.transaction(async (db) => {
      await db.change(sql`delete from holding where person_id = ${gone}`);
      await db.change(sql`delete from assessment where person_id = ${gone}`);
      await db.change(sql`delete from evidence where person_id = ${gone}`);
      await db.change(sql`delete from due where person_id = ${gone}`);
      await db.change(sql`delete from person_document where person_id = ${gone}`);
      await db.change(sql`delete from person where person_id = ${gone}`);
    });
    for (const code of [left, erased]) assert.equal(said(await gate({ code })), 'not-found S10');
    assert.equal(said(await gate({ document: document(LEAVER) })), 'not-found S10');
    assert.equal(said(await gate({ document: document(ERASED) })), 'not-found S10');
    // The same number, known again, is somebody new, whom the gate finds at once.
    await doors.colour(ERASED, 'yellow');
    assert.notEqual(await doors.personOf(ERASED), gone);
    assert.equal(said(await gate({ document: document(ERASED), identityVerified: true })), 'allow M8');
  });

  test('is by the colour of this moment, whatever was answered before', async () => {
    const gate = await doors.device({ category: 'school', readsDocuments: true });
    const check = { document: document(OTHER), identityVerified: true };
    await doors.codeOf(OTHER);
    assert.equal(said(await gate(check)), 'allow M12');
    await doors.colour(OTHER, 'yellow');
    assert.equal(said(await gate(check)), 'deny M8');
    await doors.colour(OTHER, 'red');
    assert.equal(said(await gate(check)), 'deny M6');
    assert.equal(said(await gate({ code: await doors.codeOf(OTHER) })), 'deny M6');
  });

  test('about whom something cannot be read is unavailable, never a colour', async () => {
    const gate = await doors.device({ category: 'park', readsDocuments: true });
    const [number] = numbersApart(1, 950) as [string];
    await record.deliver([{ ...EVIDENCE, person: { document: document(number) } }]);
    const code = await doors.codeOf(number);
    const personId = await doors.personOf(number);
    await record.database.owner.change(
      sql`update person set wrapped_key = '\\x00' where person_id = ${personId}`,
    );
    assert.equal(said(await gate({ code })), 'unavailable D2');
    assert.equal(said(await gate({ document: document(number), identityVerified: true })), 'unavailable D2');
  });

  test('gives words in both languages with every outcome', async () => {
    const gate = await doors.device({ category: 'bus', readsDocuments: true });
    const [unknown] = numbersApart(1, 901) as [string];
    const at = record.now;
    record.now = at - 60_000;
    const old = await doors.codeOf(HOLDER);
    record.now = at;
    for (const check of [
      { code: await doors.codeOf(HOLDER) },
      { code: old },
      { code: 'x' },
      { document: document(unknown) },
      { document: document(GREEN) },
      { document: document(unknown), identityVerified: true },
    ]) {
      const { reason } = (await gate(check)).body;
      assert.match(reason.zh, /[一-龥]{3}/);
      assert.match(reason.en, /[a-z]{3}/);
    }
  });

  test('wants a code or a document, and a venue that is one', async () => {
    const [placed, moving] = [await doors.device({ category: 'school' }), await doors.device()];
    const code = await doors.codeOf(HOLDER);
    const rows: readonly (readonly [typeof placed, object, string?])[] = [
      [placed, {}],
      [placed, { code, document: document(GREEN) }],
      [moving, { code }, '/venue'],
      [moving, { code, venue: 'karaoke' }, '/venue'],
      [moving, { code, venue: 'constructor' }, '/venue'],
      [moving, { code, venue: 'School' }, '/venue'],
      [moving, { code, at: await doors.venue('park') }, '/at'],
      [placed, { code, venue: 'park' }, '/venue'],
      [placed, { code, venue: 'school' }, '/venue'],
      [placed, { code, at: await doors.venue('park') }, '/at'],
      [placed, { document: { type: 'resident-id', number: '339900199001010012' } }, '/document/number'],
      [placed, { code, reason: 'x' }, '/reason'],
    ];
    for (const [ask, check, path] of rows) {
      const { status, body } = await ask(check);
      assert.deepEqual([status, body.code], [400, 'invalid'], JSON.stringify(check));
      if (path !== undefined)
        assert.deepEqual(
          body.errors?.map((error) => error.path),
          [path],
        );
    }
  });

  test('by a member of staff is at the venue where they stand', async () => {
    await whenKnown();
    const ask = doors.askAs(verifier());
    const code = await doors.codeOf(YELLOW);
    assert.equal(said(await ask({ code, at: await doors.venue('school') })), 'deny M8');
    assert.equal(said(await ask({ code, at: await doors.venue('park') })), 'allow M8');
    assert.equal(said(await ask({ code, venue: 'taxi' })), 'allow-if-masked M9');
    assert.equal(said(await ask({ code })), '400 invalid');
    assert.equal(said(await ask({ code, at: 'nowhere' })), '400 invalid');
    assert.equal(said(await ask({ code, at: await doors.venue('park'), venue: 'park' })), '400 invalid');
  });
});

const EVIDENCE = {
  ...{ source: 'health', id: 'broken', version: 1, kind: 'case' },
  data: { classification: 'confirmed', from: '2021-01-19T08:00:00+08:00' },
};
