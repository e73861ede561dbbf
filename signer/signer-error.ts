/**
 * What stands in the way of signing, for whoever runs the signer. Codes are stable.
 *
 * - `missing`: a folder or a file that should be there is not.
 * - `malformed`: a file that says something impossible.
 * - `exposed`: a file or a folder that others than its owner may read.
 * - `busy`: another signer works with this folder.
 * - `broken`: a journal whose chain does not hold.
 */
export type SignerErrorCode = 'missing' | 'malformed' | 'exposed' | 'busy' | 'broken';

/** A broken expectation about what a signer stands on. The message names files, never a key. */
export class SignerError extends Error {
  // Whoever runs a command sees the message without a trace.
  override readonly name = 'OperatorError';
  readonly code: SignerErrorCode;

  constructor(code: SignerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether something thrown is the error of the system with a code, such as `ENOENT`. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
