import type { Card } from '../../../api/passes/cards.ts';
import { type Document, documentKey } from '../../../domain/people/document.ts';
import { birthYearOf } from '../../../domain/people/number-tells.ts';
import { type Instant, printInstant } from '../../../domain/time.ts';
import { personOfAccount } from '../../accounts/store.ts';
import { findHolder, lockHolderOf, makeDue } from '../../applications/grant-code.ts';
import { holderOf } from '../../applications/holdings/bind-person.ts';
import { tell } from '../../applications/notices/notices.ts';
import { findPeople } from '../../people/find-or-add-people.ts';
import { lockPerson } from '../../people/store.ts';
import type { Db } from '../../platform/db/database.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { StaffSession } from '../../platform/http/rules.ts';
import { personalData } from '../../platform/log/personal-data.ts';
import { eraseAfter } from '../../record/retention.ts';
import { addLook } from '../../record/store.ts';
import { printCard } from './card-content.ts';
import type { CardParts } from './card-parts.ts';
import { endCards } from './end-cards.ts';
import { putInForce } from './put-in-force.ts';
import { signCard } from './sign-card.ts';

/** Who sits at the counter. */
type Clerk = Pick<StaffSession, 'accountId' | 'authority'>;

/** What a counter has in its hands, and why it acts: the person reads the reason. */
export interface Brought {
  readonly document: Document;
  readonly reason: string;
}

/** Whoever brings a document, as it has it. */
export interface NewHolder extends Brought {
  readonly name: string;
  /** Only where the number of the document does not tell. */
  readonly birthYear?: number;
}

/**
 * Issues a printed code to whoever stands at the counter with a document; the one before dies (S10, S9). It works for
 * everybody, wherever they stay, with an account or without; whoever has none shows their code by the card alone. An
 * account is told. What is known about the document changes nothing in the answer.
 *
 * @throws {Problem} `invalid`; `conflict` for the own code of the member of staff
 */
export async function issueAtCounter(parts: CardParts, clerk: Clerk, seen: NewHolder): Promise<Card> {
  const { database, keys, clock } = parts;
  const now = clock();
  mustBeImpersonal(seen.reason);
  const birthYear = yearOf(seen, now);
  const { document, name } = seen;
  const personId = await database.transaction(async (db) => {
    const holder = await lockHolderOf(db, keys, document, now);
    await mustBeSomebodyElse(db, clerk, holder.personId);
    await putOnRecord(db, clerk, holder.personId, seen.reason, now);
    return holder.personId;
  });
  const signed = await signCard(parts, { personId, document, name, birthYear }, now);
  const card = await database.transaction(async (db) => {
    await lockPerson(db, personId);
    const found = await findHolder(db, keys, personId);
    if (!found) throw new Problem('conflict', 'The person was erased in this moment.');
    const issuer = { actor: clerk.accountId, authority: clerk.authority };
    // What ends by it has not ended while it was signed.
    const row = await putInForce(db, found.holder.key, signed, issuer, clock());
    await tellHolder(db, personId, 'card-issued', now);
    // Also about whom nobody has stated anything there is to be a conclusion.
    await makeDue(db, personId, now);
    return row;
  });
  parts.onIssued();
  return printCard(card, signed.content);
}

/**
 * Ends the printed code of whoever stands at the counter with a document, as when it is lost. The answer is the same
 * whether there was one.
 *
 * @throws {Problem} `invalid`; `conflict` for the own code of the member of staff
 */
export async function cancelAtCounter(
  { database, keys, clock }: CardParts,
  clerk: Clerk,
  { document, reason }: Brought,
): Promise<void> {
  const now = clock();
  mustBeImpersonal(reason);
  const personId = (await findPeople(database, keys, [document])).get(documentKey(document));
  if (personId === undefined) return;
  await database.transaction(async (db) => {
    await lockPerson(db, personId);
    await mustBeSomebodyElse(db, clerk, personId);
    await putOnRecord(db, clerk, personId, reason, now);
    const ended = await endCards(db, personId, { reason: 'cancelled', actor: clerk.accountId }, now);
    if (ended) await tellHolder(db, personId, 'card-cancelled', now);
  });
}

/** Nobody decides on their own: a member of staff may have an account as a citizen too. */
async function mustBeSomebodyElse(db: Db, { accountId }: Clerk, personId: string): Promise<void> {
  const own = await personOfAccount(db, accountId);
  if (own === personId) throw new Problem('conflict', 'Nobody issues a card to themselves: ask a colleague.');
}

/** No row, no card (D4). */
async function putOnRecord(
  db: Db,
  clerk: Clerk,
  personId: string,
  purpose: string,
  now: Instant,
): Promise<void> {
  const { accountId: actor, authority } = clerk;
  const look = { personId, lookId: timeUuid(now), lookedAt: now, actor, authority, purpose, subject: 'card' };
  await addLook(db, { ...look, eraseAfter: eraseAfter('audit', now) });
}

async function tellHolder(db: Db, personId: string, kind: 'card-issued' | 'card-cancelled', now: Instant) {
  const holding = await holderOf(db, personId, now);
  if (holding) await tell(db, holding.accountId, kind, now);
}

const guard = personalData();

function mustBeImpersonal(reason: string): void {
  if (guard.isIn(reason)) throw invalid('/reason', 'holds personal data');
}

/** Nobody is older. */
const MOST_YEARS = 130;

function yearOf({ document, birthYear }: NewHolder, now: Instant): number {
  const told = birthYearOf(document);
  const year = told ?? birthYear;
  if (year === undefined) throw invalid('/birthYear', 'is missing: the number does not tell');
  if (birthYear !== undefined && birthYear !== year)
    throw invalid('/birthYear', 'is not that of the document');
  const present = Number(printInstant(now).slice(0, 4));
  if (year > present || year < present - MOST_YEARS) throw invalid('/birthYear', 'cannot be');
  return year;
}

function invalid(path: string, message: string): Problem {
  return new Problem('invalid', 'The body breaks a rule.', { errors: [{ in: 'body', path, message }] });
}
