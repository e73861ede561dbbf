import type { SignatureCheck, Suite, Verify, VerifyLater } from '../credential/suites.ts';
import { verifyEs256, verifyEs256Later } from './es256.ts';
import { verifySm2 } from './sm2.ts';

const VERIFIERS: Readonly<Record<Suite, Verify>> = { ES256: verifyEs256, SM2: verifySm2 };

/** Whether a signature holds. Keys used last are kept ready. */
export function verify(check: SignatureCheck): boolean {
  return VERIFIERS[check.suite](check);
}

/** The same for whoever can wait a turn: keys that nobody has seen before cost less. */
export const verifyLater: VerifyLater = (check) =>
  check.suite === 'ES256' ? verifyEs256Later(check) : verify(check);
