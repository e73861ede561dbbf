import type { Card } from '../../../api/passes/cards.ts';
import { birthYearOf } from '../../../domain/people/number-tells.ts';
import type { Instant } from '../../../domain/time.ts';
import { personOfAccount } from '../../accounts/store.ts';
import { mustBeFresh } from '../../applications/applying.ts';
import { findHolder } from '../../applications/grant-code.ts';
import { holderOf } from '../../applications/holdings/bind-person.ts';
import { readApplication } from '../../applications/read-application.ts';
import { lockPerson } from '../../people/store.ts';
import type { Db } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/problem.ts';
import type { CitizenSession } from '../../platform/http/rules.ts';
import { withoutCode } from '../without-code.ts';
import { openCard, printCard } from './card-content.ts';
import type { CardParts } from './card-parts.ts';
import { endCards } from './end-cards.ts';
import { putInForce } from './put-in-force.ts';
import type { Sheet } from './sheet/draw-sheet.ts';
import { type CardHolder, signCard } from './sign-card.ts';
import { lastCard } from './store.ts';

type Asker = Pick<CitizenSession, 'accountId' | 'signedInAt' | 'verified'>;

/** The card of the code that an account shows, if one is in force; undefined for an account without a code too. */
export async function findOwnCard(
  parts: CardParts,
  { accountId }: Pick<Asker, 'accountId'>,
): Promise<{ readonly card: Card; readonly sheet: Sheet } | undefined> {
  const { database, keys, clock } = parts;
  const now = clock();
  const personId = await personShownBy(database, accountId, now);
  const card = personId === undefined ? undefined : await lastCard(database, personId);
  if (!card || card.endedAt !== null || card.expiresAt <= now) return undefined;
  const found = await findHolder(database, keys, card.personId);
  if (!found) return undefined;
  const content = openCard(found.holder.key, card);
  return {
    card: printCard(card, content),
    sheet: { ...content, issuedAt: card.issuedAt, expiresAt: card.expiresAt },
  };
}

/**
 * Issues a printed code to whoever shows it; the one before dies (S10).
 *
 * @throws {Problem} `unauthenticated` without a fresh sign-in; `conflict` without a code, or where the document does not
 *   say the year of birth
 */
export async function issueOwnCard(parts: CardParts, asker: Asker): Promise<Card> {
  const { database, clock } = parts;
  const now = clock();
  mustBeFresh(asker.signedInAt, now);
  const holder = await holderFor(parts, asker, now);
  const signed = await signCard(parts, holder, now);
  return database.transaction(async (db) => {
    await lockPerson(db, holder.personId);
    // The code may have gone while the card was signed.
    if ((await personShownBy(db, asker.accountId, now)) !== holder.personId) throw withoutCode();
    const found = await findHolder(db, parts.keys, holder.personId);
    if (!found) throw withoutCode();
    const issuer = { actor: asker.accountId, authority: null };
    // What ends by it has not ended while it was signed.
    return printCard(await putInForce(db, found.holder.key, signed, issuer, clock()), signed.content);
  });
}

/** Ends the printed code of whoever shows it, as when it is lost. @throws {Problem} `conflict` without a code */
export async function cancelOwnCard(
  { database, clock }: CardParts,
  { accountId }: Pick<Asker, 'accountId'>,
): Promise<void> {
  const now = clock();
  await database.transaction(async (db) => {
    const personId = await personShownBy(db, accountId, now);
    if (personId === undefined) throw withoutCode();
    await lockPerson(db, personId);
    if ((await personShownBy(db, accountId, now)) !== personId) throw withoutCode();
    await endCards(db, personId, { reason: 'cancelled', actor: accountId }, now);
  });
}

async function holderFor(
  parts: CardParts,
  { accountId, verified }: Asker,
  now: Instant,
): Promise<CardHolder> {
  const { database, keys } = parts;
  const personId = await personShownBy(database, accountId, now);
  const application = await readApplication(database, keys, accountId, now);
  const found = personId === undefined ? undefined : await findHolder(database, keys, personId);
  const name = verified?.name ?? application?.opened?.content.name;
  if (!found || !application || name === undefined) throw withoutCode();
  const birthYear = birthYearOf(found.document);
  if (birthYear === undefined)
    throw new Problem('conflict', 'The document does not say the year of birth: a counter issues the card.');
  const { document } = found;
  return { personId: found.holder.personId, document, name, birthYear, endsAt: application.endsAt };
}

/** The person whose code an account shows now. */
async function personShownBy(db: Db, accountId: string, now: Instant): Promise<string | undefined> {
  const personId = await personOfAccount(db, accountId);
  if (personId === undefined) return undefined;
  return (await holderOf(db, personId, now))?.accountId === accountId ? personId : undefined;
}
