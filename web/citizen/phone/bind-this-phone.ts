import { bindingProof } from '../../../api/passes/phone-proofs.ts';
import { call } from '../service.ts';
import { markBound } from './bound-flag.ts';
import { makeKey, proofOf } from './phone-keys.ts';
import { bindPhone } from './phone-service.ts';
import { type Holder, keepPhone, keepsKeys } from './phone-store.ts';
import { phoneClock } from './this-phone.ts';

/** This browser keeps no keys, as in a private window, or is not reached over HTTPS: it cannot be bound. */
export class KeepsNothingError extends Error {
  override readonly name = 'KeepsNothingError';
}

/** How long a showing counts where no reply has said so yet. */
const FIRST_SHOW_SECONDS = 15;

/**
 * Binds this phone by a key that is made here. `holder` is whose code it shows, masked.
 *
 * @throws {KeepsNothingError} before anything is asked; {@link CallError} when the service refuses
 */
export async function bindThisPhone(name: string, holder: Holder): Promise<void> {
  if (crypto.subtle === undefined) throw new KeepsNothingError();
  const key = await makeKey();
  if (!(await keepsKeys(key))) throw new KeepsNothingError();
  const proof = await proofOf(key, bindingProof(key.publicKey));
  const { phoneId } = await call(bindPhone, { body: { publicKey: key.publicKey, name, proof } });
  await keepPhone({
    ...{ phoneId, holder, key, offset: phoneClock.offset() },
    ...{ epochs: [], companions: [], showSeconds: FIRST_SHOW_SECONDS, renewAt: 0 },
  });
  markBound(true);
}
