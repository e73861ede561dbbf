import { type ByteReader, readerOf, take, u16, u32 } from './byte-reader.ts';

/** The code points that an unpacked font draws, by its table `cmap` of format 4 or 12 (ISO/IEC 14496-22, 5.2.1). */
export function charactersOf(font: Buffer): ReadonlySet<number> {
  const cmap = tableOf(font, 'cmap');
  const characters = new Set<number>();
  const from = readerOf(cmap);
  take(from, 2);
  for (let left = u16(from); left > 0; left--) {
    take(from, 4);
    const subtable = readerOf(cmap.subarray(u32(from)));
    const format = u16(subtable);
    if (format === 4) addSegments(subtable, characters);
    if (format === 12) addGroups(subtable, characters);
  }
  return characters;
}

function tableOf(font: Buffer, wanted: string): Buffer {
  const from = readerOf(font);
  take(from, 4);
  const count = u16(from);
  take(from, 6);
  for (let i = 0; i < count; i++) {
    const tag = take(from, 4).toString('latin1');
    take(from, 4);
    const [offset, length] = [u32(from), u32(from)];
    if (tag === wanted) return font.subarray(offset, offset + length);
  }
  throw new RangeError(`the font has no table ${wanted}`);
}

/** A code point whose number of glyph comes out as 0 is not drawn. */
function addSegments(from: ByteReader, characters: Set<number>): void {
  take(from, 4);
  const count = u16(from) / 2;
  take(from, 6);
  const words = () => Array.from({ length: count }, () => u16(from));
  const ends = words();
  take(from, 2);
  const [starts, deltas] = [words(), words()];
  const offsetsAt = from.at;
  for (const [i, offset] of words().entries())
    for (let point = starts[i]!; point <= ends[i]! && point < 0xffff; point++) {
      const at = offsetsAt + i * 2 + offset + (point - starts[i]!) * 2;
      const glyph = offset === 0 ? point : from.bytes.readUInt16BE(at);
      if (glyph !== 0 && ((glyph + deltas[i]!) & 0xffff) !== 0) characters.add(point);
    }
}

function addGroups(from: ByteReader, characters: Set<number>): void {
  take(from, 10);
  for (let left = u32(from); left > 0; left--) {
    const [start, end, glyph] = [u32(from), u32(from), u32(from)];
    for (let point = start; point <= end; point++) if (glyph + point - start !== 0) characters.add(point);
  }
}
