import { SKEW_SECONDS, TOKEN_LIFETIME_SECONDS } from './clients/token.ts';
import { keyNeeds } from './key-needs.ts';
import type { Db } from './platform/db/database.ts';
import { KeyError } from './platform/keys/key-error.ts';
import type { Purpose } from './platform/keys/key-file.ts';
import { keyStates, retire, SETTLE_SECONDS, type StepSettings } from './platform/keys/rotation.ts';

/**
 * Last step of a rotation: deletes the key of a former version, for good, when nothing needs it any more.
 *
 * @throws {KeyError} `refused` when rows need it, or for why `retire` refuses
 */
export async function retireKey(
  db: Db,
  folder: string,
  purpose: Purpose,
  version: number,
  { at = Date.now(), settleSeconds = SETTLE_SECONDS }: StepSettings = {},
): Promise<void> {
  const states = keyStates(folder);
  const isFormer = states.some(
    (one) => one.purpose === purpose && one.version === version && one.state === 'former',
  );
  const rows = isFormer ? ((await keyNeeds(db, purpose, states)).get(version) ?? 0) : 0;
  if (rows > 0) throw new KeyError('refused', `${purpose} has a version ${version} that ${rows} rows need`);
  // The time is that before the count, which thus counts only when nobody has written with this version since.
  const settings = { at, settleSeconds: settleSeconds + (purpose === 'token' ? TOKENS_END_SECONDS : 0) };
  retire(folder, purpose, version, settings);
}

/** After so long a token that was signed before counts nowhere. */
const TOKENS_END_SECONDS = TOKEN_LIFETIME_SECONDS + SKEW_SECONDS;
