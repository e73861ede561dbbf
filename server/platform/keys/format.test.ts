import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { blindIndexes } from './blind-index.ts';
import { contentDigest, tokenMac } from './digest.ts';
import { open, openDataKey } from './envelope.ts';
import { PURPOSES, type Purpose } from './key-file.ts';
import { type KeyRing, openKeyRing } from './key-ring.ts';
import { openQuarantined } from './quarantine.ts';
import { SUITE_NAMES, type SuiteName } from './suites/suite.ts';

const root = temporaryFolder();

/** The ring whose keys are 32 times the number of the purpose, from 1, as version 258 of a suite. */
function fixedRing(suite: SuiteName): KeyRing {
  const folder = join(root, suite);
  mkdirSync(folder, 0o700);
  const write = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), JSON.stringify(value), { mode: 0o600 });
  const time = '2021-01-01T00:00:00.000Z';
  const versions = (purpose: Purpose) => [
    {
      version: 258,
      suite,
      state: 'current',
      createdAt: time,
      since: time,
      key: Buffer.alloc(32, PURPOSES.indexOf(purpose) + 1).toString('base64'),
    },
  ];
  for (const purpose of PURPOSES) write(`${purpose}.json`, { purpose, versions: versions(purpose) });
  write('ring.json', { id: 'fixed', purposes: PURPOSES });
  return openKeyRing(folder);
}

const hex = (text: string) => Buffer.from(text, 'hex');

/** What the fixed rings made once, checked with another implementation (Python's `hmac` and `cryptography`, `openssl enc`). */
const MADE = {
  'aes-256-gcm': {
    wrapped:
      '0102018c6943393646ea2c71b5f0b4b505c3c6107f755d8ff16a4ec8f6f29e46a7a2089aa17e22ba2aabfa9b521faa2e8582eccdf0eb503bd35e8d6f01b7fb',
    sealed:
      '01d7780f29ce7e0893f7e4759a5887fdd8803d10ca632e1864380c7fffc083c1ebc2ff3e3b6e70d29b0f67d86521425cfae46c0a8a3295b622c869b88294ee7a63fcecad924744b4e8e5c4549155768e3f38948f7efb4a7d3a272a5ccb',
    quarantined:
      '0102011c5cf28c284354679542831fab41d325a8840bad0002f54d9991c49487ce361a3cf676e4d0792ec55d8f2e5b231bb64b9d9489bfc5997d1ddce5e73ee30e548dc244a9466956feeb0efd9cdc66bb32be1d1c8c83af0fac3cd2ebf44a',
    index: '0102b600c8b58998ac683ad8401625a1018d',
    digest: '0102287095a91321da931e10f9629b9a8b9d',
    token: '0102e5916581a5b5f06913d3709d4307e9a99c402321f38adf4bcdad9b9054d138cc',
  },
  'sm4-sm3': {
    wrapped:
      '0102023cc1d193501d403b7430a92ef6bb1225f17505d82aff57d32cbb8fef151fce169a274c6b9bfe184b632d9a711a065d2f9f03870915dbb4820e5e7327',
    sealed:
      '023d25cc81093acc4efbef7dd5c5c14b0697138c5d5104157bfdd191263f2787f4eba556b3b9552da82e65f93bd1943b6ea77882597615ce389970a5f85d2e0bf4d833d626d2a2f73e568e217d214ced3a1ae44aff928a5bb34d32cebc',
    quarantined:
      '0102026b1869a2ec30a718cd501568afe92a3167ecc1223735d4c30ef8737f1be55ac95102ff4f570f840c3ae42f1b95ed41e54a2f73a963f288773bb3582bc5de6b6f74000ae5e257d1f5d5aff4d77f95f633f58017c73718b52924ad2666',
    index: '010293ed30942a4a5aeb065631d9f857259c',
    digest: '01028bda22705b33795936ec7ff5d72615a6',
    token: '0102ec67cb78959976c45877219d404d5db881d0dcb417a5d5ac813b0cf100b3c468',
  },
} as const satisfies Record<SuiteName, object>;

describe('what stands in a database is read by every later release', () => {
  for (const suite of SUITE_NAMES) {
    test(`under ${suite}`, () => {
      const ring = fixedRing(suite);
      const made = MADE[suite];
      const key = openDataKey(ring, 'p', hex(made.wrapped));
      assert.equal(open(key, hex(made.sealed), 'c').toString(), '张三');
      assert.equal(openQuarantined(ring, hex(made.quarantined), 'c').toString(), '{');
      assert.deepEqual(blindIndexes(ring, 'document', 'x'), [hex(made.index)]);
      assert.deepEqual(contentDigest(ring, 'x'), hex(made.digest));
      assert.deepEqual(tokenMac(ring, 'x'), hex(made.token));
    });
  }
});
