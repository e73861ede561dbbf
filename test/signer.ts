import { join } from 'node:path';
import type { Instant } from '../domain/time.ts';
import { SIGNER_FOLDER, socketIn } from '../server/passes/trust/trust-folder.ts';
import { type Signer, type SignerParts, startSigner } from '../signer/start-signer.ts';

/** A signer in the process of a test, behind a real socket, as quick to start as a function is to call. */
export interface HostedSigner extends Signer {
  readonly socket: string;
}

/** Starts the signer of an installation under the clock of a test, which closes it. */
export async function hostSigner(
  { trustFolder }: { readonly trustFolder: string },
  clock: () => Instant,
  more: Partial<SignerParts> = {},
): Promise<HostedSigner> {
  const socket = socketIn(trustFolder);
  const signer = await startSigner({ folder: join(trustFolder, SIGNER_FOLDER), socket, clock, ...more });
  return { ...signer, socket };
}
