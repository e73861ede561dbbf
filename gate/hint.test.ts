import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { GroupPass, PaperPass } from '../credential/pass.ts';
import type { Document } from '../domain/people/document.ts';
import { numbersApart } from '../test/resident-numbers.ts';
import { hintFor, hintMatches } from './hint.ts';

const NUMBERS = numbersApart(20_003);
const resident = (order: number): Document => ({ type: 'resident-id', number: NUMBERS[order]! });
const [ANNA, BO] = [resident(0), resident(1)];
const issued = { issuedAt: 0, expiresAt: 1_000, rules: 1 };

function paperOf(document: Document, index = 7): PaperPass {
  return { form: 'paper', ...issued, index, hint: hintFor(0, index, document), name: '*娜', birthYear: 1941 };
}

describe('the hint of a pass', () => {
  test('fits the document of its holder, and that of somebody else no more', () => {
    assert.ok(hintMatches(paperOf(ANNA!), ANNA!));
    assert.ok(!hintMatches(paperOf(ANNA!), BO!));
    assert.ok(!hintMatches(paperOf(ANNA!), { ...ANNA!, type: 'residence-permit-hmt' }));
  });

  test('fits some other document about once in 4,096', () => {
    const pass = paperOf(ANNA!);
    let fitting = 0;
    for (let order = 3; order < 20_003; order++) if (hintMatches(pass, resident(order))) fitting++;
    assert.ok(fitting < 20, `${fitting} of 20,000`);
  });

  test('differs from card to card and from epoch to epoch, so that it leads from none to another', () => {
    const hints = Array.from({ length: 40 }, (_, i) => hintFor(0, i, ANNA!));
    assert.ok(new Set(hints).size > 30);
    assert.notEqual(hintFor(1, 7, ANNA!), hintFor(2, 7, ANNA!));
  });

  test('of a group fits each of its members', () => {
    const members = [ANNA!, BO!].map((document, index) => ({ index, hint: hintFor(9, index, document) }));
    const group: GroupPass = { form: 'group', ...issued, epoch: 9, members, holderKey: new Uint8Array(33) };
    assert.ok(hintMatches(group, ANNA!) && hintMatches(group, BO!));
    assert.ok(!hintMatches(group, resident(2)));
  });
});
