import { setTimeout as sleep } from 'node:timers/promises';
import type { WithdrawalReply } from '../../api/applications/applications.ts';
import { type Instant, printInstant } from '../../domain/time.ts';
import { endSessions, personOfAccount, setPersonOfAccount } from '../accounts/store.ts';
import { eraseCards } from '../passes/cards/store.ts';
import { erasePeople } from '../people/erasing/erase-people.ts';
import { closePerson, looksKeptUntil, reopenPerson, sourcesAbout } from '../people/erasing/store.ts';
import { kinOf, lockPerson, peopleById } from '../people/store.ts';
import type { Db } from '../platform/db/database.ts';
import { timeUuid } from '../platform/db/uuid.ts';
import { addWithdrawal } from '../record/removals/store.ts';
import { eraseAfter } from '../record/retention.ts';
import { type Applicant, lockApplication } from './apply-for-code.ts';
import { type Applying, mustBeFresh } from './applying.ts';
import { findHolder, makeDue } from './grant-code.ts';
import { releaseCode, standingWards } from './holdings/bind-person.ts';
import type { Application } from './read-application.ts';
import { isOpen, takeRecoveryStep } from './recoveries/recoveries.ts';
import { recoveriesOf } from './recoveries/store.ts';
import { retractOwn } from './state-declaration.ts';
import { destroyContent, eraseContents } from './store.ts';
import { takeStep } from './write-application.ts';

/** Somebody whose code the account showed, and what is kept about them. */
interface Left {
  readonly personId: string;
  /** The data key that is destroyed, where everything about them goes. */
  readonly destroyedKey?: Buffer;
  readonly kept: WithdrawalReply['kept'];
}

/**
 * Leaves: the code is gone, and what was given for it is erased (D3). Where nobody else has stated anything about the
 * person, they are erased whole; else what they stated is retracted, and what has to be kept is named. A withdrawal that
 * a restore has undone is given its id again.
 *
 * @throws {Problem} `unauthenticated` without a fresh sign-in: nothing brings back what is erased
 */
export async function withdraw(
  applying: Applying,
  { accountId, signedInAt }: Pick<Applicant, 'accountId' | 'signedInAt'>,
  withdrawalId?: string,
): Promise<WithdrawalReply> {
  const { database, eraser, clock, onAccepted } = applying;
  const now = clock();
  mustBeFresh(signedInAt, now);
  const { application, leaving } = await database.transaction(async (db) => {
    const application = await lockApplication(db, applying, accountId, now);
    const leaving: Left[] = [];
    const personIds = await peopleShownBy(db, accountId);
    const row = { withdrawalId: withdrawalId ?? timeUuid(now), accountId, personIds, withdrawnAt: now };
    await addWithdrawal(db, row, eraseAfter('working', now));
    for (const personId of personIds) leaving.push(await leavePerson(db, applying, accountId, personId, now));
    await setPersonOfAccount(db, accountId, null, now);
    await endSessions(db, accountId, now);
    if (application) await leaveApplication(db, application, 'withdrawn', now);
    return { application, leaving };
  });
  onAccepted();
  const left = await keepWhoWasSpokenOf(applying, accountId, leaving, now);
  // What is sealed opens no more; the rows go now, or in the night if this process dies.
  const erased = left.filter(({ destroyedKey }) => destroyedKey).map(({ personId }) => personId);
  const staying = left.map(({ personId }) => personId).filter((personId) => !erased.includes(personId));
  if (application) await eraseContents(eraser, application);
  // Cards have the name that the application gave.
  await eraser.transaction((db) => eraseCards(db, staying));
  await erasePeople(database, eraser, erased, clock);
  return {
    status: 'withdrawn',
    erased: [
      ...(application ? ['application', 'phone'] : []),
      'sessions',
      ...(erased.length > 0 ? ['person'] : []),
    ],
    kept: left.flatMap(({ kept }) => kept),
  };
}

/** The person whose code an account shows, and those for whom they answer. */
export async function peopleShownBy(db: Db, accountId: string): Promise<string[]> {
  const own = await personOfAccount(db, accountId);
  if (own === undefined) return [];
  const wards = await standingWards(db, own, accountId);
  return [own, ...wards.map(({ personId }) => personId)];
}

