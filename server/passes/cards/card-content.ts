import type { Card } from '../../../api/passes/cards.ts';
import { printInstant } from '../../../domain/time.ts';
import { contextOf, type DataKey, open, seal } from '../../platform/keys/envelope.ts';
import type { CardRow } from './store.ts';

/** What stands on a card, as it is sealed with the data key of the person: who is erased has no card any more. */
export interface CardContent {
  /** Signed once; to sign it again would make another text. */
  readonly text: string;
  /** Masked. */
  readonly name: string;
  readonly birthYear: number;
}

type CardKey = Pick<CardRow, 'personId' | 'cardId'>;

export function sealCard(key: DataKey, at: CardKey, content: CardContent): Buffer {
  return seal(key, JSON.stringify(content), contextFor(at));
}

export function openCard(key: DataKey, row: CardKey & Pick<CardRow, 'sealedCard'>): CardContent {
  return JSON.parse(open(key, row.sealedCard, contextFor(row)).toString('utf8')) as CardContent;
}

/** A card as its holder reads it. */
export function printCard(
  { cardId, issuedAt, expiresAt }: CardRow,
  { text, name, birthYear }: CardContent,
): Card {
  return {
    ...{ cardId, text, name, birthYear },
    ...{ issuedAt: printInstant(issuedAt), expiresAt: printInstant(expiresAt) },
  };
}

function contextFor({ personId, cardId }: CardKey): string {
  return contextOf('card', personId, cardId);
}
