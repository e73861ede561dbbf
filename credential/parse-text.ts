import type { Instant } from '../domain/time.ts';
import { decodeBase45 } from './base45.ts';
import { cborFault, decodeCbor } from './cbor/decode.ts';
import { isBytes, isCount, isMap } from './cbor/value.ts';
import { CLAIM } from './claims.ts';
import { parseSign1, type Sign1 } from './cose/sign1.ts';
import type { Pass } from './pass.ts';
import { decodePass } from './passes.ts';
import { type Refusal, refused } from './refusals.ts';
import { TEXT_PREFIX } from './show.ts';
import { ALGORITHMS } from './suites.ts';

/** What stands in a text, before anything of it is believed. */
export interface ParsedText {
  readonly kind: 'parsed';
  readonly pass: Pass;
  /** What the issuer signed, and the name of the key. */
  readonly issued: Sign1;
  readonly kid: Uint8Array;
  /** What the phone signed around it. */
  readonly shown: Shown | undefined;
}

interface Shown {
  readonly by: Sign1;
  readonly at: Instant;
}

/** The longest text that could be one of ours; more is not looked at. */
const LONGEST_TEXT = 2_000;

/** Takes a text apart. A text that differs in anything from the one way to write a pass is refused. */
export function parseText(text: string): ParsedText | Refusal {
  if (!text.startsWith(TEXT_PREFIX) || text.length > LONGEST_TEXT) return refused('unreadable');
  const bytes = decodeBase45(text.slice(TEXT_PREFIX.length));
  if (!bytes) return refused('unreadable');
  const outer = parseSign1(bytes);
  if (!outer) return notRead(bytes);
  // A phone names no key: what it shows names one.
  return outer.kid ? parseIssued(outer, undefined) : parseShown(outer);
}

function parseShown(outer: Sign1): ParsedText | Refusal {
  const claims = decodeCbor(outer.payload);
  if (!isMap(claims)) return notRead(outer.payload);
  const shownAt = claims.get(CLAIM.issued);
  const inside = claims.get(CLAIM.ours);
  const isShowing = claims.size === 2 && isCount(shownAt) && isBytes(inside);
  if (!isShowing || outer.alg !== ALGORITHMS.ES256 || outer.type !== undefined) return refused('unreadable');
  const inner = parseSign1(inside);
  if (!inner) return notRead(inside);
  return parseIssued(inner, { by: outer, at: shownAt * 1_000 });
}

function parseIssued(issued: Sign1, shown: Shown | undefined): ParsedText | Refusal {
  const { kid } = issued;
  if (!kid || issued.type !== undefined) return refused('unreadable');
  const pass = decodePass(issued.payload);
  return pass ? { kind: 'parsed', pass, issued, kid, shown } : notRead(issued.payload);
}

/** Why bytes are not read: written in another way than ours, or not one of ours. */
function notRead(bytes: Uint8Array): Refusal {
  return refused(cborFault(bytes) === 'not-deterministic' ? 'not-canonical' : 'unreadable');
}
