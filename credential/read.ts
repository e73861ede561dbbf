import type { Instant } from '../domain/time.ts';
import { toBeSigned } from './cose/sign1.ts';
import { type ParsedText, parseText } from './parse-text.ts';
import type { Pass } from './pass.ts';
import { type Refusal, refused } from './refusals.ts';
import { ALGORITHMS, type SignatureCheck, type Verify, type VerifyLater } from './suites.ts';
import { keyRefusal, passRefusal, showingRefusal } from './times.ts';
import { isInForce, type Keys, type KnownKey } from './trust/keys.ts';
import type { TrustParameters } from './trust/parameters.ts';

/** A text that counts at this instant, once all its signatures hold. */
export interface Opened {
  readonly kind: 'opened';
  readonly pass: Pass;
  /** Which key signed it. */
  readonly kid: Uint8Array;
  /** When a phone showed it. */
  readonly shownAt?: Instant;
  /** The signatures that have to hold: that of the issuer, then that of the phone. */
  readonly checks: readonly SignatureCheck[];
  /** What the province has set. */
  readonly parameters: TrustParameters;
}

/** Reads a text and verifies it. */
export function readText(text: string, keys: Keys, now: Instant, verify: Verify): Opened | Refusal {
  const opened = openText(text, keys, now);
  if (opened.kind === 'refused') return opened;
  return opened.checks.every(verify) ? opened : refused('bad-signature');
}

/** The same where a signature takes a while to verify. */
export async function readTextLater(
  text: string,
  keys: Keys,
  now: Instant,
  verify: VerifyLater,
): Promise<Opened | Refusal> {
  const opened = openText(text, keys, now);
  if (opened.kind === 'refused') return opened;
  // One after the other: whoever signs for themselves makes nobody work on the key of a phone.
  for (const check of opened.checks) {
    const held = verify(check);
    if (!(typeof held === 'boolean' ? held : await held)) return refused('bad-signature');
  }
  return opened;
}

/** Reads a text up to its signatures, of which it says which have to hold: until they do, nothing of it may be believed. */
export function openText(text: string, keys: Keys, now: Instant): Opened | Refusal {
  const parsed = parseText(text);
  if (parsed.kind === 'refused') return parsed;
  if (!isInForce(keys, now)) return refused('keys-old');
  const { pass, issued, kid, shown } = parsed;
  const key = keys.find(kid);
  if (!key) return refused('unknown-key');
  const { parameters } = keys;
  const refusal =
    mayNotSign(key, issued.alg, keys.province) ??
    keyRefusal(key, pass, now, parameters) ??
    passRefusal(pass, now, parameters) ??
    (isBound(pass) === (shown !== undefined) ? undefined : refused(shown ? 'unreadable' : 'not-shown')) ??
    (shown && showingRefusal(shown.at, now, parameters));
  if (refusal) return refusal;
  const checks = checksOf(parsed, key);
  if (!shown) return { kind: 'opened', pass, kid, checks, parameters };
  return { kind: 'opened', pass, kid, shownAt: shown.at, checks, parameters };
}

/** Keys are named by the text; what a key may do, only the list says. */
function mayNotSign(key: KnownKey, alg: number, province: string): Refusal | undefined {
  if (key.province !== province || key.use === 'province') return refused('other-province');
  if (key.use !== 'pass') return refused('wrong-use');
  return ALGORITHMS[key.suite] === alg ? undefined : refused('wrong-suite');
}

/** Whether a pass says nothing unless a phone shows it. */
function isBound(pass: Pass): pass is Pass & { readonly holderKey: Uint8Array } {
  return pass.form === 'holder' || pass.form === 'group';
}

function checksOf({ pass, issued, shown }: ParsedText, { suite, publicKey }: KnownKey): SignatureCheck[] {
  const { payload, signature } = issued;
  const issuers = { suite, publicKey, message: toBeSigned(issued.protected, payload), signature };
  if (!shown || !isBound(pass)) return [issuers];
  const { by } = shown;
  const message = toBeSigned(by.protected, by.payload);
  return [issuers, { suite: 'ES256', publicKey: pass.holderKey, message, signature: by.signature }];
}
