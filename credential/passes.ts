import type { Colour } from '../domain/colour.ts';
import { decodeCbor } from './cbor/decode.ts';
import { encodeCbor } from './cbor/encode.ts';
import { type CborKey, type CborValue, isMap } from './cbor/value.ts';
import { CLAIM, COLOURS_BY_NUMBER, FORM_NUMBER, KEY } from './claims.ts';
import { passOf } from './parse-pass.ts';
import type { GroupPass, HolderPass, Pass } from './pass.ts';

/** The claims of a pass, what the issuer signs. Throws RangeError for one that could not be read again. */
export function encodePass(pass: Pass): Uint8Array {
  const claims = new Map<CborKey, CborValue>([
    [CLAIM.expires, pass.expiresAt / 1_000],
    [CLAIM.issued, pass.issuedAt / 1_000],
    [CLAIM.ours, fieldsOf(pass)],
  ]);
  if ('holderKey' in pass) claims.set(CLAIM.confirmation, confirmationOf(pass.holderKey));
  if (!passOf(claims)) throw new RangeError('no pass is like this');
  return encodeCbor(claims);
}

/** Reads what `encodePass` writes; undefined for anything else. */
export function decodePass(payload: Uint8Array): Pass | undefined {
  const claims = decodeCbor(payload);
  return isMap(claims) ? passOf(claims) : undefined;
}

function fieldsOf(pass: Pass): CborValue[] {
  const form = FORM_NUMBER[pass.form];
  switch (pass.form) {
    case 'online':
      return [form, pass.epoch, pass.index, pass.rules, pass.hint, numberOf(pass.colour)];
    case 'holder':
      return [form, pass.epoch, pass.index, pass.rules, pass.hint, ...markOf(pass)];
    case 'group':
      return [form, pass.epoch, pass.rules, membersOf(pass), ...markOf(pass)];
    case 'paper':
      return [form, pass.index, pass.rules, pass.hint, pass.name, pass.birthYear];
  }
}

function membersOf({ members }: GroupPass): CborValue[] {
  return members.flatMap(({ index, hint }) => [index, hint]);
}

/** Nothing, where lists of any age will do. */
function markOf({ needsNewerLists }: HolderPass | GroupPass): CborValue[] {
  return needsNewerLists ? [true] : [];
}

function numberOf(colour: Colour): number {
  return COLOURS_BY_NUMBER.indexOf(colour);
}

/** A compressed point as a key of COSE, inside a confirmation (RFC 8747 3.2). */
function confirmationOf(point: Uint8Array): CborValue {
  const key = new Map<CborKey, CborValue>([
    [KEY.kind, KEY.ec2],
    [KEY.curve, KEY.p256],
    [KEY.x, point.slice(1)],
    [KEY.y, point[0] === KEY.odd],
  ]);
  return new Map([[KEY.inConfirmation, key]]);
}
