import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { protectedHeader } from '../credential/cose/headers.ts';
import { signed1, toBeSigned } from '../credential/cose/sign1.ts';
import { envelopeOf } from './envelope.ts';

test('an envelope gives the bytes that the codec gives, whatever the length of the payload', () => {
  for (const type of [undefined, 'application/statuslist+cwt'])
    for (const length of [0, 1, 23, 24, 255, 256, 65_535, 65_536, 200_000]) {
      const header = protectedHeader('SM2', randomBytes(8), type);
      const [payload, signature] = [randomBytes(length), randomBytes(64)];
      const envelope = envelopeOf(header);
      assert.deepEqual(Buffer.from(envelope.message(payload)), Buffer.from(toBeSigned(header, payload)));
      const whole = Buffer.from(envelope.whole(payload, signature));
      assert.deepEqual(whole, Buffer.from(signed1(header, payload, signature)));
    }
});
