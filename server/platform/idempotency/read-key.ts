import { Problem } from '../http/problem.ts';
import { personalData } from '../log/personal-data.ts';

const guard = personalData();
const QUOTED = /^"([\x20-\x21\x23-\x5b\x5d-\x7e]{1,128})"$/;
const BARE = /^([\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,128})$/;

/**
 * Reads an `Idempotency-Key`: a string of a structured field (RFC 9651), or the same without its quotes.
 *
 * @throws {Problem} `invalid` for another form, and for a key that says who somebody is: keys are kept in clear
 */
export function readKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = (QUOTED.exec(String(header)) ?? BARE.exec(String(header)))?.[1];
  if (key !== undefined && !guard.isIn(key)) return key;
  const message = key === undefined ? 'must be 1 to 128 visible characters' : 'must not say who somebody is';
  throw new Problem('invalid', 'The idempotency key cannot be used.', {
    errors: [{ in: 'header', path: '/idempotency-key', message }],
  });
}
