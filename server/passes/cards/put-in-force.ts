import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import type { DataKey } from '../../platform/keys/envelope.ts';
import { eraseAfter } from '../../record/retention.ts';
import { sealCard } from './card-content.ts';
import { endCards } from './end-cards.ts';
import type { SignedCard } from './sign-card.ts';
import { addCard, type CardRow, lastCard } from './store.ts';

/** Who issues a card. */
export interface Issuer {
  readonly actor: string;
  /** Of a member of staff; null when whoever shows the code issues it. */
  readonly authority: string | null;
}

/** Puts a signed card in force; the one before dies. The row of the person must be locked: one card is in force. */
export async function putInForce(
  db: Db,
  key: DataKey,
  { row, content }: SignedCard,
  { actor, authority }: Issuer,
  now: Instant,
): Promise<CardRow> {
  const before = await lastCard(db, row.personId);
  await endCards(db, row.personId, { reason: 'replaced', actor }, now);
  const number = (before?.number ?? 0) + 1;
  const card = { ...row, number, sealedCard: sealCard(key, row, content), actor, authority };
  await addCard(db, card, eraseAfter('identity', now));
  return card;
}
