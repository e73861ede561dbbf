import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verify } from '../gate/verify.ts';
import { onePassEach, PASS_AT } from '../test/made-up-passes.ts';
import { type Issuer, keysOf, makeIssuer, namedKey, shownBy, textOf } from '../test/pass-issuer.ts';
import { decodeBase45 } from './base45.ts';
import { conclude } from './conclude.ts';
import { encodePass } from './passes.ts';
import { readText } from './read.ts';
import { REFUSALS, type RefusalReason, refusalWords } from './refusals.ts';
import { passText, TEXT_PREFIX } from './show.ts';
import type { Status, StatusView } from './status-view.ts';
import { endOfEpoch, startOfEpoch } from './trust/epochs.ts';
import { USUAL_PARAMETERS } from './trust/parameters.ts';

const phone = namedKey('phone');
const issuer = makeIssuer(namedKey('issuer'));
const { online, holder, group, paper } = onePassEach(phone.publicKey);
const { epoch } = holder;
const onlineText = textOf(online, issuer, phone, PASS_AT);
const holderText = textOf(holder, issuer, phone, PASS_AT);
const groupText = textOf(group, issuer, phone, PASS_AT);
const paperText = textOf(paper, issuer, phone, PASS_AT);

interface Case {
  readonly text: string;
  readonly now?: number;
  readonly trusted?: Issuer;
  readonly view?: StatusView | 'none';
  /** When the key list of the gate expires. */
  readonly keysUntil?: number;
  /** By how much a clock is told to be ahead. */
  readonly offsetSeconds?: number;
}

function viewOf(status: Status, changes: Partial<StatusView> = {}): StatusView {
  return { epoch, at: PASS_AT, statusOf: () => status, statusOfCard: () => status, ...changes };
}

function reasonOf({ text, now = PASS_AT, trusted = issuer, view = viewOf(0), keysUntil }: Case): unknown {
  const keys = { ...keysOf([trusted]), ...(keysUntil !== undefined && { expiresAt: keysUntil }) };
  const opened = readText(text, keys, now, verify);
  if (opened.kind === 'refused') return opened;
  return conclude(opened, view === 'none' ? undefined : view, now);
}

/** The same key, of which something else is known. */
const known = (changes: Partial<Issuer['known']>) => makeIssuer(issuer, 'pass', changes);
const later = endOfEpoch(epoch, USUAL_PARAMETERS);
const bytesOf = (text: string) => decodeBase45(text.slice(TEXT_PREFIX.length))!;
/** A tagged COSE_Sign1 whose array is written in a longer way. */
const loose = Buffer.concat([Buffer.from('d29804', 'hex'), bytesOf(onlineText).subarray(2)]);

type Cases = Readonly<Record<string, Case>>;

const shownAt = (pass: typeof holder | typeof group, at: number, by = phone) =>
  shownBy(by, issuer.issuePass(pass), at);
const another = namedKey('another phone');
const overlong = { ...online, expiresAt: PASS_AT + 61_000 };
const aSecondBefore = viewOf(0, { at: PASS_AT - 1_000 });
const sixHoursAgo = viewOf(0, { at: PASS_AT - 21_600_001 });

