import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blindIndexes } from '../server/platform/keys/blind-index.ts';
import { contextOf, createDataKey, open, openDataKey, seal } from '../server/platform/keys/envelope.ts';
import { createKeyRing, type KeyRing } from '../server/platform/keys/key-ring.ts';
import { addVersion } from '../server/platform/keys/rotation.ts';
import { type Figure, race } from './figures.ts';

const ROUNDS = 7;
const ROUND_MS = 200;
/** Operations between two looks at the clock. */
const BATCH = 256;

const PERSON = '0190a4c8-7b1e-7c3a-9d52-1f0e6b8a2c44';
const DOCUMENT = 'resident-id 339900199001010011';
const PLAINTEXT = JSON.stringify({
  document: { type: 'resident-id', number: '339900199001010011' },
  name: '张三',
});
const CONTEXT = contextOf(PERSON, 'person', 1);

/** What the key ring does a second, against bare `node:crypto` on the same bytes in the same run. */
export async function bench(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'healthcode-bench-'));
  try {
    const ring = createKeyRing(join(folder, 'international'));
    const national = createKeyRing(join(folder, 'national'), { suite: 'sm4-sm3' });
    addVersion(join(folder, 'international'), 'phone');
    ring.refresh();
    return figures(
      await race({ ...bareTasks(), ...ringTasks(ring), ...nationalTasks(national) }, ROUNDS, ROUND_MS),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Keeps the results of a round in sight of the optimiser. */
export let kept: unknown;

function often(work: () => unknown): () => number {
  return () => {
    for (let i = 0; i < BATCH; i++) kept = work();
    return BATCH;
  };
}

function ringTasks(ring: KeyRing): Record<string, () => number> {
  const { key, wrapped } = createDataKey(ring, PERSON);
  const sealed = seal(key, PLAINTEXT, CONTEXT);
  return {
    seal: often(() => seal(key, PLAINTEXT, CONTEXT)),
    open: often(() => open(key, sealed, CONTEXT)),
    createDataKey: often(() => createDataKey(ring, PERSON)),
    openDataKey: often(() => open(openDataKey(ring, PERSON, wrapped), sealed, CONTEXT)),
    blindIndexes: often(() => blindIndexes(ring, 'document', DOCUMENT)),
    blindIndexesInRotation: often(() => blindIndexes(ring, 'phone', DOCUMENT)),
  };
}

function nationalTasks(ring: KeyRing): Record<string, () => number> {
  const { key } = createDataKey(ring, PERSON);
  const sealed = seal(key, PLAINTEXT, CONTEXT);
  return {
    sealNational: often(() => seal(key, PLAINTEXT, CONTEXT)),
    openNational: often(() => open(key, sealed, CONTEXT)),
    blindIndexesNational: often(() => blindIndexes(ring, 'document', DOCUMENT)),
  };
}

/** The same bytes, with nothing that tells versions, suites and contexts apart. */
function bareTasks(): Record<string, () => number> {
  const key = createSecretKey(randomBytes(32));
  const sm4Key = createSecretKey(randomBytes(16));
  const plaintext = Buffer.from(PLAINTEXT);
  const context = Buffer.from(CONTEXT);
  const encrypt = (nonce: Buffer) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context);
    return {
      nonce,
      ciphertext: Buffer.concat([cipher.update(plaintext), cipher.final()]),
      tag: cipher.getAuthTag(),
    };
  };
  const { nonce, ciphertext, tag } = encrypt(randomBytes(12));
  const sm4 = (counter: Buffer) => {
    const encrypted = createCipheriv('sm4-ctr', sm4Key, counter).update(plaintext);
    return [encrypted, createHmac('sm3', key).update(context).update(encrypted).digest()];
  };
  return {
    bareEncrypt: often(() => encrypt(randomBytes(12))),
    bareDecrypt: often(() => {
      const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(context).setAuthTag(tag);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    }),
    bareHmac: often(() => createHmac('sha256', key).update(DOCUMENT).digest()),
    bareSm4Encrypt: often(() => sm4(randomBytes(16))),
    bareSm4Decrypt: often(() => sm4(context.subarray(0, 16))),
    bareHmacSm3: often(() => createHmac('sm3', key).update(DOCUMENT).digest()),
  };
}

const GCM = 'bare AES-256-GCM of the same bytes';
const SM4 = 'bare SM4-CTR and HMAC-SM3 of the same bytes';

/** Each figure with the task that is its reference. */
const FIGURES: readonly (readonly [task: string, figure: string, bare: string, reference: string])[] = [
  ['seal', 'texts sealed per second', 'bareEncrypt', GCM],
  ['open', 'texts opened per second', 'bareDecrypt', GCM],
  ['createDataKey', 'data keys made and wrapped per second', 'bareEncrypt', GCM],
  ['openDataKey', 'data keys opened per second, and a text with each', 'bareDecrypt', GCM],
  ['blindIndexes', 'blind indexes per second', 'bareHmac', 'bare HMAC-SHA-256'],
  ['blindIndexesInRotation', 'blind indexes per second, two versions each', 'bareHmac', 'bare HMAC-SHA-256'],
  ['sealNational', 'texts sealed per second, SM4 and HMAC-SM3', 'bareSm4Encrypt', SM4],
  ['openNational', 'texts opened per second, SM4 and HMAC-SM3', 'bareSm4Decrypt', SM4],
  ['blindIndexesNational', 'blind indexes per second, HMAC-SM3', 'bareHmacSm3', 'bare HMAC-SM3'],
];

function figures(rates: Readonly<Record<string, number>>): Figure[] {
  return FIGURES.map(([task, figure, bare, reference]) => {
    const [value, referenceValue] = [rates[task]!, rates[bare]!];
    return {
      bench: 'keys',
      figure,
      value,
      unit: '1/s',
      reference,
      referenceValue,
      ratio: value / referenceValue,
    };
  });
}
