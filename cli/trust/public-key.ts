import { readFileSync } from 'node:fs';
import { KEY_USES, type KeyUse, type KnownKey } from '../../credential/trust/keys.ts';
import type { Signatory } from '../../credential/trust/many-signed.ts';
import { printInstant } from '../../domain/time.ts';
import { toHex } from '../../gate/hex.ts';
import { readSignatory } from '../../gate/pin.ts';
import { OperatorError } from '../../server/platform/operator-error.ts';

/** A public key as `trust new-key` prints it, and what it is for. */
export interface PublicKey extends Signatory {
  readonly use: KeyUse | 'root';
}

/** The line that tells others of a key. */
export function describeKey({ kid, use, suite, publicKey }: PublicKey | KnownKey): object {
  return { kid: toHex(kid), use, suite, publicKey: toHex(publicKey) };
}

/** A key of the root, as holders compare it. */
export function describeRoot(key: Signatory): object {
  return describeKey({ ...key, use: 'root' });
}

/** A key of a list. */
export function describeKnown({ notBefore, notAfter, revokedAt, ...key }: KnownKey): object {
  const times = { notBefore: printInstant(notBefore), notAfter: printInstant(notAfter) };
  const revoked = revokedAt === undefined ? null : printInstant(revokedAt);
  return { ...describeKey(key), ...times, revokedAt: revoked };
}

/** Reads the file that holds such a line. */
export function readPublicKey(path: string): PublicKey {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const signatory = readSignatory(value);
  const use = signatory && ['root' as const, ...KEY_USES].find((each) => each === (value as PublicKey).use);
  if (!signatory || !use) throw new OperatorError(`${path} is not what "trust new-key" prints`);
  return { ...signatory, use };
}
