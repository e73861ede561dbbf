import type { Instant } from '../../domain/time.ts';
import { decodeCbor } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { type CborValue, isArray, isBytes, isCount } from '../cbor/value.ts';
import { KID_BYTES, suiteOf } from '../cose/headers.ts';
import { ALGORITHMS, PUBLIC_KEY_BYTES } from '../suites.ts';
import { KEY_USES, type KnownKey } from './keys.ts';
import { isSameBytes, type Quorum, type Signatory } from './many-signed.ts';
import type { TrustParameters } from './parameters.ts';

/** The keys that sign key lists, kept offline, and how many of them have to. */
export type Root = Quorum;

/** What a key list says. Times are whole seconds. */
export interface KeyListContent {
  /** Two digits of the region code. */
  readonly province: string;
  /** Each list has a higher one than the list before. */
  readonly version: number;
  readonly issuedAt: Instant;
  /** From then on it is not believed any more: a list that is kept back shows. */
  readonly expiresAt: Instant;
  readonly root: Root;
  readonly parameters: TrustParameters;
  readonly keys: readonly KnownKey[];
}

/** The parameters in the order in which they stand in a list. */
const PARAMETERS = [
  'onlineSeconds',
  'showSeconds',
  'paperDays',
  'epochSeconds',
  'epochOffsetSeconds',
  'epochsAhead',
  'clockDriftSeconds',
  'statusStaleSeconds',
  'rulesThreshold',
] as const satisfies readonly (keyof TrustParameters)[];

const FORMAT = 1;
const PROVINCE = /^\d{2}$/;
/** More keys than anybody has, fewer than anybody could choke on. */
const MOST_KEYS = 1_000;
const MOST_SECONDS = 2 ** 40;
/** The end of a card is remembered for 90 days (`working`), and has to be for longer than its paper counts. */
const MOST_PAPER_DAYS = 60;

/**
 * The payload of a key list, deterministic CBOR: an array of the format (1), the province, the version, when it was issued
 * and expires, the root as threshold and keys, the parameters as numbers in their order, and the keys, each as kid, use
 * (its place in `KEY_USES`), algorithm, public key, notBefore, notAfter, revokedAt or null, and province.
 * Throws RangeError for a list that could not be read again.
 */
export function encodeKeyList(list: KeyListContent): Uint8Array {
  const { province, version, issuedAt, expiresAt, root, parameters, keys } = list;
  const payload = encodeCbor([
    ...[FORMAT, province, version, issuedAt / 1_000, expiresAt / 1_000],
    [root.threshold, root.keys.map(signatoryItem)],
    PARAMETERS.map((name) => parameters[name]),
    keys.map(keyItem),
  ]);
  if (!decodeKeyList(payload)) throw new RangeError('no key list is like this');
  return payload;
}

/** Reads what `encodeKeyList` writes; undefined for anything else. */
export function decodeKeyList(payload: Uint8Array): KeyListContent | undefined {
  const items = decodeCbor(payload);
  if (!isArray(items) || items.length !== 8 || items[0] !== FORMAT) return undefined;
  const [, province, version, issued, expires] = items;
  const root = rootOf(items[5]);
  const parameters = parametersOf(items[6]);
  const keys = listOf(items[7], keyOf);
  if (typeof province !== 'string' || !PROVINCE.test(province)) return undefined;
  if (!isCount(version) || version < 1 || !isSeconds(issued) || !isSeconds(expires)) return undefined;
  if (!(issued < expires) || !root || !parameters || !keys || !areApart([...root.keys, ...keys]))
    return undefined;
  return {
    ...{ province, version, root, parameters, keys },
    issuedAt: issued * 1_000,
    expiresAt: expires * 1_000,
  };
}

function signatoryItem({ kid, suite, publicKey }: Signatory): CborValue[] {
  return [kid, ALGORITHMS[suite], publicKey];
}

function keyItem({ kid, use, suite, publicKey, province, ...times }: KnownKey): CborValue[] {
  const { notBefore, notAfter, revokedAt } = times;
  const seconds = [notBefore / 1_000, notAfter / 1_000, revokedAt === undefined ? null : revokedAt / 1_000];
  return [kid, KEY_USES.indexOf(use), ALGORITHMS[suite], publicKey, ...seconds, province];
}

function rootOf(value: CborValue | undefined): Root | undefined {
  if (!isArray(value) || value.length !== 2) return undefined;
  const [threshold] = value;
  const keys = listOf(value[1], signatoryOf);
  if (!keys || !isCount(threshold, keys.length) || threshold < 1) return undefined;
  return { threshold, keys };
}

function signatoryOf(value: CborValue): Signatory | undefined {
  if (!isArray(value) || value.length !== 3) return undefined;
  const [kid, alg, publicKey] = value;
  const suite = typeof alg === 'number' ? suiteOf(alg) : undefined;
  if (!isBytes(kid) || kid.length !== KID_BYTES || !isPoint(publicKey) || !suite) return undefined;
  return { kid, suite, publicKey };
}

function keyOf(value: CborValue): KnownKey | undefined {
  if (!isArray(value) || value.length !== 8) return undefined;
  const [kid, number, alg, publicKey, notBefore, notAfter, revokedAt, province] = value;
  const signatory = signatoryOf([kid, alg, publicKey] as CborValue[]);
  const use = isCount(number) ? KEY_USES[number] : undefined;
  if (!signatory || !use || typeof province !== 'string' || !PROVINCE.test(province)) return undefined;
  if (!isSeconds(notBefore) || !isSeconds(notAfter) || !(notBefore < notAfter)) return undefined;
  if (revokedAt !== null && !isSeconds(revokedAt)) return undefined;
  return {
    ...{ ...signatory, use, province },
    notBefore: notBefore * 1_000,
    notAfter: notAfter * 1_000,
    ...(revokedAt !== null && { revokedAt: revokedAt * 1_000 }),
  };
}

function parametersOf(value: CborValue | undefined): TrustParameters | undefined {
  if (!isArray(value) || value.length !== PARAMETERS.length) return undefined;
  if (!value.every((each) => isCount(each, MOST_SECONDS))) return undefined;
  const named = PARAMETERS.map((name, i) => [name, value[i]]);
  const parameters = Object.fromEntries(named) as unknown as TrustParameters;
  const { epochSeconds, rulesThreshold, paperDays } = parameters;
  return epochSeconds > 0 && rulesThreshold > 0 && paperDays <= MOST_PAPER_DAYS ? parameters : undefined;
}

function listOf<T>(value: CborValue | undefined, read: (item: CborValue) => T | undefined): T[] | undefined {
  if (!isArray(value) || value.length > MOST_KEYS) return undefined;
  const items = value.map(read).filter((item) => item !== undefined);
  return items.length === value.length ? items : undefined;
}

/** No two keys have one name or are one: each has one use, and none of them signs lists. */
function areApart(keys: readonly Signatory[]): boolean {
  return keys.every((key, i) =>
    keys
      .slice(i + 1)
      .every((other) => !isSameBytes(key.kid, other.kid) && !isSameBytes(key.publicKey, other.publicKey)),
  );
}

function isPoint(value: CborValue | undefined): value is Uint8Array {
  return isBytes(value) && value.length === PUBLIC_KEY_BYTES && (value[0] === 2 || value[0] === 3);
}

function isSeconds(value: CborValue | undefined): value is number {
  return isCount(value, MOST_SECONDS);
}
