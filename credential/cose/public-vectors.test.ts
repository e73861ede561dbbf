import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verify } from '../../gate/verify.ts';
import { describePublic } from '../../test/public-data.ts';
import type { CborMap } from '../cbor/value.ts';
import { HEADER, headersOf, suiteOf } from './headers.ts';
import { readSign, toBeSignedBy } from './sign.ts';
import { readSign1, toBeSigned } from './sign1.ts';

/** The vectors of structures that we do not have, by what they hold. */
const NOT_OURS = {
  encrypted: 'encryption',
  enveloped: 'encryption',
  mac: 'a MAC, for which both sides need the secret',
  mac0: 'a MAC, for which both sides need the secret',
} as const;

/** The signatures that we do not read though they hold, each with the reason. */
const NOT_READ: Readonly<Record<string, string>> = {
  'RFC8152/Appendix_C_1_2': 'one of the two signatures is ES512',
  'RFC8152/Appendix_C_1_4': 'its header is not in deterministic order',
  'countersign1/signed-02': 'EdDSA',
  'ecdsa-examples/ecdsa-03': 'ES512',
  'ecdsa-examples/ecdsa-sig-03': 'ES512',
  'eddsa-examples/eddsa-01': 'EdDSA',
  'eddsa-examples/eddsa-sig-01': 'EdDSA',
  'rsa-pss-examples/rsa-pss-01': 'RSASSA-PSS',
  'rsa-pss-examples/rsa-pss-03': 'RSASSA-PSS',
  'sign1-tests/sign-pass-03': 'without the tag that says what it is',
};

interface Key {
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly x_hex?: string;
  readonly y_hex?: string;
}

interface Signer {
  readonly key: Key;
  readonly external?: string;
}

interface Example {
  readonly fail?: boolean;
  readonly input: {
    readonly sign0?: Signer;
    readonly sign?: { readonly signers: readonly Signer[] };
  } & { readonly [Kind in keyof typeof NOT_OURS]?: unknown };
  readonly output: { readonly cbor: string };
}

describePublic('COSE and CWT of others', 'cose-cwt', (folder) => {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .map((path) => path.slice(0, -'.json'.length))
    .sort();
  const examples = new Map(
    names.map((name): [string, Example] => [
      name,
      JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')),
    ]),
  );

  for (const [name, example] of examples) {
    const { sign0, sign } = example.input;
    const other = Object.entries(NOT_OURS).find(([kind]) => kind in example.input);
    const bytes = Uint8Array.from(Buffer.from(example.output.cbor, 'hex'));
    if (other) {
      const [, reason] = other;
      test(`is not read: ${name}: ${reason}`, () => {
        assert.equal(readSign1(bytes) ?? readSign(bytes), undefined);
      });
      continue;
    }
    const expected = !example.fail && !(name in NOT_READ);
    test(`${expected ? 'holds' : `does not hold (${NOT_READ[name] ?? 'it must not'})`}: ${name}`, () => {
      const holds = sign0 ? holdsAlone(bytes, sign0) : holdsWithAll(bytes, sign!.signers);
      assert.equal(holds, expected);
    });
  }

  test('each exception is one that would hold, and is there', () => {
    for (const name of Object.keys(NOT_READ)) assert.notEqual(examples.get(name)?.fail ?? false, true, name);
    assert.ok(Object.keys(NOT_READ).every((name) => examples.has(name)));
    assert.ok(examples.size > 50);
  });
});

/** Whether the signature of a COSE_Sign1 holds. */
function holdsAlone(bytes: Uint8Array, signer: Signer): boolean {
  const message = readSign1(bytes);
  if (!message) return false;
  const toSign = toBeSigned(message.protected, message.payload, externalOf(signer));
  return holds(message, toSign, signer.key);
}

/** Whether all signatures of a COSE_Sign hold. */
function holdsWithAll(bytes: Uint8Array, signers: readonly Signer[]): boolean {
  const message = readSign(bytes);
  if (!message || message.signatures.length !== signers.length) return false;
  return message.signatures.every((each, i) => {
    const signer = signers[i]!;
    const external = externalOf(signer);
    const toSign = toBeSignedBy(each.protected, message.payload, { body: message.protected, external });
    return holds(each, toSign, signer.key);
  });
}

interface Signed {
  readonly protected: Uint8Array;
  readonly unprotected: CborMap;
  readonly signature: Uint8Array;
}

function holds(
  { protected: header, unprotected, signature }: Signed,
  message: Uint8Array,
  key: Key,
): boolean {
  const alg = headersOf(header)?.get(HEADER.alg) ?? unprotected.get(HEADER.alg);
  const suite = typeof alg === 'number' ? suiteOf(alg) : undefined;
  const publicKey = pointOf(key);
  return suite !== undefined && publicKey !== undefined && verify({ suite, publicKey, message, signature });
}

function pointOf({ crv, x, y, x_hex, y_hex }: Key): Uint8Array | undefined {
  const [first, last] = [coordinate(x, x_hex), coordinate(y, y_hex)];
  if (crv !== 'P-256' || !first || !last) return undefined;
  return Uint8Array.of(2 | (last[31]! & 1), ...first);
}

function coordinate(text?: string, hex?: string): Buffer | undefined {
  if (hex !== undefined) return Buffer.from(hex, 'hex');
  return text === undefined ? undefined : Buffer.from(text, 'base64url');
}

function externalOf({ external = '' }: Signer): Uint8Array {
  return Uint8Array.from(Buffer.from(external, 'hex'));
}
