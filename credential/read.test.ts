import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { verify } from '../gate/verify.ts';
import { onePassEach, PASS_AT } from '../test/made-up-passes.ts';
import { keysOf, makeIssuer, namedKey, textOf } from '../test/pass-issuer.ts';
import { FORMS } from './pass.ts';
import { readText, readTextLater } from './read.ts';
import { SUITES } from './suites.ts';

const phone = namedKey('phone');
const passes = onePassEach(phone.publicKey);

describe('what was issued and shown', () => {
  for (const suite of SUITES) {
    const issuer = makeIssuer(namedKey('issuer', suite));
    const keys = keysOf([issuer]);
    for (const form of FORMS) {
      test(`is read: ${form}, ${suite}`, async () => {
        const text = textOf(passes[form], issuer, phone, PASS_AT);
        const opened = readText(text, keys, PASS_AT + 1_000, verify);
        assert.equal(opened.kind, 'opened', JSON.stringify(opened));
        assert.ok(opened.kind === 'opened');
        assert.deepEqual(opened.pass, passes[form]);
        assert.deepEqual(opened.kid, issuer.known.kid);
        assert.equal(opened.shownAt, 'holderKey' in passes[form] ? PASS_AT : undefined);
        const later = await readTextLater(text, keys, PASS_AT + 1_000, async (check) => verify(check));
        assert.deepEqual(later, opened);
      });
    }
  }
});
