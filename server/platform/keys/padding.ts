/** Texts are filled up to a multiple of this, because the length of a document tells its type, and that a nationality. */
const STEP_BYTES = 64;
const MARK = 0x80;

/** The bytes of a text (UTF-8), a mark, and zeros up to the next multiple of 64 (ISO/IEC 7816-4). */
export function pad(plaintext: Uint8Array | string): Buffer {
  const length = typeof plaintext === 'string' ? Buffer.byteLength(plaintext) : plaintext.length;
  const padded = Buffer.alloc(length + STEP_BYTES - (length % STEP_BYTES));
  if (typeof plaintext === 'string') padded.write(plaintext);
  else padded.set(plaintext);
  padded[length] = MARK;
  return padded;
}

/** What was padded; undefined when nothing was. */
export function unpad(padded: Buffer): Buffer | undefined {
  let length = padded.length - 1;
  while (padded[length] === 0) length--;
  return padded[length] === MARK ? padded.subarray(0, length) : undefined;
}
