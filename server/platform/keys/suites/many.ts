import { type Cipher, createCipheriv, type KeyObject, randomFillSync } from 'node:crypto';
import { deriveKey } from './sealing.ts';
import type { SuiteName } from './suite.ts';

/**
 * Many short texts under one key, in one go: AES-256 or SM4 in CCM (NIST SP 800-38C, RFC 8998), each text by itself, with
 * a nonce of 13 bytes, a tag of 16 and a context of 16. A call of the cipher costs as much as a kilobyte that it works on,
 * so the blocks of all texts go through it together.
 *
 * A sealed text is `nonce (13) ‖ ciphertext ‖ tag (16)`, and its length a multiple of 16 besides the nonce.
 */
export const MANY_NONCE_BYTES = 13;
const BLOCK = 16;
const WORDS = 4;
/** 64 (there is a context), 7 × 8 (the tag has 16 bytes), 1 (a length has two bytes). */
const FLAGS_MAC = 0x79;
const FLAGS_COUNTER = 0x01;

/** Where the parts of some texts lie in bytes. */
export interface Places {
  readonly count: number;
  /** Of each text: where its nonce begins, where its blocks begin, and how many these are, without the tag. */
  readonly nonceAt: Int32Array;
  readonly at: Int32Array;
  readonly blocks: Int32Array;
  /** Where its context of 16 bytes begins. */
  readonly contextAt: Int32Array;
}

/** Makes the keys of a purpose ready for many texts. */
export function manyKey(suite: SuiteName, secret: KeyObject): Cipher {
  // Each use has a key of its own, derived from the secret.
  const [name, hash, bytes] =
    suite === 'sm4-sm3' ? (['sm4-ecb', 'sm3', 16] as const) : (['aes-256-ecb', 'sha256', 32] as const);
  return createCipheriv(name, deriveKey(hash, secret, `many ${suite}`, bytes), null).setAutoPadding(false);
}

/** Opened texts, one after the other; of one that is not what was sealed in its context, `at` is −1. */
export interface Opened {
  readonly bytes: Uint8Array;
  readonly at: Int32Array;
}

/** Opens many texts that lie in `bytes`. */
export function openMany(cipher: Cipher, bytes: Uint8Array, places: Places): Opened {
  const { starts, total } = layOut(places);
  // The stream has one block more for each text, with which its tag is masked.
  const words = keystream(cipher, bytes, places, starts, total);
  const view = viewOf(bytes);
  for (let i = 0; i < places.count; i++) {
    let from = places.at[i]!;
    const start = starts[i]! * WORDS;
    const until = start + (places.blocks[i]! + 1) * WORDS;
    for (let word = start; word < until; word++, from += WORDS) words[word]! ^= view.getInt32(from, true);
  }
  const macs = authenticate(cipher, bytes, places, words, starts);
  const at = new Int32Array(places.count);
  for (let i = 0; i < places.count; i++) {
    const tagAt = (starts[i]! + places.blocks[i]!) * WORDS;
    let difference = 0;
    for (let j = 0; j < WORDS; j++) difference |= words[tagAt + j]! ^ macs[i * WORDS + j]!;
    at[i] = difference === 0 ? starts[i]! * BLOCK : -1;
  }
  return { bytes: new Uint8Array(words.buffer, words.byteOffset, words.byteLength), at };
}

/** Seals texts, each of a length that is a multiple of 16, into their contexts of 16 bytes. */
export function sealMany(
  cipher: Cipher,
  texts: readonly Uint8Array[],
  contexts: readonly Uint8Array[],
): Buffer[] {
  const bytes = Buffer.concat([...contexts, randomFillSync(Buffer.alloc(texts.length * MANY_NONCE_BYTES))]);
  const places: Places = {
    count: texts.length,
    contextAt: Int32Array.from(texts, (_, i) => i * BLOCK),
    nonceAt: Int32Array.from(texts, (_, i) => contexts.length * BLOCK + i * MANY_NONCE_BYTES),
    at: new Int32Array(texts.length),
    blocks: Int32Array.from(texts, ({ length }) => length / BLOCK),
  };
  const { starts, total } = layOut(places);
  const all = new Uint8Array(total * BLOCK);
  for (const [i, text] of texts.entries()) all.set(text, starts[i]! * BLOCK);
  const words = wordsOf(all);
  const macs = authenticate(cipher, bytes, places, words, starts);
  for (let i = 0; i < places.count; i++)
    words.set(macs.subarray(i * WORDS, (i + 1) * WORDS), (starts[i]! + places.blocks[i]!) * WORDS);
  const stream = keystream(cipher, bytes, places, starts, total);
  for (let i = 0; i < words.length; i++) words[i]! ^= stream[i]!;
  return texts.map((_, i) => {
    const nonceAt = places.nonceAt[i]!;
    const from = starts[i]! * BLOCK;
    const until = from + (places.blocks[i]! + 1) * BLOCK;
    return Buffer.concat([bytes.subarray(nonceAt, nonceAt + MANY_NONCE_BYTES), all.subarray(from, until)]);
  });
}

