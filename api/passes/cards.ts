import { type Static, Type } from 'typebox';
import { route } from '../route.ts';
import { closed } from '../shape.ts';

const Instant = Type.String({ description: 'RFC 3339, in +08:00.' });

/** A printed code (S10): for whoever has no phone. */
export const Card = closed(
  {
    cardId: Type.String({ format: 'uuid' }),
    text: Type.String({ description: 'What a door reads.' }),
    name: Type.String({ description: 'As printed: masked.' }),
    birthYear: Type.Integer(),
    issuedAt: Instant,
    expiresAt: Instant,
  },
  'A printed code.',
);
export type Card = Static<typeof Card>;

export const showMyCard = route({
  method: 'GET',
  path: '/me/card',
  name: 'showMyCard',
  summary: 'The printed code of whoever asks, if one is in force (S10).',
  reply: closed({ card: Type.Union([Card, Type.Null()]) }, 'The card, or null.'),
});

export const issueMyCard = route({
  method: 'POST',
  path: '/me/card',
  name: 'issueMyCard',
  summary: 'A printed code for 30 days; the one before dies. Asks for a sign-in of five minutes at most.',
  body: closed({}, 'Nothing.'),
  reply: Card,
  status: 201,
});

export const cancelMyCard = route({
  method: 'DELETE',
  path: '/me/card',
  name: 'cancelMyCard',
  summary: 'Ends the printed code, as when it is lost.',
  reply: closed({}, 'Nothing.'),
});

/** The sheet to print, a PDF (application/pdf): `GET /me/card/sheet`. */
export const MY_CARD_SHEET_PATH = '/me/card/sheet';
