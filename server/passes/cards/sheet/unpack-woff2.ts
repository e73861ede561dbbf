import { brotliDecompressSync } from 'node:zlib';
import { type ByteReader, readerOf, take, u16, u32, uBase128 } from './byte-reader.ts';
import { unpackGlyphs } from './unpack-glyphs.ts';

/** The tags that a table directory writes as a number (WOFF2, 4.1). */
const TAGS = (
  'cmap head hhea hmtx maxp name OS/2 post cvt_ fpgm glyf loca prep CFF_ VORG EBDT EBLC gasp hdmx kern LTSH PCLT ' +
  'VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG_ sbix acnt avar bdat bloc bsln cvar ' +
  'fdsc feat fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill'
)
  .split(' ')
  .map((tag) => tag.replace('_', ' '));
const FREE_TAG = 63;
const SIGNATURE = 0x774f4632;
const DIRECTORY_ENTRY_BYTES = 16;
const DIRECTORY_BYTES = 12;
/** Where the table `head` says how wide the offsets in `loca` are. */
const OFFSET_FORMAT_AT = 50;

interface Entry {
  readonly tag: string;
  readonly length: number;
  readonly isTransformed: boolean;
}

/**
 * Unpacks a font from WOFF2 (W3C, WOFF File Format 2.0) into plain TrueType tables: of a packed font `pdfkit` embeds
 * characters that nobody can read.
 *
 * @throws {RangeError} for what is no such font
 */
export function unpackWoff2(file: Buffer): Buffer {
  const from = readerOf(file);
  if (u32(from) !== SIGNATURE) throw new RangeError('no font in WOFF2');
  const flavour = u32(from);
  take(from, 4);
  const count = u16(from);
  take(from, 6);
  const compressedBytes = u32(from);
  take(from, 24);
  const entries = Array.from({ length: count }, () => readEntry(from));
  const data = readerOf(brotliDecompressSync(take(from, compressedBytes)));
  const tables = new Map<string, Buffer>();
  for (const entry of entries) addTable(tables, entry, take(data, entry.length));
  // The offsets of the glyphs are written in 32 bits.
  tables.get('head')?.writeInt16BE(1, OFFSET_FORMAT_AT);
  return packTables(flavour, tables);
}

function readEntry(from: ByteReader): Entry {
  const [flags] = take(from, 1);
  const number = flags! & 0x3f;
  const tag = number === FREE_TAG ? take(from, 4).toString('latin1') : TAGS[number]!;
  const version = flags! >> 6;
  // Of these two the number 0 says that they are transformed, of all others that they are not.
  const isTransformed = tag === 'glyf' || tag === 'loca' ? version === 0 : version !== 0;
  const originalBytes = uBase128(from);
  return { tag, length: isTransformed ? uBase128(from) : originalBytes, isTransformed };
}

function addTable(tables: Map<string, Buffer>, { tag, isTransformed }: Entry, bytes: Buffer): void {
  if (!isTransformed) tables.set(tag, bytes);
  else if (tag === 'glyf') {
    const { glyf, loca } = unpackGlyphs(bytes);
    tables.set('glyf', glyf).set('loca', loca);
  } else if (tag !== 'loca') throw new RangeError(`the table ${tag} is packed in a way that is not known`);
}

/** A TrueType file; nobody who reads it from memory looks at its checksums. */
function packTables(flavour: number, tables: ReadonlyMap<string, Buffer>): Buffer {
  const head = Buffer.alloc(DIRECTORY_BYTES + tables.size * DIRECTORY_ENTRY_BYTES);
  head.writeUInt32BE(flavour, 0);
  head.writeUInt16BE(tables.size, 4);
  const parts: Buffer[] = [head];
  let offset = head.length;
  let at = DIRECTORY_BYTES;
  for (const [tag, bytes] of [...tables].sort(([one], [other]) => (one < other ? -1 : 1))) {
    head.write(tag, at, 'latin1');
    head.writeUInt32BE(offset, at + 8);
    head.writeUInt32BE(bytes.length, at + 12);
    const padding = Buffer.alloc(-bytes.length & 3);
    parts.push(bytes, padding);
    offset += bytes.length + padding.length;
    at += DIRECTORY_ENTRY_BYTES;
  }
  return Buffer.concat(parts);
}
