/** What a browser runs for `vectors.test.ts`. */
import type { VerifyLater } from '../../credential/suites.ts';
import { verifySm2 } from '../../gate/sm2.ts';
import { verifyLater } from '../../web/verifier/verify-later.ts';
import { runVectors } from '../vectors/run-vectors.ts';
import type { Vectors } from '../vectors/vectors.ts';

const verify: VerifyLater = async (check) => (check.suite === 'SM2' ? verifySm2(check) : verifyLater(check));

async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes)));
}

Object.assign(globalThis, {
  runVectors: (vectors: Vectors) => runVectors(vectors, { verify, sha256 }),
});
