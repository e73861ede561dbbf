import type { Instant } from '../../domain/time.ts';
import { decodeCbor } from '../cbor/decode.ts';
import { encodeCbor } from '../cbor/encode.ts';
import { isArray, isBytes, isCount } from '../cbor/value.ts';
import { parseSign } from '../cose/sign.ts';
import type { Verify } from '../suites.ts';
import type { KeyListContent } from './key-list-content.ts';
import type { Keys, KnownKey } from './keys.ts';
import { isSameBytes, isSignedBy } from './many-signed.ts';

/** A rule package as the province puts it in force (S1). Times are whole seconds. */
export interface RuleBundleContent {
  /** The id of the package. */
  readonly id: string;
  /** The number under which it is put in force; each has a higher one than the one before. */
  readonly number: number;
  /** It decides from then on; 0 stands for since ever. */
  readonly inForceFrom: Instant;
  /** When it was signed. Signed again, with other keys, it has a later one. */
  readonly issuedAt: Instant;
  /** The exact bytes of the JSON of the package. */
  readonly rules: Uint8Array;
}

/** A rule bundle that was accepted. */
export interface RuleBundle extends RuleBundleContent {
  readonly bytes: Uint8Array;
}

/**
 * Why a rule bundle is not accepted.
 *
 * - `unreadable`: not the one encoding of a rule bundle.
 * - `not-signed`: too few rules keys of the province have signed it that counted when it was issued.
 * - `rolled-back`: older than the one held.
 * - `other-content`: other rules under the number of the one held.
 */
export type RuleBundleRefusal = 'unreadable' | 'not-signed' | 'rolled-back' | 'other-content';

/** The keys of a list, so far as they decide about a bundle. */
export type RuleKeys = Pick<KeyListContent, 'keys' | 'province'> & Pick<Keys, 'parameters'>;

const FORMAT = 1;
const MOST_SECONDS = 2 ** 40;
const LONGEST_ID = 100;

/** The payload of a rule bundle: an array of the format (1), the id, the number, in force from, issued at, and the package. */
export function encodeRuleBundle(bundle: RuleBundleContent): Uint8Array {
  const { id, number, inForceFrom, issuedAt, rules } = bundle;
  const payload = encodeCbor([FORMAT, id, number, inForceFrom / 1_000, issuedAt / 1_000, rules]);
  if (!decodeRuleBundle(payload)) throw new RangeError('no rule bundle is like this');
  return payload;
}

/** Reads what `encodeRuleBundle` writes; undefined for anything else. */
export function decodeRuleBundle(payload: Uint8Array): RuleBundleContent | undefined {
  const items = decodeCbor(payload);
  if (!isArray(items) || items.length !== 6 || items[0] !== FORMAT) return undefined;
  const [, id, number, inForceFrom, issuedAt, rules] = items;
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID || !isBytes(rules)) return undefined;
  if (!isCount(number, 0xffff_ffff) || number < 1) return undefined;
  if (!isCount(inForceFrom, MOST_SECONDS) || !isCount(issuedAt, MOST_SECONDS)) return undefined;
  return { id, number, inForceFrom: inForceFrom * 1_000, issuedAt: issuedAt * 1_000, rules };
}

/**
 * Accepts a rule bundle by the keys of a list; `held` is the one in force so far, if any. Rules keys that were revoked
 * never count, and others as long as they stand in the list, for what was issued while they were in force.
 */
export function acceptRuleBundle(
  held: RuleBundle | undefined,
  bytes: Uint8Array,
  { keys, province, parameters }: RuleKeys,
  verify: Verify,
): RuleBundle | { readonly refused: RuleBundleRefusal } {
  const message = parseSign(bytes);
  const content = message && decodeRuleBundle(message.payload);
  if (!content) return { refused: 'unreadable' };
  const counting = keys.filter((key) => key.province === province && mayRule(key, content.issuedAt));
  if (!isSignedBy({ threshold: parameters.rulesThreshold, keys: counting }, message, verify))
    return { refused: 'not-signed' };
  if (held) {
    if (content.number < held.number) return { refused: 'rolled-back' };
    if (content.number === held.number && content.issuedAt < held.issuedAt) return { refused: 'rolled-back' };
    if (content.number === held.number && !isSameRules(content, held)) return { refused: 'other-content' };
  }
  return { ...content, bytes };
}

function mayRule({ use, notBefore, notAfter, revokedAt }: KnownKey, issuedAt: Instant): boolean {
  return use === 'rules' && revokedAt === undefined && notBefore <= issuedAt && issuedAt < notAfter;
}

function isSameRules(one: RuleBundleContent, other: RuleBundleContent): boolean {
  return one.id === other.id && one.inForceFrom === other.inForceFrom && isSameBytes(one.rules, other.rules);
}
