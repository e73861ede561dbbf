import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verify } from '../gate/verify.ts';
import { onePassEach, PASS_AT } from '../test/made-up-passes.ts';
import { keysOf, makeIssuer, namedKey, textOf } from '../test/pass-issuer.ts';
import { conclude, epochNeeded } from './conclude.ts';
import type { Form, OnlinePass } from './pass.ts';
import { readText } from './read.ts';
import type { Status, StatusView } from './status-view.ts';
import { USUAL_PARAMETERS } from './trust/parameters.ts';

const phone = namedKey('phone');
const issuer = makeIssuer(namedKey('issuer'));
const passes = onePassEach(phone.publicKey);
const { epoch, index } = passes.holder;

/** Lists that say something of some indexes, and of all others that they are green. */
function lists(people: Readonly<Record<number, Status>>, changes: Partial<StatusView> = {}): StatusView {
  const statusOf = (at: number) => people[at] ?? 0;
  return { epoch, at: PASS_AT, statusOf, statusOfCard: statusOf, ...changes };
}

function concluded(form: Form, view: StatusView | undefined, changes: Partial<OnlinePass> = {}) {
  const pass = form === 'online' ? { ...passes.online, ...changes } : passes[form];
  const opened = readText(textOf(pass, issuer, phone, PASS_AT), keysOf([issuer]), PASS_AT, verify);
  assert.ok(opened.kind === 'opened');
  return conclude(opened, view, PASS_AT);
}

function coloursOf(form: Form, view: StatusView | undefined, changes: Partial<OnlinePass> = {}): unknown {
  const conclusion = concluded(form, view, changes);
  return conclusion.kind === 'colour' ? conclusion.colours : conclusion.reason;
}

describe('what a gate concludes', () => {
  test('of a pass bound to a phone is what the lists say', () => {
    assert.deepEqual(concluded('holder', lists({ [index]: 2 })), {
      kind: 'colour',
      form: 'holder',
      colours: ['yellow'],
      hints: [0xabc],
      identityCheck: false,
      rules: 12,
      asOf: PASS_AT,
    });
    assert.deepEqual(coloursOf('holder', lists({})), ['green']);
    assert.deepEqual(coloursOf('holder', lists({ [index]: 3 })), ['red']);
    assert.equal(coloursOf('holder', lists({ [index]: 1 })), 'not-in-force');
  });

  test('of a group is a colour for each, and nothing as soon as one has none', () => {
    assert.deepEqual(coloursOf('group', lists({ 7: 2, 64000000: 3 })), ['green', 'yellow', 'red']);
    assert.equal(coloursOf('group', lists({ 64000000: 1 })), 'not-in-force');
    const conclusion = concluded('group', lists({}));
    assert.deepEqual(conclusion.kind === 'colour' && conclusion.hints, [0xabc, 0, 0xfff]);
  });

  test('of paper is what the lists of cards say, with an identity check', () => {
    const view = lists({}, { statusOf: () => 3, statusOfCard: (at) => (at === 900_123 ? 2 : 3) });
    assert.deepEqual(concluded('paper', view), {
      kind: 'colour',
      form: 'paper',
      colours: ['yellow'],
      hints: [0xabc],
      identityCheck: true,
      rules: 12,
      asOf: PASS_AT,
      paper: { name: '张*三', birthYear: 1948 },
    });
  });

  test('of an online pass is the colour inside, with or without lists', () => {
    for (const colour of ['green', 'yellow', 'red'] as const) {
      assert.deepEqual(coloursOf('online', undefined, { colour }), [colour]);
      assert.deepEqual(coloursOf('online', lists({}), { colour }), [colour]);
    }
  });

  test('of an online pass can only become heavier by lists that are as new', () => {
    assert.deepEqual(coloursOf('online', lists({ [index]: 3 })), ['red']);
    assert.deepEqual(coloursOf('online', lists({ [index]: 2 }), { colour: 'red' }), ['red']);
    assert.equal(coloursOf('online', lists({ [index]: 1 })), 'not-in-force');
  });

  test('of an online pass is not what lists say that are older than it, or of another epoch', () => {
    const issuedAt = PASS_AT - 10_000;
    const expiresAt = PASS_AT + 50_000;
    const at = PASS_AT - 11_000;
    assert.deepEqual(coloursOf('online', lists({ [index]: 3 }, { at }), { issuedAt, expiresAt }), ['green']);
    assert.deepEqual(coloursOf('online', lists({ [index]: 3 }, { epoch: epoch + 1 })), ['green']);
  });

  test('needs the lists of the epoch of the pass; for paper those of now', () => {
    assert.equal(epochNeeded(passes.group, PASS_AT + 1e9, USUAL_PARAMETERS), epoch);
    assert.equal(epochNeeded(passes.paper, PASS_AT, USUAL_PARAMETERS), epoch);
    assert.equal(epochNeeded(passes.paper, PASS_AT + 21_600_000, USUAL_PARAMETERS), epoch + 1);
  });
});
