import { createECDH, createHash } from 'node:crypto';
import { protectedHeader } from '../credential/cose/headers.ts';
import { signed1, toBeSigned } from '../credential/cose/sign1.ts';
import type { Pass } from '../credential/pass.ts';
import { encodePass } from '../credential/passes.ts';
import { passText, showing } from '../credential/show.ts';
import type { Suite } from '../credential/suites.ts';
import type { Keys, KeyUse, KnownKey } from '../credential/trust/keys.ts';
import { type TrustParameters, USUAL_PARAMETERS } from '../credential/trust/parameters.ts';
import { type Instant, NEVER } from '../domain/time.ts';
import { kidOf, signWith } from '../signer/keys/key-pair.ts';

/** A pair of keys that signs messages. */
export interface SigningKey {
  readonly suite: Suite;
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** Somebody who signs what a gate reads. */
export interface Issuer extends SigningKey {
  readonly known: KnownKey;
  /** A tagged COSE_Sign1. */
  readonly issue: (payload: Uint8Array, type?: string) => Uint8Array;
  /** A signed pass. */
  readonly issuePass: (pass: Pass) => Uint8Array;
}

/** A key out of a word, so that tests say the same each time. */
export function namedKey(name: string, suite: Suite = 'ES256'): SigningKey {
  const privateKey = createHash('sha256').update(name).digest();
  const made = createECDH(suite === 'SM2' ? 'SM2' : 'prime256v1');
  made.setPrivateKey(privateKey);
  const publicKey = Uint8Array.from(made.getPublicKey(null, 'compressed'));
  const sign = signWith({ suite, publicKey, privateKey });
  return { suite, publicKey, sign: (message) => Uint8Array.from(sign(message)) };
}

/** A key for one use; all else as `changes` say. */
export function makeIssuer(key: SigningKey, use: KeyUse = 'pass', changes: Partial<KnownKey> = {}): Issuer {
  const { suite, publicKey } = key;
  const kid = Uint8Array.from(kidOf(key));
  const span = { notBefore: 0, notAfter: NEVER };
  const known: KnownKey = { kid, use, suite, publicKey, ...span, province: '33', ...changes };
  const issue = (payload: Uint8Array, type?: string) => {
    const header = protectedHeader(suite, known.kid, type);
    return signed1(header, payload, key.sign(toBeSigned(header, payload)));
  };
  return { ...key, known, issue, issuePass: (pass) => issue(encodePass(pass)) };
}

/** What a reader knows who trusts these. */
export function keysOf(issuers: readonly Issuer[], parameters: Partial<TrustParameters> = {}): Keys {
  const byName = new Map(issuers.map(({ known }) => [Buffer.from(known.kid).toString('hex'), known]));
  return {
    find: (kid) => byName.get(Buffer.from(kid).toString('hex')),
    parameters: { ...USUAL_PARAMETERS, ...parameters },
    province: '33',
    expiresAt: NEVER,
  };
}

/** The text that a phone shows. */
export function shownBy(phone: SigningKey, pass: Uint8Array, shownAt: Instant): string {
  const { message, finish } = showing(pass, shownAt);
  return finish(phone.sign(message));
}

/** The text of a signed pass, shown by the phone that it is bound to, if it is. */
export function textOf(pass: Pass, issuer: Issuer, phone: SigningKey, shownAt: Instant): string {
  const signed = issuer.issuePass(pass);
  return 'holderKey' in pass ? shownBy(phone, signed, shownAt) : passText(signed);
}
