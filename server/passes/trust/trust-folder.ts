import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pin } from '../../../credential/trust/key-list.ts';
import { readPin } from '../../../gate/pin.ts';
import { PIN_FILE } from '../../../signer/keys/shelf.ts';
import { OperatorError } from '../../platform/operator-error.ts';

/** The private keys that belong to people offline, and those of the signer. */
export const OFFLINE_FOLDER = 'offline';
export const SIGNER_FOLDER = 'signer';
const SOCKET = 'signer.sock';

/** Where the trust of an installation lies: beside the keys, and not in the database, which it judges. */
export function trustIn(keysFolder: string): string {
  return join(keysFolder, 'trust');
}

/** Where the signer of this machine listens. */
export function socketIn(trustFolder: string): string {
  return join(trustFolder, SIGNER_FOLDER, SOCKET);
}

/**
 * The root that this installation pins.
 *
 * @throws {OperatorError} when it is not there, or not a root
 */
export function pinnedIn(trustFolder: string): Pin {
  const path = join(trustFolder, PIN_FILE);
  const pin = existsSync(path) ? readPin(readFileSync(path, 'utf8')) : undefined;
  if (!pin) throw new OperatorError(`${path} does not say which root is trusted; restore it from its backup`);
  return pin;
}
