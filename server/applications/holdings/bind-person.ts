import type { Instant } from '../../../domain/time.ts';
import { personOfAccount, setPersonOfAccount } from '../../accounts/store.ts';
import { CODE_ENDED, endCards } from '../../passes/cards/end-cards.ts';
import { endPhones } from '../../passes/phones/end-phones.ts';
import { lockPerson } from '../../people/store.ts';
import type { Db } from '../../platform/db/database.ts';
import { eraseAfter } from '../../record/retention.ts';
import { tell } from '../notices/notices.ts';
import { destroyContent, latestApplication } from '../store.ts';
import { takeStep } from '../write-application.ts';
import {
  addHolding,
  addHoldingEnd,
  type EndReason,
  type HoldingRow,
  lastHolding,
  type WardRow,
  type Way,
  wardsEver,
} from './store.ts';

/**
 * Who shows the code of a person now. The row of the person must be locked. A holding that has not ended counts only
 * while its account shows the code: a visitor leaves, and a sign-in with another document loses it (decision 0020).
 */
export async function holderOf(db: Db, personId: string, now: Instant): Promise<HoldingRow | undefined> {
  const last = await lastHolding(db, personId);
  if (!last || last.endedAt !== null) return undefined;
  return (await whyOver(db, last, now)) === undefined ? last : undefined;
}

/** Lets an account show the code of a person, who must be locked and whom no other account may hold. */
export async function bindPerson(
  db: Db,
  { accountId, personId, way }: Pick<HoldingRow, 'accountId' | 'personId' | 'way'>,
  now: Instant,
): Promise<void> {
  const last = await lastHolding(db, personId);
  if (last && last.endedAt === null) {
    await end(db, last, (await whyOver(db, last, now)) ?? 'lapsed', now);
    await forgetPerson(db, last.accountId, personId, accountId, now);
  }
  if (way !== 'ward') await leaveFormerPerson(db, accountId, personId, now);
  const row = { personId, number: (last?.number ?? 0) + 1, accountId, way, heldFrom: now };
  await addHolding(db, row, eraseAfter('identity', now));
  if (way === 'ward') return;
  await setPersonOfAccount(db, accountId, personId, now);
  await takeWardsAlong(db, accountId, personId, now);
}

/** Those for whom a person answers and whose code an account shows. */
export async function standingWards(db: Db, guardianId: string, accountId?: string): Promise<WardRow[]> {
  const standing: WardRow[] = [];
  for (const ward of await wardsEver(db, guardianId)) {
    const last = await lastHolding(db, ward.personId);
    const isStanding = last?.way === 'ward' && last.endedAt === null;
    if (isStanding && (accountId === undefined || last.accountId === accountId)) standing.push(ward);
  }
  return standing;
}

/** Whoever shows their code with another account shows the codes of their children there too. */
async function takeWardsAlong(db: Db, accountId: string, guardianId: string, now: Instant): Promise<void> {
  for (const { personId } of await standingWards(db, guardianId)) {
    await lockPerson(db, personId);
    const last = await lastHolding(db, personId);
    if (last?.way !== 'ward' || last.endedAt !== null || last.accountId === accountId) continue;
    await end(db, last, 'taken-over', now);
    const row = { personId, number: last.number + 1, accountId, way: 'ward' as const, heldFrom: now };
    await addHolding(db, row, eraseAfter('identity', now));
  }
}

/** Takes a code away from the account that shows it, and tells it. The row of the person must be locked. */
export async function takeCode(db: Db, holding: HoldingRow, now: Instant): Promise<void> {
  await end(db, holding, 'taken-over', now);
  const { accountId, way } = holding;
  if (way !== 'ward') {
    // This ends its sessions too.
    await setPersonOfAccount(db, accountId, null, now);
    const application = await latestApplication(db, accountId);
    if (application) {
      await takeStep(db, application, 'lost', now);
      await destroyContent(db, application);
    }
  }
  await tell(db, accountId, 'code-taken-over', now);
}

/** Ends the holding of an account that leaves. The row of the person must be locked. */
export async function releaseCode(
  db: Db,
  accountId: string,
  personId: string,
  reason: EndReason,
  now: Instant,
): Promise<void> {
  const last = await lastHolding(db, personId);
  if (last && last.endedAt === null && last.accountId === accountId) await end(db, last, reason, now);
}

/** A visitor whose time is over names the person still; from now on another account answers for them. */
async function forgetPerson(
  db: Db,
  formerAccountId: string,
  personId: string,
  accountId: string,
  now: Instant,
): Promise<void> {
  if (formerAccountId === accountId || (await personOfAccount(db, formerAccountId)) !== personId) return;
  await setPersonOfAccount(db, formerAccountId, null, now);
}

async function leaveFormerPerson(db: Db, accountId: string, personId: string, now: Instant): Promise<void> {
  const former = await personOfAccount(db, accountId);
  if (former === undefined || former === personId) return;
  await lockPerson(db, former);
  await releaseCode(db, accountId, former, 'other-document', now);
}

/** Why a holding without an end is over all the same. */
async function whyOver(
  db: Db,
  { accountId, personId, way }: { readonly accountId: string; readonly personId: string; readonly way: Way },
  now: Instant,
): Promise<EndReason | undefined> {
  if (way === 'ward') return undefined;
  if ((await personOfAccount(db, accountId)) !== personId) return 'other-document';
  const application = await latestApplication(db, accountId);
  return application && application.endsAt <= now ? 'lapsed' : undefined;
}

async function end(db: Db, holding: HoldingRow, reason: EndReason, now: Instant): Promise<void> {
  await addHoldingEnd(db, holding, reason, now, eraseAfter('identity', now));
  await endCards(db, holding.personId, CODE_ENDED, now);
  await endPhones(db, holding.personId, now);
}
