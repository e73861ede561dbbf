import { Type } from 'typebox';
import { DocumentBody } from '../lookups/lookups.ts';
import { route } from '../route.ts';
import { closed } from '../shape.ts';
import { Card } from './cards.ts';

const Reason = Type.String({
  minLength: 2,
  maxLength: 200,
  description: 'Why; the person reads it. No personal data.',
});

export const issueCounterCard = route({
  method: 'POST',
  path: '/counter/cards',
  name: 'issueCounterCard',
  summary:
    'A printed code for whoever stands at the counter with a document, with or without an account (S10, S9); the one before dies. On record (D4).',
  body: closed(
    {
      document: DocumentBody,
      name: Type.String({ minLength: 1, maxLength: 100, description: 'As the document has it.' }),
      birthYear: Type.Optional(
        Type.Integer({
          minimum: 1850,
          maximum: 2200,
          description: 'Where the number of the document does not tell.',
        }),
      ),
      reason: Reason,
    },
    'What the document says, and why.',
  ),
  reply: Card,
  status: 201,
});

export const cancelCounterCard = route({
  method: 'POST',
  path: '/counter/cards/cancellations',
  name: 'cancelCounterCard',
  summary: 'Ends the printed code of whoever stands at the counter with a document. On record (D4).',
  body: closed({ document: DocumentBody, reason: Reason }, 'Whose, and why.'),
  reply: closed({}, 'Nothing.'),
});

/** The sheet to print of a card, a PDF (application/pdf): `POST /counter/cards/sheet` with {@link CounterSheetBody}. */
export const COUNTER_CARD_SHEET_PATH = '/counter/cards/sheet';

export const CounterSheetBody = closed(
  { text: Type.String({ maxLength: 600, description: 'The text of the card, as it was issued.' }) },
  'Which card.',
);
