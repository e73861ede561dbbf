import type { Instant } from '../../../domain/time.ts';
import type { AccountSides } from '../../applications/sides/account-sides.ts';
import type { ReadColour } from '../../codes/current/read-colour.ts';
import type { Database } from '../../platform/db/database.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import type { Issuing } from '../issuing.ts';
import type { FindSlots } from '../slots/find-slots.ts';
import { withoutCode } from '../without-code.ts';

/** What phones need of the service. */
export interface PhoneParts {
  readonly database: Database;
  readonly keys: KeyRing;
  readonly clock: () => Instant;
  readonly accounts: AccountSides;
  readonly issuing: Issuing;
  readonly slots: FindSlots;
  readonly readColour: ReadColour;
}

/**
 * The person whose code an account shows now.
 *
 * @throws {Problem} `conflict` for an account that shows none
 */
export async function personShownBy(
  { accounts }: PhoneParts,
  { accountId, personId }: Pick<CitizenSession, 'accountId' | 'personId'>,
): Promise<string> {
  const side = personId === undefined ? await accounts.find(accountId) : await accounts.findMore(accountId);
  if (side && (side.status !== 'active' || (personId !== undefined && side.personId !== personId)))
    throw withoutCode();
  const shown = personId ?? side?.personId;
  if (shown === undefined) throw withoutCode();
  return shown;
}
