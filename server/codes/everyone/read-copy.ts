import type { SealedRows } from './sealed-facts.ts';

/** The bytes of people that are worked on together: enough that a call of the cipher costs little, few enough for a moment. */
const TOGETHER_BYTES = 512 * 1_024;
/** The beginning of a binary COPY (PostgreSQL, "COPY", File Formats): signature, flags, and an extension that is empty. */
const COPY_HEAD_BYTES = 19;
const FIELDS = 2;
const ID_BYTES = 16;
/** Number of fields, length of the id, the id, length of the content. */
const ROW_HEAD_BYTES = 2 + 4 + ID_BYTES + 4;

/** The rows of `copyFacts`, some at a time. Their bytes are overwritten when the next ones are asked for. */
export async function* rowsOfCopy(chunks: AsyncIterable<Buffer>): AsyncGenerator<SealedRows> {
  let bytes = Buffer.allocUnsafe(2 * TOGETHER_BYTES);
  let filled = 0;
  let at = COPY_HEAD_BYTES;
  for await (const chunk of chunks) {
    if (filled + chunk.length > bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (filled + chunk.length));
      bytes.copy(larger, 0, 0, filled);
      bytes = larger;
    }
    chunk.copy(bytes, filled);
    filled += chunk.length;
    if (filled < TOGETHER_BYTES) continue;
    const { rows, end } = rowsIn(bytes, at, filled);
    yield rows;
    bytes.copy(bytes, 0, end, filled);
    filled -= end;
    at = 0;
  }
  const { rows, end } = rowsIn(bytes, at, filled);
  yield rows;
  // The trailer, two bytes of −1, is all that may be left.
  if (filled - end !== 2 || bytes.readInt16BE(end) !== -1)
    throw new Error('a copy ended in the middle of a row');
}

function rowsIn(bytes: Buffer, from: number, until: number): { rows: SealedRows; end: number } {
  const most = Math.floor((until - from) / ROW_HEAD_BYTES) + 1;
  const idAt = new Int32Array(most);
  const contentAt = new Int32Array(most);
  const length = new Int32Array(most);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let count = 0;
  let at = from;
  while (at + ROW_HEAD_BYTES <= until) {
    if (view.getInt16(at) !== FIELDS || view.getInt32(at + 2) !== ID_BYTES)
      throw new Error('a copy has other columns than were asked for');
    const contentLength = view.getInt32(at + ROW_HEAD_BYTES - 4);
    const end = at + ROW_HEAD_BYTES + Math.max(0, contentLength);
    if (end > until) break;
    idAt[count] = at + 6;
    contentAt[count] = at + ROW_HEAD_BYTES;
    length[count] = contentLength;
    count++;
    at = end;
  }
  return { rows: { bytes, count, idAt, contentAt, length }, end: at };
}