async function leavePerson(
  db: Db,
  applying: Applying,
  accountId: string,
  personId: string,
  now: Instant,
): Promise<Left> {
  await lockPerson(db, personId);
  await releaseCode(db, accountId, personId, 'withdrawn', now);
  const looks = await looksKeptUntil(db, personId);
  const keptLooks = looks === undefined ? [] : [{ what: 'looks', until: printInstant(looks), clause: 'D4' }];
  if (await isKnownToNobodyElse(db, accountId, personId)) {
    const [row] = await peopleById(db, [personId]);
    await closePerson(db, personId);
    return { personId, ...(row?.wrappedKey && { destroyedKey: row.wrappedKey }), kept: keptLooks };
  }
  return { personId, kept: [...(await takeBack(db, applying, personId, now)), ...keptLooks] };
}

/** Takes back what a person has stated, and names what is kept of what was ever stated about them. */
async function takeBack(db: Db, applying: Applying, personId: string, now: Instant): Promise<Left['kept']> {
  const found = await findHolder(db, applying.keys, personId);
  if (found) await retractOwn(db, applying, found, now);
  return (await sourcesAbout(db, personId)).map(({ source, until }) => {
    return { what: `evidence/${source}`, until: printInstant(until), clause: 'D3' };
  });
}

/** Taking evidence in may take so long; what was being taken in when the key was destroyed is committed by then. */
const INTAKE_MS = 500;

/**
 * An authority may have stated something in the very moment in which nobody seemed to know the person. What it sealed with
 * their key must not be lost, so it is looked once more, and they get the key back.
 */
async function keepWhoWasSpokenOf(
  applying: Applying,
  accountId: string,
  leaving: readonly Left[],
  now: Instant,
): Promise<Left[]> {
  if (!leaving.some(({ destroyedKey }) => destroyedKey)) return [...leaving];
  await sleep(INTAKE_MS);
  const left: Left[] = [];
  for (const one of leaving)
    left.push(
      (one.destroyedKey && (await keepIfSpokenOf(applying, accountId, one, one.destroyedKey, now))) ?? one,
    );
  applying.onAccepted();
  return left;
}

async function keepIfSpokenOf(
  applying: Applying,
  accountId: string,
  { personId, kept }: Left,
  destroyedKey: Buffer,
  now: Instant,
): Promise<Left | undefined> {
  return applying.database.transaction(async (db) => {
    await lockPerson(db, personId);
    if (await isKnownToNobodyElse(db, accountId, personId)) return undefined;
    if (!(await reopenPerson(db, personId, destroyedKey))) return undefined;
    // While the key was away nothing could be concluded from what it seals.
    await makeDue(db, personId, now);
    return { personId, kept: [...(await takeBack(db, applying, personId, now)), ...kept] };
  });
}

/** Whether nobody but the person has ever stated anything about them, joined them to another document, or claims their code. */
async function isKnownToNobodyElse(db: Db, accountId: string, personId: string): Promise<boolean> {
  const sources = await sourcesAbout(db, personId);
  if (sources.some(({ source }) => source !== 'self')) return false;
  if ((await kinOf(db, [personId])).length > 0) return false;
  const claims = await recoveriesOf(db, personId);
  return !claims.some((one) => isOpen(one) && one.accountId !== accountId);
}

/** Ends an application with what it claims, and destroys what it says. The row of the account must be locked. */
export async function leaveApplication(
  db: Db,
  application: Application,
  step: 'withdrawn' | 'lost',
  now: Instant,
): Promise<void> {
  for (const { step, personId, caseId } of application.steps) {
    if (step !== 'recovery-opened') continue;
    await lockPerson(db, personId!);
    const claim = (await recoveriesOf(db, personId!)).find((one) => one.caseId === caseId);
    if (claim && isOpen(claim)) await takeRecoveryStep(db, claim, 'closed', application.accountId, now);
  }
  await takeStep(db, application, step, now);
  await destroyContent(db, application);
}
