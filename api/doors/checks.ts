import { type Static, Type } from 'typebox';
import { DocumentBody } from '../lookups/lookups.ts';
import { route } from '../route.ts';
import { closed, oneOf } from '../shape.ts';

/** What a door is told. None of these is a colour: an error is never one. */
export const CHECK_OUTCOMES = [
  'allow',
  'allow-if-masked',
  'deny',
  'ask-staff',
  'expired',
  'unreadable',
  'not-found',
  'unavailable',
] as const;

/** A code that is shown, or a document that is read; the venue is the device's own where it has one. */
export const Check = closed(
  {
    code: Type.Optional(
      Type.String({ description: 'What was scanned: the text of a code, or whatever else a scanner reads.' }),
    ),
    document: Type.Optional(DocumentBody),
    venue: Type.Optional(
      Type.String({
        pattern: '^[a-z][a-z-]{1,40}$',
        description: 'The category of the venue, for staff and devices on the move.',
      }),
    ),
    at: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9-]{1,62}$',
        description: 'Staff: the registered venue at whose door they stand, instead of its category.',
      }),
    ),
    masked: Type.Optional(Type.Boolean({ description: 'Whether a mask is worn; false when missing.' })),
    identityVerified: Type.Optional(
      Type.Boolean({ description: 'Whether the identity was checked; false when missing.' }),
    ),
    reason: Type.Optional(
      Type.String({
        minLength: 2,
        maxLength: 200,
        description: 'Staff, by document: why. No personal data.',
      }),
    ),
  },
  'A check at a door: `code` or `document`, one of them.',
);
export type Check = Static<typeof Check>;

export const CheckReply = closed(
  {
    outcome: oneOf(CHECK_OUTCOMES, 'What the door does.'),
    clause: Type.String({ description: 'The clause of the notice.' }),
    reason: closed({ zh: Type.String(), en: Type.String() }, 'Why, in words.'),
    members: Type.Optional(
      Type.Array(
        closed({ outcome: oneOf(CHECK_OUTCOMES, 'For this one.'), clause: Type.String() }, 'One of a group.'),
        {
          description:
            'Of a group: what holds for each, the holder first. `outcome` is that of the heaviest.',
        },
      ),
    ),
    asOf: Type.String({ description: 'The instant of the answer, RFC 3339.' }),
  },
  'What the door does, and why.',
);
export type CheckReply = Static<typeof CheckReply>;

export const checkAtDoor = route({
  method: 'POST',
  path: '/checks',
  name: 'checkAtDoor',
  summary: 'Whether a door opens for somebody (M8, M9, M12, S7, S10).',
  body: Check,
  reply: CheckReply,
});
