import { type Static, Type } from 'typebox';
import { route } from '../route.ts';
import { closed } from '../shape.ts';

const Instant = Type.String({ description: 'RFC 3339, in +08:00.' });
/** A compressed point on P-256 (SEC 1, 2.3.3): 33 bytes, base64url. */
const PublicKey = Type.String({
  pattern: '^A[g-z0-9_-][A-Za-z0-9_-]{42}$',
  description: 'A public key of P-256: a compressed point, base64url.',
});
/** r and s of ES256: 64 bytes, base64url. */
const Signature = Type.String({ pattern: '^[A-Za-z0-9_-]{86}$', description: 'ES256: r and s, base64url.' });
const PhoneId = Type.String({ format: 'uuid', description: 'As `GET /me/phones` names it.' });

/** A phone that shows the code by itself. */
export const Phone = closed(
  {
    phoneId: Type.String({ format: 'uuid' }),
    name: Type.String({ description: 'What its owner calls it.' }),
    boundAt: Instant,
    lastFetchedAt: Type.Union([Instant, Type.Null()], { description: 'When it last fetched passes.' }),
  },
  'A bound phone.',
);
export type Phone = Static<typeof Phone>;

/** Keys, and so passes, of one request. */
export const MOST_EPOCHS = 5;

/** Epochs follow each other without a gap; how long they are, the province says. */
const Epoch = closed(
  { epoch: Type.Integer({ minimum: 0 }), startsAt: Instant, endsAt: Instant },
  'A period for which passes are issued.',
);
export type Epoch = Static<typeof Epoch>;

export const listPhones = route({
  method: 'GET',
  path: '/me/phones',
  name: 'listPhones',
  summary: 'The phones that show the code by themselves, at most three (S7).',
  reply: closed(
    {
      phones: Type.Array(Phone),
      epochs: Type.Array(Epoch, {
        maxItems: MOST_EPOCHS,
        description:
          'For which a phone makes keys and fetches passes now, in order; the first is the present one.',
      }),
      asOf: Instant,
    },
    'Bound phones, and what they fetch now.',
  ),
});

/** `proof` signs the UTF-8 text `healthcode bind ` + publicKey: the key is there, and is a key for this. */
export const bindPhone = route({
  method: 'POST',
  path: '/me/phones',
  name: 'bindPhone',
  summary:
    'Binds a phone by a key made in it that cannot leave it. Asks for a sign-in of five minutes at most; tells the others.',
  body: closed(
    {
      publicKey: PublicKey,
      name: Type.String({ minLength: 1, maxLength: 40, description: 'What its owner calls it.' }),
      proof: Signature,
    },
    'The key of the phone.',
  ),
  reply: Phone,
  status: 201,
});

export const removePhone = route({
  method: 'DELETE',
  path: '/me/phones/:phoneId',
  name: 'removePhone',
  summary: 'Removes a phone; what it shows is refused from the next delta of the status on.',
  params: closed({ phoneId: PhoneId }, 'Which.'),
  reply: closed({}, 'Nothing.'),
});

/** A key made for one epoch, so that nobody can tell the passes of two epochs to be of one phone. */
const EpochKey = closed(
  { epoch: Type.Integer({ minimum: 0 }), publicKey: PublicKey },
  'A key for one epoch.',
);

/**
 * `proof`: the key of the phone signs the UTF-8 text `healthcode passes ` + phoneId + ` ` + askedAt + ` ` + the publicKeys
 * of `keys` in order, joined by `,` + ` ` + the companions in order, joined by `,`.
 */
export const fetchPasses = route({
  method: 'POST',
  path: '/me/phones/:phoneId/passes',
  name: 'fetchPasses',
  summary: 'Passes for the epochs of these keys, as `GET /me/phones` names them, each bound to its key.',
  params: closed({ phoneId: PhoneId }, 'Which phone.'),
  body: closed(
    {
      keys: Type.Array(EpochKey, { minItems: 1, maxItems: MOST_EPOCHS }),
      companions: Type.Array(Type.String({ format: 'uuid' }), {
        maxItems: 5,
        description:
          'Wards who are shown together with the holder, as `GET /me/wards` names them; may be empty.',
      }),
      askedAt: Type.String({
        description: 'RFC 3339: `asOf` of the last reply of the service that the phone has seen.',
      }),
      proof: Signature,
    },
    'The keys, and the proof that the phone asks.',
  ),
  reply: closed(
    {
      passes: Type.Array(
        closed(
          {
            epoch: Type.Integer(),
            pass: Type.String({
              description: 'The signed pass (COSE_Sign1), base64url; the phone signs around it.',
            }),
          },
          'A pass.',
        ),
      ),
      showSeconds: Type.Integer({ description: 'How long a showing counts.' }),
      refreshAfterSeconds: Type.Number({ description: 'When to ask again; differs from phone to phone.' }),
      asOf: Instant,
    },
    'Passes, and when to come again.',
  ),
});