/** By reason: what is refused so. */
const CASES: Readonly<Record<RefusalReason, Cases>> = {
  unreadable: {
    'no text': { text: '' },
    'a code of somebody else': { text: 'HC1:6BF' },
    'nothing but the prefix': { text: TEXT_PREFIX },
    'another prefix': { text: onlineText.replace('ZJ1:', 'ZJ0:') },
    'an online pass that a phone has signed around': {
      text: shownBy(phone, issuer.issuePass(online), PASS_AT),
    },
    'a paper pass that a phone has signed around': { text: shownBy(phone, issuer.issuePass(paper), PASS_AT) },
    'a showing of a showing': { text: shownBy(phone, bytesOf(holderText), PASS_AT) },
    'claims of another type': {
      text: passText(issuer.issue(encodePass(online), 'application/statuslist+cwt')),
    },
    'an online pass that lives longer than a minute': { text: textOf(overlong, issuer, phone, PASS_AT) },
    'a paper pass that lives longer than 31 days': {
      text: textOf({ ...paper, expiresAt: PASS_AT + 40 * 86_400_000 }, issuer, phone, PASS_AT),
    },
  },
  'not-canonical': {
    'a longer way to write a pass': { text: passText(loose) },
    'a longer way to write what is shown': { text: shownBy(phone, loose, PASS_AT) },
  },
  'unknown-key': {
    'a key that is not on the list': { text: onlineText, trusted: makeIssuer(namedKey('somebody else')) },
  },
  'other-province': {
    'a key of another province': { text: onlineText, trusted: known({ province: '32' }) },
    'a key for passes of other provinces': { text: onlineText, trusted: known({ use: 'province' }) },
  },
  'wrong-use': Object.fromEntries(
    (['proof', 'status', 'delta', 'rules', 'venue'] as const).map((use) => [
      `a key for ${use}`,
      { text: onlineText, trusted: known({ use }) },
    ]),
  ),
  'key-expired': {
    'a key that had expired when it signed': { text: holderText, trusted: known({ notAfter: PASS_AT }) },
    'a key that has expired since': {
      ...{ text: paperText, trusted: known({ notAfter: PASS_AT + 60_000 }) },
      now: PASS_AT + 60_000,
    },
  },
  'key-not-yet': {
    'a key that is to come': { text: onlineText, trusted: known({ notBefore: PASS_AT + 1 }) },
    'a key that was to come when it signed': {
      ...{ text: onlineText, trusted: known({ notBefore: PASS_AT + 1 }) },
      now: PASS_AT + 30_000,
    },
  },
  'key-revoked': { 'a key that was revoked': { text: holderText, trusted: known({ revokedAt: PASS_AT }) } },
  'keys-old': {
    'a text by keys of a list that has expired': { text: onlineText, keysUntil: PASS_AT },
    'a text of whoever is unknown to such a list': {
      ...{ text: onlineText, trusted: makeIssuer(namedKey('somebody else')), keysUntil: PASS_AT },
    },
  },
  'wrong-suite': { 'ES256 by a key of SM2': { text: onlineText, trusted: known({ suite: 'SM2' }) } },
  'bad-signature': {
    'a key of somebody under the name of ours': {
      ...{ text: onlineText, trusted: { ...issuer, known: { ...issuer.known, publicKey: phone.publicKey } } },
    },
    'a pass that another phone shows': { text: shownAt(holder, PASS_AT, another) },
    'a group that another phone shows': { text: shownAt(group, PASS_AT, another) },
  },
  expired: {
    'an online pass after a minute': { text: onlineText, now: PASS_AT + 60_000 },
    'a paper pass after 30 days': { text: paperText, now: paper.expiresAt },
    'a pass after its epoch': { text: shownAt(holder, later + 5_000), now: later + 5_000 },
  },
  'not-yet': {
    'an online pass before its issue': { text: onlineText, now: PASS_AT - 5_001 },
    'a paper pass before its issue': { text: paperText, now: PASS_AT - 5_001 },
    'a bound pass before its issue': { text: shownAt(holder, PASS_AT - 6_000), now: PASS_AT - 6_000 },
  },
  'not-shown': {
    'a pass as it was fetched': { text: passText(issuer.issuePass(holder)) },
    'a group as it was fetched': { text: passText(issuer.issuePass(group)) },
  },
  'shown-too-long-ago': {
    'a picture of 15 seconds ago': { text: holderText, now: PASS_AT + 15_000 },
    'a picture of 20 seconds ago': { text: groupText, now: PASS_AT + 20_000 },
    'a picture of two minutes ago': { text: holderText, now: PASS_AT + 120_000 },
  },
  'phone-clock': {
    'six seconds ahead': { text: shownAt(holder, PASS_AT + 6_000), offsetSeconds: 6 },
    'ten minutes ahead': { text: shownAt(holder, PASS_AT + 600_000), offsetSeconds: 600 },
    'ten minutes behind': { text: shownAt(holder, PASS_AT - 600_000), offsetSeconds: -600 },
  },
  'no-status': {
    'a pass without lists': { text: holderText, view: 'none' },
    'a group without lists': { text: groupText, view: 'none' },
    'paper without lists': { text: paperText, view: 'none' },
  },
  'status-old': {
    'a pass with lists of six hours ago': { text: holderText, view: sixHoursAgo },
    'paper with lists of six hours ago': { text: paperText, view: sixHoursAgo },
    'paper with lists from before it was issued': { text: paperText, view: aSecondBefore },
    'a pass of a phone that those lists cannot know': {
      text: textOf({ ...holder, needsNewerLists: true }, issuer, phone, PASS_AT),
      view: aSecondBefore,
    },
    'a group with somebody whom those lists cannot know': {
      text: textOf({ ...group, needsNewerLists: true }, issuer, phone, PASS_AT),
      view: aSecondBefore,
    },
  },
  'not-in-force': {
    'a pass that was ended': { text: holderText, view: viewOf(1) },
    'a group with somebody who has no code': {
      ...{ text: groupText, view: viewOf(0, { statusOf: (index) => (index === 7 ? 1 : 0) }) },
    },
    'a card that was ended': { text: paperText, view: viewOf(0, { statusOfCard: () => 1 }) },
    'an online pass that was ended since': { text: onlineText, view: viewOf(1) },
  },
  'wrong-epoch': {
    'a pass with the lists of the next epoch': { text: holderText, view: viewOf(0, { epoch: epoch + 1 }) },
    'paper with the lists of the last epoch': { text: paperText, view: viewOf(0, { epoch: epoch - 1 }) },
    'a pass that outlives its epoch': {
      text: textOf({ ...holder, epoch: epoch - 1 }, issuer, phone, PASS_AT),
    },
  },
};

