import { protectedHeader } from '../../credential/cose/headers.ts';
import { signed1, toBeSigned } from '../../credential/cose/sign1.ts';
import { FORMS, type Form, type Pass } from '../../credential/pass.ts';
import { encodePass } from '../../credential/passes.ts';
import { openText } from '../../credential/read.ts';
import { passText, showing } from '../../credential/show.ts';
import { type SignatureCheck, SUITES, type Suite } from '../../credential/suites.ts';
import { endOfEpoch, epochAt } from '../../credential/trust/epochs.ts';
import type { Keys } from '../../credential/trust/keys.ts';
import { USUAL_PARAMETERS } from '../../credential/trust/parameters.ts';
import { DAY_MS, NEVER, parseInstant } from '../../domain/time.ts';
import { kidOf, makeKeyPair, type Sign, signWith } from '../../signer/keys/key-pair.ts';

export const NOW = parseInstant('2021-03-01T10:00:00+08:00');
export const EPOCH = epochAt(NOW, USUAL_PARAMETERS);

/** So many phones that the key of none is remembered when it comes again. */
const PHONES = 4_500;
/** A form that no phone shows is read over and over: nothing of it is remembered but the key of the issuer. */
const ALIKE = 16;
const COMPANIONS = 5;

/** Somebody who signs passes. */
export interface Issuer {
  readonly suite: Suite;
  readonly kid: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly sign: Sign;
}

/** The texts of one form and suite, and the signatures that have to hold for each. */
export interface Texts {
  readonly form: Form;
  readonly suite: Suite;
  readonly texts: readonly string[];
  readonly checks: readonly (readonly SignatureCheck[])[];
}

export interface Prepared {
  readonly issuers: readonly Issuer[];
  readonly keys: Keys;
  readonly sets: readonly Texts[];
}

/** Texts of each form and suite, those of phones each by a phone of its own. */
export function prepare(): Prepared {
  const issuers = SUITES.map((suite) => {
    const pair = makeKeyPair(suite);
    return { suite, publicKey: pair.publicKey, kid: kidOf(pair), sign: signWith(pair) };
  });
  const keys = keysOf(issuers);
  const sets = issuers.flatMap((issuer) => FORMS.map((form) => textsOf(form, issuer, keys)));
  return { issuers, keys, sets };
}

/** A signed pass. */
export function issue(pass: Pass, { suite, kid, sign }: Issuer): Uint8Array {
  const header = protectedHeader(suite, kid);
  const payload = encodePass(pass);
  return signed1(header, payload, sign(toBeSigned(header, payload)));
}

/** A pass of a form, with the numbers of a whole province. */
export function passOf(form: Form, holderKey: Uint8Array): Pass {
  const member = { index: 65_012_345, hint: 0xabc };
  const issued = { issuedAt: NOW, rules: 12 };
  const bound = { ...issued, epoch: EPOCH, expiresAt: endOfEpoch(EPOCH, USUAL_PARAMETERS), holderKey };
  switch (form) {
    case 'online':
      return { form, ...issued, ...member, epoch: EPOCH, expiresAt: NOW + 60_000, colour: 'green' };
    case 'holder':
      return { form, ...bound, ...member };
    case 'group':
      return { form, ...bound, members: Array.from({ length: 1 + COMPANIONS }, () => member) };
    case 'paper':
      return { form, ...issued, ...member, expiresAt: NOW + 30 * DAY_MS, name: '张*三', birthYear: 1948 };
  }
}

function textsOf(form: Form, issuer: Issuer, keys: Keys): Texts {
  const isBound = form === 'holder' || form === 'group';
  const texts = Array.from({ length: isBound ? PHONES : ALIKE }, () => {
    const pair = makeKeyPair('ES256');
    const { publicKey } = pair;
    const sign = signWith(pair);
    const pass = issue(passOf(form, publicKey), issuer);
    if (!isBound) return passText(pass);
    const { message, finish } = showing(pass, NOW);
    return finish(sign(message));
  });
  const checks = texts.map((text) => {
    const opened = openText(text, keys, NOW);
    if (opened.kind === 'refused') throw new Error(opened.reason);
    return opened.checks;
  });
  return { form, suite: issuer.suite, texts, checks };
}

function keysOf(issuers: readonly Issuer[]): Keys {
  const nameOf = (kid: Uint8Array) => String.fromCharCode(...kid);
  const span = { notBefore: 0, notAfter: NEVER };
  const known = new Map(
    issuers.map(({ kid, suite, publicKey }) => [
      nameOf(kid),
      { kid, suite, publicKey, ...span, use: 'pass' as const, province: '33' },
    ]),
  );
  const find: Keys['find'] = (kid) => known.get(nameOf(kid));
  return { find, parameters: USUAL_PARAMETERS, province: '33', expiresAt: NEVER };
}
