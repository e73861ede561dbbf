import { MAJOR, WIDTH } from './value.ts';

/** Deeper than anything that we write. */
const DEEPEST = 16;

/** The items of a CBOR sequence (RFC 8742), each as its bytes; undefined when they do not fill the bytes. */
export function splitSequence(bytes: Uint8Array): Uint8Array[] | undefined {
  const items: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = endOfItem(bytes, at, DEEPEST);
    if (end === undefined) return undefined;
    items.push(bytes.subarray(at, end));
    at = end;
  }
  return items;
}

/** Where the item that begins at a place ends. What it holds is for whoever decodes it. */
function endOfItem(bytes: Uint8Array, start: number, depth: number): number | undefined {
  const first = bytes[start];
  if (first === undefined || depth === 0) return undefined;
  const [major, info] = [first >> 5, first & 0x1f];
  if (info > WIDTH.eight) return undefined;
  const width = info < WIDTH.one ? 0 : 1 << (info - WIDTH.one);
  let at = start + 1 + width;
  if (at > bytes.length) return undefined;
  let argument = width === 0 ? info : 0;
  for (let i = start + 1; i < at; i++) argument = argument * 256 + bytes[i]!;
  if (major === MAJOR.bytes || major === MAJOR.text) {
    at += argument;
    return at <= bytes.length ? at : undefined;
  }
  for (let left = itemsIn(major, argument); left > 0; left--) {
    const end = endOfItem(bytes, at, depth - 1);
    if (end === undefined) return undefined;
    at = end;
  }
  return at;
}

/** How many items follow the head of one. */
function itemsIn(major: number, argument: number): number {
  if (major === MAJOR.array) return argument;
  if (major === MAJOR.map) return argument * 2;
  return major === MAJOR.tag ? 1 : 0;
}
