import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { bindingProof, fetchingProof } from '../api/passes/phone-proofs.ts';
import type { fetchPasses, Phone } from '../api/passes/phones.ts';
import type { Part } from '../api/route.ts';
import { showing } from '../credential/show.ts';
import { epochAt } from '../credential/trust/epochs.ts';
import { USUAL_PARAMETERS } from '../credential/trust/parameters.ts';
import { type Instant, printInstant } from '../domain/time.ts';
import type { SignedIn } from './people-service.ts';

/** A key that never leaves a phone. */
export interface PhoneKey {
  /** A compressed point, base64url. */
  readonly publicKey: string;
  /** ES256: r and s. */
  readonly sign: (message: Uint8Array | string) => Buffer;
}

/** What a phone may ask otherwise than it usually does. */
export interface Asking {
  readonly epochs?: readonly number[];
  readonly companions?: readonly string[];
  readonly askedAt?: string;
}

/** A phone of a test: it makes its keys, fetches passes, and shows them without the service. */
export interface TestPhone {
  readonly key: PhoneKey;
  /** Binds it to the code of somebody who has signed in lately. */
  readonly bind: (person: SignedIn, name?: string) => Promise<Phone>;
  /** What it sends to fetch passes at an instant. */
  readonly askFor: (now: Instant, asking?: Asking) => Part<typeof fetchPasses, 'body'>;
  /** Fetches passes for this epoch and the four to come, or those that are asked. */
  readonly fetch: (person: SignedIn, now: Instant, asking?: Asking) => Promise<Response>;
  /** Keeps what it has fetched. */
  readonly keep: (fetched: Part<typeof fetchPasses, 'reply'>) => void;
  /** The text that it shows at an instant, by its own clock; `passAt` names another pass to show. */
  readonly show: (now: Instant, passAt?: Instant) => string;
  /** The signed pass of the epoch of an instant. */
  readonly passAt: (instant: Instant) => Uint8Array;
}

/** Makes a key on P-256. */
export function makePhoneKey(): PhoneKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: compressed(publicKey).toString('base64url'),
    sign: (message) => sign('sha256', Buffer.from(message), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  };
}

function compressed(key: KeyObject): Buffer {
  const { x, y } = key.export({ format: 'jwk' });
  const isOdd = Buffer.from(y!, 'base64url').at(-1)! & 1;
  return Buffer.concat([Buffer.of(2 + isOdd), Buffer.from(x!, 'base64url')]);
}

/** The text that a phone with a key shows of a signed pass. */
export function showBy(key: PhoneKey, pass: Uint8Array, now: Instant): string {
  const { message, finish } = showing(pass, now);
  return finish(key.sign(message));
}

export function testPhone(): TestPhone {
  const key = makePhoneKey();
  const keys = new Map<number, PhoneKey>();
  const passes = new Map<number, Uint8Array>();
  let phoneId = '';
  const keyOf = (epoch: number) => {
    const known = keys.get(epoch) ?? makePhoneKey();
    keys.set(epoch, known);
    return known;
  };
  const askFor: TestPhone['askFor'] = (
    now,
    { epochs, companions = [], askedAt = printInstant(now) } = {},
  ) => {
    const wanted = epochs ?? [0, 1, 2, 3, 4].map((ahead) => epochAt(now, USUAL_PARAMETERS) + ahead);
    const asked = wanted.map((epoch) => ({ epoch, publicKey: keyOf(epoch).publicKey }));
    const texts = asked.map(({ publicKey }) => publicKey);
    const proof = key.sign(fetchingProof(phoneId, askedAt, texts, companions)).toString('base64url');
    return { keys: asked, companions: [...companions], askedAt, proof };
  };
  const keep: TestPhone['keep'] = (fetched) => {
    for (const { epoch, pass } of fetched.passes) passes.set(epoch, Buffer.from(pass, 'base64url'));
  };
  const passAt = (instant: Instant) => {
    const pass = passes.get(epochAt(instant, USUAL_PARAMETERS));
    if (!pass) throw new Error('the phone has fetched no pass for this epoch');
    return pass;
  };
  return {
    ...{ key, askFor, keep, passAt },
    bind: async (person, name = 'A phone') => {
      const proof = key.sign(bindingProof(key.publicKey)).toString('base64url');
      const response = await person.send('POST', '/me/phones', { publicKey: key.publicKey, name, proof });
      const phone = (await response.json()) as Phone;
      if (response.status !== 201) throw new Error(JSON.stringify(phone));
      phoneId = phone.phoneId;
      return phone;
    },
    fetch: async (person, now, asking) => {
      const response = await person.send('POST', `/me/phones/${phoneId}/passes`, askFor(now, asking));
      if (response.ok) keep((await response.clone().json()) as Part<typeof fetchPasses, 'reply'>);
      return response;
    },
    show: (now, at = now) => showBy(keyOf(epochAt(at, USUAL_PARAMETERS)), passAt(at), now),
  };
}