/** In which block each text begins, when there is one block more behind each, for its tag. */
function layOut({ count, blocks }: Places): { readonly starts: Int32Array; readonly total: number } {
  const starts = new Int32Array(count);
  let total = 0;
  for (let i = 0; i < count; i++) {
    starts[i] = total;
    total += blocks[i]! + 1;
  }
  return { starts, total };
}

/** What texts and their tags are masked with: counters 1, 2, 3 … and for the tag 0. */
function keystream(
  cipher: Cipher,
  bytes: Uint8Array,
  { count, nonceAt, blocks }: Places,
  starts: Int32Array,
  total: number,
): Int32Array {
  const counters = new Int32Array(total * WORDS);
  const view = viewOf(bytes);
  for (let i = 0; i < count; i++) {
    const nonce = nonceAt[i]!;
    const first = (view.getInt32(nonce, true) << 8) | FLAGS_COUNTER;
    const second = view.getInt32(nonce + 3, true);
    const third = view.getInt32(nonce + 7, true);
    const fourth = view.getUint16(nonce + 11, true);
    const last = blocks[i]!;
    for (let block = 0; block <= last; block++) {
      const at = (starts[i]! + block) * WORDS;
      const counter = block === last ? 0 : block + 1;
      counters[at] = first;
      counters[at + 1] = second;
      counters[at + 2] = third;
      counters[at + 3] = fourth | ((counter >> 8) << 16) | (counter << 24);
    }
  }
  return wordsOf(cipher.update(new Uint8Array(counters.buffer)));
}

/** Little-endian everywhere, as are the machines on which Node runs. */
function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** CBC-MAC of every text, a block of each at a time. */
function authenticate(
  cipher: Cipher,
  bytes: Uint8Array,
  places: Places,
  words: Int32Array,
  starts: Int32Array,
): Int32Array {
  const { count, blocks } = places;
  let macs = wordsOf(beginnings(cipher, bytes, places));
  const most = blocks.reduce((longest, own) => Math.max(longest, own), 0);
  // Whoever has more blocks stays longer.
  const open = Int32Array.from({ length: count }, (_, i) => i);
  let left = count;
  for (let block = 0; block < most; block++) {
    let kept = 0;
    for (let k = 0; k < left; k++) if (blocks[open[k]!]! > block) open[kept++] = open[k]!;
    left = kept;
    const round = new Int32Array(left * WORDS);
    for (let k = 0; k < left; k++) {
      const mac = open[k]! * WORDS;
      const text = (starts[open[k]!]! + block) * WORDS;
      const at = k * WORDS;
      round[at] = macs[mac]! ^ words[text]!;
      round[at + 1] = macs[mac + 1]! ^ words[text + 1]!;
      round[at + 2] = macs[mac + 2]! ^ words[text + 2]!;
      round[at + 3] = macs[mac + 3]! ^ words[text + 3]!;
    }
    const done = wordsOf(cipher.update(new Uint8Array(round.buffer)));
    if (left === count) {
      macs = done;
      continue;
    }
    for (let k = 0; k < left; k++) {
      const mac = open[k]! * WORDS;
      const at = k * WORDS;
      macs[mac] = done[at]!;
      macs[mac + 1] = done[at + 1]!;
      macs[mac + 2] = done[at + 2]!;
      macs[mac + 3] = done[at + 3]!;
    }
  }
  return macs;
}

/** The MACs after the blocks that stand before the text: nonce and length, then the length of the context and the context. */
function beginnings(
  cipher: Cipher,
  bytes: Uint8Array,
  { count, nonceAt, contextAt, blocks }: Places,
): Uint8Array {
  const view = viewOf(bytes);
  let macs: Int32Array = new Int32Array(count * WORDS);
  for (let i = 0; i < count; i++) {
    const at = i * WORDS;
    const nonce = nonceAt[i]!;
    const length = blocks[i]! * BLOCK;
    macs[at] = (view.getInt32(nonce, true) << 8) | FLAGS_MAC;
    macs[at + 1] = view.getInt32(nonce + 3, true);
    macs[at + 2] = view.getInt32(nonce + 7, true);
    macs[at + 3] = view.getUint16(nonce + 11, true) | ((length >> 8) << 16) | (length << 24);
  }
  macs = wordsOf(cipher.update(new Uint8Array(macs.buffer, macs.byteOffset, macs.byteLength)));
  for (let i = 0; i < count; i++) {
    const at = i * WORDS;
    const context = contextAt[i]!;
    macs[at]! ^= (BLOCK << 8) | (view.getUint16(context, true) << 16);
    macs[at + 1]! ^= view.getInt32(context + 2, true);
    macs[at + 2]! ^= view.getInt32(context + 6, true);
    macs[at + 3]! ^= view.getInt32(context + 10, true);
  }
  macs = wordsOf(cipher.update(new Uint8Array(macs.buffer, macs.byteOffset, macs.byteLength)));
  for (let i = 0; i < count; i++) macs[i * WORDS]! ^= view.getUint16(contextAt[i]! + 14, true);
  return cipher.update(new Uint8Array(macs.buffer, macs.byteOffset, macs.byteLength));
}

/** Bytes as words of four. What a cipher gives may begin anywhere, so it is copied when it must be. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const aligned = bytes.byteOffset % WORDS === 0 ? bytes : new Uint8Array(bytes);
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length / WORDS);
}
