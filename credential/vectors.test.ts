import assert from 'node:assert/strict';
import { createHash, createVerify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { decode, encode, rfc8949EncodeOptions, Tagged } from 'cborg';
import { verify } from '../gate/verify.ts';
import { type Engine, runVectors } from '../test/vectors/run-vectors.ts';
import type { Vectors } from '../test/vectors/vectors.ts';
import { decodeBase45 } from './base45.ts';
import { FORMS } from './pass.ts';
import { REFUSALS } from './refusals.ts';
import { SUITES } from './suites.ts';

const vectors: Vectors = JSON.parse(readFileSync(join(import.meta.dirname, 'vectors.json'), 'utf8'));
const engine: Engine = {
  verify: async (check) => verify(check),
  sha256: async (bytes) => createHash('sha256').update(bytes).digest(),
};

describe('the known answers', () => {
  test('are what comes out with node:crypto', async () => {
    assert.deepEqual(await runVectors(vectors, engine), []);
  });

  test('are noticed when they are others', async () => {
    const [pass, ...passes] = vectors.passes;
    const other = { ...vectors, passes: [{ ...pass!, at: '2021-03-02T00:00:00+08:00' }, ...passes] };
    assert.equal((await runVectors(other, engine)).length, 3);
  });

  test('hold each form in each suite, and each refusal of a text', () => {
    const given = vectors.passes.map(({ form, suite }) => `${form} ${suite}`).sort();
    assert.deepEqual(given, FORMS.flatMap((form) => SUITES.map((suite) => `${form} ${suite}`)).sort());
    // For these a gate has to lack lists, or to have old ones, of keys or of statuses.
    const ofLists = ['no-status', 'status-old', 'keys-old'];
    const reasons = new Set(vectors.refusals.map(({ reason }) => reason));
    assert.deepEqual([...reasons, ...ofLists].sort(), Object.keys(REFUSALS).sort());
  });

  test('hold the example of docs/pass.md', () => {
    const page = readFileSync(join(import.meta.dirname, '../docs/pass.md'), 'utf8');
    const { text } = vectors.passes[0]!;
    assert.ok(page.includes(`\n${text}\n`));
    const [, block = ''] = page.split('bytes:\n\n```\n');
    const [dump = ''] = block.split('…');
    const columns = dump.split('\n').map((line) => line.slice(0, 40).replaceAll(' ', ''));
    const bytes = Buffer.from(decodeBase45(text.slice(4))!).toString('hex');
    assert.ok(columns.join('').length > 100 && bytes.startsWith(columns.join('')));
  });

  test('are what others read, who know COSE and nothing of ours', () => {
    for (const { name, text, suite, signed } of vectors.passes) {
      const bytes = decodeBase45(text.slice(4))!;
      const message = decode(bytes, { useMaps: true, tags: Tagged.preserve(18) }) as Tagged;
      const [header, , payload, signature] = message.value as [Uint8Array, unknown, Uint8Array, Uint8Array];
      const structure = encode(['Signature1', header, new Uint8Array(0), payload], rfc8949EncodeOptions);
      assert.equal(Buffer.from(structure).toString('hex'), signed.at(-1), name);
      if (suite === 'SM2' || signed.length === 2) continue;
      const point = vectors.keys[0]!.publicKey;
      const der = Buffer.from(`3039301306072a8648ce3d020106082a8648ce3d030107032200${point}`, 'hex');
      const key = { key: der, format: 'der', type: 'spki', dsaEncoding: 'ieee-p1363' } as const;
      assert.ok(createVerify('sha256').update(structure).verify(key, signature), name);
    }
  });
});
