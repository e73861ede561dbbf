import type { SignatureCheck, Suite, Verify } from '../credential/suites.ts';
import { verifyEs256 } from './es256.ts';
import { verifySm2 } from './sm2.ts';

const VERIFIERS: Readonly<Record<Suite, Verify>> = { ES256: verifyEs256, SM2: verifySm2 };

/** Whether a signature holds. Keys used last are kept ready. */
export function verify(check: SignatureCheck): boolean {
  return VERIFIERS[check.suite](check);
}
