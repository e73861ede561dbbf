import type { PaperPass } from '../../../credential/pass.ts';
import { encodePass } from '../../../credential/passes.ts';
import { passText } from '../../../credential/show.ts';
import type { Document } from '../../../domain/people/document.ts';
import { DAY_MS, type Instant, wholeSecond } from '../../../domain/time.ts';
import { hintFor } from '../../../gate/hint.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { addSlot, endSlot } from '../slots/add-slot.ts';
import type { CardContent } from './card-content.ts';
import type { CardParts } from './card-parts.ts';
import { printedName } from './printed-name.ts';
import type { CardRow } from './store.ts';

/** Whose card it is to be. */
export interface CardHolder {
  readonly personId: string;
  readonly document: Document;
  /** As the document has it. */
  readonly name: string;
  readonly birthYear: number;
  /** The card counts no longer than this. */
  readonly endsAt?: Instant;
}

/** A card that is signed and not yet in force. */
export interface SignedCard {
  readonly row: Pick<CardRow, 'personId' | 'cardId' | 'slot' | 'issuedAt' | 'expiresAt'>;
  readonly content: CardContent;
}

/**
 * Signs a card under a slot that is written down first, and outside of any transaction: nobody waits for the signer under
 * a lock. Until it is put in force its slot bears a card that nobody has.
 *
 * @throws {SigningError} while the signer is away
 */
export async function signCard(parts: CardParts, holder: CardHolder, now: Instant): Promise<SignedCard> {
  const { database, signing, clock } = parts;
  const { personId } = holder;
  const cardId = timeUuid(now);
  const slot = await database.transaction((db) =>
    addSlot(db, { personId, kind: 'card', bearerId: cardId }, clock()),
  );
  const pass = passFor(parts, holder, slot, now);
  try {
    const text = passText(await signing.sign('pass', encodePass(pass)));
    const { name, birthYear, issuedAt, expiresAt } = pass;
    return { row: { personId, cardId, slot, issuedAt, expiresAt }, content: { text, name, birthYear } };
  } catch (error) {
    await database.transaction((db) => endSlot(db, personId, slot, clock()));
    throw error;
  }
}

function passFor(parts: CardParts, holder: CardHolder, slot: number, now: Instant): PaperPass {
  const { document, name, birthYear, endsAt = Number.POSITIVE_INFINITY } = holder;
  const index = parts.indexes.cardIndexOf(slot);
  const issuedAt = wholeSecond(now);
  const { paperDays } = parts.trustKeys().parameters;
  return {
    form: 'paper',
    index,
    hint: hintFor(PAPER_EPOCH, index, document),
    ...{ name: printedName(name), birthYear, rules: parts.rulesAt(now) },
    ...{ issuedAt, expiresAt: Math.min(issuedAt + paperDays * DAY_MS, wholeSecond(endsAt)) },
  };
}

/** A card counts in each epoch (decision 0025). */
const PAPER_EPOCH = 0;
