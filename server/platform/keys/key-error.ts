/**
 * What is wrong with keys or with what they opened. Codes are stable.
 *
 * - `unreadable`: a sealed text that these keys and this context do not open; why is never told.
 * - `missing`: a key file that should be there is not.
 * - `malformed`: a key file that says something impossible.
 * - `exposed`: a key file or its folder that others than its owner may read.
 * - `busy`: another change of the keys is under way, or one was broken off.
 * - `refused`: a step of a rotation that may not be taken, or not yet.
 */
export type KeyErrorCode = 'unreadable' | 'missing' | 'malformed' | 'exposed' | 'busy' | 'refused';

/** A broken expectation about keys. The message names files and versions, never a key and never a content. */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly code: KeyErrorCode;

  constructor(code: KeyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
