import { maskName, maskNumber } from '../../../domain/people/mask.ts';
import type { Instant } from '../../../domain/time.ts';
import { personOfAccount } from '../../accounts/store.ts';
import type { Db } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/problem.ts';
import { contextOf, type DataKey, open, seal } from '../../platform/keys/envelope.ts';
import type { KeyRing } from '../../platform/keys/key-ring.ts';
import { type Applicant, lockApplication } from '../apply-for-code.ts';
import type { Applying } from '../applying.ts';
import { findHolder } from '../grant-code.ts';
import { giveReference } from '../references.ts';
import { standingWards } from './bind-person.ts';

/** What a counter has written down of somebody without a document. */
export interface Ward {
  readonly name: string;
  readonly bornOn: string;
  /** What was shown instead of a document. */
  readonly shown: string;
}

/** Somebody whose code an account shows besides its own. */
export interface ShownWard {
  readonly personId: string;
  /** Masked. */
  readonly name: string;
  readonly document: string;
}

export function sealWard(key: DataKey, personId: string, ward: Ward): Buffer {
  return seal(key, JSON.stringify(ward), contextOf('ward', personId));
}

/** The people without a document whose code an account shows now. */
export async function wardsOf(db: Db, keys: KeyRing, accountId: string): Promise<ShownWard[]> {
  const guardianId = await personOfAccount(db, accountId);
  if (guardianId === undefined) return [];
  const wards: ShownWard[] = [];
  for (const { personId, sealedWard } of await standingWards(db, guardianId, accountId)) {
    const found = await findHolder(db, keys, personId);
    if (!found) continue;
    const text = open(found.holder.key, sealedWard, contextOf('ward', personId)).toString('utf8');
    const { name } = JSON.parse(text) as Ward;
    wards.push({ personId, name: maskName(name), document: maskNumber(found.document.number) });
  }
  return wards;
}

/**
 * Gives whoever shows a code a reference with which a counter registers somebody for whom they answer.
 *
 * @throws {Problem} `conflict` for an account without a code
 */
export async function askForWard(
  applying: Applying,
  { accountId }: Applicant,
): Promise<{ readonly reference: string; readonly expiresAt: Instant }> {
  const now = applying.clock();
  return applying.database.transaction(async (db) => {
    const application = await lockApplication(db, applying, accountId, now);
    if (application?.status === 'active') return giveReference(db, application, 'ward', now);
    throw new Problem('conflict', 'Who answers for somebody must have a code first.');
  });
}
