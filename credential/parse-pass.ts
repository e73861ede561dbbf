import { encodeUtf8 } from './cbor/utf8.ts';
import { type CborMap, type CborValue, isArray, isBytes, isCount, isMap } from './cbor/value.ts';
import { CLAIM, COLOURS_BY_NUMBER, FORM_NUMBER, KEY } from './claims.ts';
import { FORMS, type Form, type HolderPass, type Member, MOST_COMPANIONS, type Pass } from './pass.ts';
import { PUBLIC_KEY_BYTES } from './suites.ts';

/** Epochs, indexes and numbers of rules fit into four bytes, so that the size of a picture is bounded. */
const MOST = 0xffff_ffff;
const MOST_HINT = 0xfff;
/** In UTF-8: 40 Chinese characters. */
export const LONGEST_NAME_BYTES = 120;
const EARLIEST_BIRTH = 1850;
const LATEST_BIRTH = 2200;
/** 31 December 9999, the last day that RFC 3339 can name. */
const LATEST_SECONDS = 253_402_300_799;

/** The pass that claims are; undefined when they lack something, or hold anything else. */
export function passOf(claims: CborMap): Pass | undefined {
  const expires = claims.get(CLAIM.expires);
  const issued = claims.get(CLAIM.issued);
  const fields = claims.get(CLAIM.ours);
  if (!isCount(expires, LATEST_SECONDS) || !isCount(issued) || issued >= expires || !isArray(fields))
    return undefined;
  const form = FORMS.find((each) => FORM_NUMBER[each] === fields[0]);
  const confirmation = claims.get(CLAIM.confirmation);
  if (!form || claims.size !== (confirmation === undefined ? 3 : 4)) return undefined;
  const times = { issuedAt: issued * 1_000, expiresAt: expires * 1_000 };
  return PARSERS[form]({ times, fields, confirmation });
}

interface Parts {
  readonly times: { readonly issuedAt: number; readonly expiresAt: number };
  readonly fields: readonly CborValue[];
  readonly confirmation: CborValue | undefined;
}

const PARSERS: Readonly<Record<Form, (parts: Parts) => Pass | undefined>> = {
  online: ({ times, fields, confirmation }) => {
    const [, epoch, index, rules, hint, number] = fields;
    const member = memberOf(index, hint);
    const colour = isCount(number) ? COLOURS_BY_NUMBER[number] : undefined;
    if (fields.length !== 6 || confirmation !== undefined) return undefined;
    if (!isCount(epoch, MOST) || !isCount(rules, MOST) || !member || !colour) return undefined;
    return { form: 'online', ...times, epoch, ...member, rules, colour };
  },
  holder: ({ times, fields, confirmation }) => {
    const [, epoch, index, rules, hint] = fields;
    const member = memberOf(index, hint);
    const bound = boundOf(confirmation, fields.slice(5));
    if (fields.length < 5 || !isCount(epoch, MOST) || !isCount(rules, MOST)) return undefined;
    return member && bound && { form: 'holder', ...times, epoch, ...member, rules, ...bound };
  },
  group: ({ times, fields, confirmation }) => {
    const [, epoch, rules, list] = fields;
    const members = isArray(list) ? membersOf(list) : undefined;
    const bound = boundOf(confirmation, fields.slice(4));
    if (fields.length < 4 || !isCount(epoch, MOST) || !isCount(rules, MOST)) return undefined;
    return members && bound && { form: 'group', ...times, epoch, rules, members, ...bound };
  },
  paper: ({ times, fields, confirmation }) => {
    const [, index, rules, hint, name, birthYear] = fields;
    const member = memberOf(index, hint);
    if (fields.length !== 6 || confirmation !== undefined || !isCount(rules, MOST)) return undefined;
    if (!isName(name) || !isCount(birthYear, LATEST_BIRTH) || birthYear < EARLIEST_BIRTH) return undefined;
    return member && { form: 'paper', ...times, ...member, rules, name, birthYear };
  },
};

function memberOf(index: CborValue | undefined, hint: CborValue | undefined): Member | undefined {
  return isCount(index, MOST) && isCount(hint, MOST_HINT) ? { index, hint } : undefined;
}

/** Indexes and hints in turn: the holder, and at least one companion. */
function membersOf(list: readonly CborValue[]): readonly Member[] | undefined {
  const members: Member[] = [];
  for (let at = 0; at < list.length; at += 2) {
    const member = memberOf(list[at], list[at + 1]);
    if (!member) return undefined;
    members.push(member);
  }
  return members.length > 1 && members.length <= 1 + MOST_COMPANIONS ? members : undefined;
}

function isName(value: CborValue | undefined): value is string {
  return typeof value === 'string' && value !== '' && encodeUtf8(value).length <= LONGEST_NAME_BYTES;
}

/** What a phone adds: its key, and the mark that only lists will do that are as new; `rest` is all after the other fields. */
function boundOf(
  confirmation: CborValue | undefined,
  rest: readonly CborValue[],
): Pick<HolderPass, 'holderKey' | 'needsNewerLists'> | undefined {
  const holderKey = holderKeyOf(confirmation);
  if (!holderKey || rest.length > 1 || (rest.length === 1 && rest[0] !== true)) return undefined;
  return rest.length === 1 ? { holderKey, needsNewerLists: true } : { holderKey };
}

/** The compressed point in a confirmation. Whether there is such a point, who verifies finds out. */
function holderKeyOf(confirmation: CborValue | undefined): Uint8Array | undefined {
  const key = isMap(confirmation) && confirmation.size === 1 && confirmation.get(KEY.inConfirmation);
  if (!key || !isMap(key) || key.size !== 4) return undefined;
  const x = key.get(KEY.x);
  const y = key.get(KEY.y);
  const isOurs = key.get(KEY.kind) === KEY.ec2 && key.get(KEY.curve) === KEY.p256;
  if (!isOurs || !isBytes(x) || x.length !== PUBLIC_KEY_BYTES - 1 || typeof y !== 'boolean') return undefined;
  const point = new Uint8Array(PUBLIC_KEY_BYTES);
  point[0] = y ? KEY.odd : KEY.even;
  point.set(x, 1);
  return point;
}