for (const [reason, cases] of Object.entries(CASES) as [RefusalReason, Cases][]) {
  describe(`refused as ${reason}`, () => {
    for (const [what, each] of Object.entries(cases)) {
      test(`is ${what}`, () => {
        const { offsetSeconds } = each;
        const expected = { kind: 'refused', reason, ...(offsetSeconds !== undefined && { offsetSeconds }) };
        assert.deepEqual(reasonOf(each), expected);
      });
    }
  });
}

describe('not refused', () => {
  for (const [what, each] of Object.entries<Case>({
    'an online pass until its minute is over': { text: onlineText, now: PASS_AT + 59_999 },
    'a pass by a clock of the gate that is 5 seconds behind': { text: onlineText, now: PASS_AT - 5_000 },
    'a picture of less than 15 seconds ago': { text: holderText, now: PASS_AT + 14_999 },
    'a phone that is 5 seconds ahead': { text: shownAt(holder, PASS_AT + 5_000) },
    'paper the moment after its issue': { text: paperText, now: PASS_AT + 1_000 },
    'lists of six hours ago at most': { text: holderText, view: viewOf(0, { at: PASS_AT - 21_600_000 }) },
    'a pass with lists from before it was issued': { text: holderText, view: aSecondBefore },
    'a pass of a new phone with lists that know it': {
      text: textOf({ ...holder, needsNewerLists: true }, issuer, phone, PASS_AT),
    },
    'a list of keys until it expires': { text: holderText, keysUntil: PASS_AT + 1 },
    'a key until it expires': { text: holderText, trusted: known({ notAfter: PASS_AT + 1 }) },
    'a key that will be revoked': { text: holderText, trusted: known({ revokedAt: PASS_AT + 1 }) },
  }))
    test(`is ${what}`, () => assert.equal((reasonOf(each) as { kind: string }).kind, 'colour'));
});

describe('the words of refusals', () => {
  test('are there in both languages, and never blame whoever shows the code', () => {
    for (const { zh, en } of Object.values(REFUSALS)) {
      assert.match(zh, /^[\u4e00-\u9fff，]+$/);
      assert.match(en, /^[A-Z][^.]+$/);
      assert.doesNotMatch(`${zh} ${en}`, /forge|fake|fraud|cheat|fals|attack|伪|假|骗|欺|盗|作弊|冒/i);
    }
  });

  test('say by how much a clock is wrong, and leave open which it is', () => {
    const words = (offsetSeconds: number) =>
      refusalWords({ kind: 'refused', reason: 'phone-clock', offsetSeconds });
    assert.deepEqual(words(600), {
      zh: '手机时间快了10分钟',
      en: 'The clock of the phone is 10 minutes ahead',
    });
    assert.deepEqual(words(-600), {
      zh: '这是10分钟前的画面，或手机时间慢了10分钟',
      en: 'The picture is 10 minutes old. Or: The clock of the phone is 10 minutes behind',
    });
    assert.equal(refusalWords({ kind: 'refused', reason: 'expired' }), REFUSALS.expired);
  });
});

describe('a pass for the next epoch', () => {
  test('counts from its beginning on, and not after its end, but for the clocks', () => {
    const next = { ...holder, epoch: epoch + 1, expiresAt: endOfEpoch(epoch + 1, USUAL_PARAMETERS) };
    const starts = startOfEpoch(epoch + 1, USUAL_PARAMETERS);
    const at = (now: number) => {
      const text = shownBy(phone, issuer.issuePass(next), now);
      return readText(text, keysOf([issuer]), now, verify);
    };
    assert.deepEqual(at(starts - 6_000), { kind: 'refused', reason: 'not-yet' });
    assert.equal(at(starts - 5_000).kind, 'opened');
    assert.equal(at(next.expiresAt + 4_000).kind, 'opened');
    assert.deepEqual(at(next.expiresAt + 5_000), { kind: 'refused', reason: 'expired' });
  });
});
