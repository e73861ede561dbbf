import { type ByteReader, readerOf, take, u8, u16, u16Of255, u32 } from './byte-reader.ts';

/** What a packed table of glyphs is made of, each part read by itself. */
interface Streams {
  readonly contours: ByteReader;
  readonly points: ByteReader;
  readonly flags: ByteReader;
  readonly coordinates: ByteReader;
  readonly composites: ByteReader;
  readonly boxes: ByteReader;
  readonly instructions: ByteReader;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly isOnCurve: boolean;
}

/** Unpacks the outlines of a font (WOFF2, 5.1) into its tables `glyf` and `loca`, with offsets of 32 bits. */
export function unpackGlyphs(packed: Buffer): { readonly glyf: Buffer; readonly loca: Buffer } {
  const from = readerOf(packed);
  take(from, 4);
  const count = u16(from);
  take(from, 2);
  const sizes = Array.from({ length: 7 }, () => u32(from));
  const [contours, points, flags, coordinates, composites, boxed, instructions] = sizes.map((size) =>
    readerOf(take(from, size)),
  ) as [ByteReader, ByteReader, ByteReader, ByteReader, ByteReader, ByteReader, ByteReader];
  const hasBox = take(boxed, Math.ceil(count / 32) * 4);
  const streams: Streams = { contours, points, flags, coordinates, composites, boxes: boxed, instructions };
  const loca = Buffer.alloc((count + 1) * 4);
  const glyphs: Buffer[] = [];
  let offset = 0;
  for (let glyph = 0; glyph < count; glyph++) {
    const isBoxed = ((hasBox[glyph >> 3]! >> (7 - (glyph & 7))) & 1) === 1;
    const bytes = unpackGlyph(streams, isBoxed);
    glyphs.push(bytes);
    offset += bytes.length;
    loca.writeUInt32BE(offset, (glyph + 1) * 4);
  }
  return { glyf: Buffer.concat(glyphs), loca };
}

function unpackGlyph(streams: Streams, isBoxed: boolean): Buffer {
  const contours = u16(streams.contours);
  if (contours === 0) return Buffer.alloc(0);
  const bytes = contours === 0xffff ? composite(streams) : simple(streams, contours, isBoxed);
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}

const ARGUMENTS_ARE_WORDS = 0x1;
const HAS_SCALE = 0x8;
const MORE_COMPONENTS = 0x20;
const HAS_TWO_SCALES = 0x40;
const HAS_MATRIX = 0x80;
const HAS_INSTRUCTIONS = 0x100;

/** A glyph that is made of others stands there as it was; its box is always given. */
function composite({ composites, boxes, instructions, coordinates }: Streams): Buffer {
  const start = composites.at;
  let hasInstructions = false;
  for (let flags = MORE_COMPONENTS; (flags & MORE_COMPONENTS) !== 0; ) {
    flags = u16(composites);
    hasInstructions ||= (flags & HAS_INSTRUCTIONS) !== 0;
    const scale =
      (flags & HAS_SCALE ? 2 : 0) + (flags & HAS_TWO_SCALES ? 4 : 0) + (flags & HAS_MATRIX ? 8 : 0);
    take(composites, 2 + (flags & ARGUMENTS_ARE_WORDS ? 4 : 2) + scale);
  }
  const parts = [words(-1), take(boxes, 8), composites.bytes.subarray(start, composites.at)];
  if (!hasInstructions) return Buffer.concat(parts);
  const length = u16Of255(coordinates);
  return Buffer.concat([...parts, words(length), take(instructions, length)]);
}

function simple(streams: Streams, contours: number, isBoxed: boolean): Buffer {
  const ends: number[] = [];
  let count = 0;
  for (let contour = 0; contour < contours; contour++) {
    count += u16Of255(streams.points);
    ends.push(count - 1);
  }
  const points = readPoints(streams, count);
  const length = u16Of255(streams.coordinates);
  const instructions = take(streams.instructions, length);
  const box = isBoxed ? take(streams.boxes, 8) : boxOf(points);
  return Buffer.concat([words(contours), box, words(...ends, length), instructions, outline(points)]);
}

/** How far a point lies from the one before, by its flags: the bytes of both numbers, their bits and what is added. */
function readPoints({ flags, coordinates }: Streams, count: number): Point[] {
  const points: Point[] = [];
  let [x, y] = [0, 0];
  for (let i = 0; i < count; i++) {
    const flag = u8(flags);
    const [dx, dy] = step(flag & 0x7f, coordinates);
    x += dx;
    y += dy;
    points.push({ x, y, isOnCurve: flag < 0x80 });
  }
  return points;
}

/** The triplet encoding (WOFF2, 5.2). */
function step(code: number, from: ByteReader): readonly [number, number] {
  const signX = code & 1 ? 1 : -1;
  const signY = code & 2 ? 1 : -1;
  if (code < 10) return [0, signX * (((code & 14) << 7) + u8(from))];
  if (code < 20) return [signX * ((((code - 10) & 14) << 7) + u8(from)), 0];
  if (code < 84) {
    const [base, byte] = [code - 20, u8(from)];
    return [signX * (1 + (base & 0x30) + (byte >> 4)), signY * (1 + ((base & 0x0c) << 2) + (byte & 0x0f))];
  }
  if (code < 120) {
    const base = code - 84;
    const x = 1 + (Math.floor(base / 12) << 8) + u8(from);
    return [signX * x, signY * (1 + (((base % 12) >> 2) << 8) + u8(from))];
  }
  if (code < 124) {
    const [one, two, three] = [u8(from), u8(from), u8(from)];
    return [signX * ((one << 4) + (two >> 4)), signY * (((two & 0x0f) << 8) + three)];
  }
  const x = u16(from);
  return [signX * x, signY * u16(from)];
}

/** Flags and coordinates in the plainest way that TrueType has: each difference in 16 bits. */
function outline(points: readonly Point[]): Buffer {
  const flags = Buffer.from(points.map(({ isOnCurve }) => (isOnCurve ? 1 : 0)));
  const differences = (along: (point: Point) => number) =>
    points.map((point, i) => along(point) - (i === 0 ? 0 : along(points[i - 1]!)));
  return Buffer.concat([flags, words(...differences(({ x }) => x), ...differences(({ y }) => y))]);
}

function boxOf(points: readonly Point[]): Buffer {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  return words(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
}

/** Numbers of 16 bits, with or without a sign. */
function words(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 2);
  for (const [i, number] of numbers.entries()) bytes.writeUInt16BE(number & 0xffff, i * 2);
  return bytes;
}
