import { type Static, Type } from 'typebox';
import { DocumentBody } from '../lookups/lookups.ts';
import { route } from '../route.ts';
import { closed, oneOf } from '../shape.ts';

const Instant = Type.String({ maxLength: 40, description: 'RFC 3339 with an offset.' });
const Region = Type.String({
  pattern: '^[0-9]{6}([0-9]{3}){0,2}$',
  description: 'GB/T 2260 code of 6, 9 or 12 digits.',
});

/** A stay that somebody declares: an area that is picked from those in force, or a region. */
const DeclaredStay = closed(
  {
    region: Region,
    place: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'The place, as the list names it.' }),
    ),
    from: Instant,
    to: Type.Optional(Instant),
  },
  'A stay outside the place of living.',
);

/** What somebody states about themselves, and answers for (S11). A later one replaces it and the former is kept. */
export const Declaration = closed(
  {
    fever: Type.Boolean({ description: 'Whether there is a fever now (R3a).' }),
    feverSince: Type.Optional(Instant),
    stays: Type.Array(DeclaredStay, {
      maxItems: 50,
      description: 'Where they were in the last 21 days (R3b).',
    }),
    contact: Type.Boolean({
      description: 'Whether they were near somebody infected in the last 14 days (R2d).',
    }),
    overseas: Type.Boolean({
      description: 'Whether they were outside the mainland in the last 14 days (R2e).',
    }),
    truthful: Type.Literal(true, { description: 'That all of it is true; there is no application without.' }),
  },
  'What somebody states about themselves.',
);
export type Declaration = Static<typeof Declaration>;

const Phone = Type.String({
  pattern: '^\\+?[0-9]{5,20}$',
  description: 'A telephone number, with the code of the country if not China.',
});

/** An application for a code. Without `document` it goes by what the identity provider has verified. */
export const Application = closed(
  {
    document: Type.Optional(DocumentBody),
    name: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'With a document: the name as it says.' }),
    ),
    phone: Phone,
    region: Region,
    address: Type.String({ minLength: 1, maxLength: 200, description: 'Where they stay.' }),
    /** A visitor passing through. */
    until: Type.Optional(
      Type.String({
        format: 'date',
        description: 'The day on which a visitor leaves; the code ends with it.',
      }),
    ),
    declaration: Declaration,
  },
  'An application for a code.',
);
export type Application = Static<typeof Application>;

/** How far an account is with its code: never anything about a document that is not yet confirmed. */
export const CODE_STATUSES = ['none', 'pending', 'active', 'withdrawn'] as const;
export type CodeStatus = (typeof CODE_STATUSES)[number];

export const ApplicationReply = closed(
  {
    status: oneOf(CODE_STATUSES, 'pending: a counter must see the document first.'),
    reference: Type.Optional(
      Type.String({
        description: 'While something waits for a counter: what to show there, with the document.',
      }),
    ),
  },
  'What became of an application.',
);
export type ApplicationReply = Static<typeof ApplicationReply>;

export const applyForCode = route({
  method: 'POST',
  path: '/me/code',
  name: 'applyForCode',
  summary: 'Applies for a code (E1, R7, S3); again, to correct what was stated.',
  body: Application,
  reply: ApplicationReply,
});

/** States something new about oneself: new versions of the same records, never edits. */
export const declare = route({
  method: 'PUT',
  path: '/me/declaration',
  name: 'declare',
  summary: 'Replaces what somebody states about themselves; what was stated before is kept.',
  body: Declaration,
  reply: ApplicationReply,
});

export const Contact = closed(
  { phone: Phone, region: Region, address: Type.String({ minLength: 1, maxLength: 200 }) },
  'How somebody is reached.',
);

export const changeContact = route({
  method: 'PUT',
  path: '/me/contact',
  name: 'changeContact',
  summary:
    'Changes the telephone number or where they stay; asks for a sign-in that is not older than five minutes.',
  body: Contact,
  reply: ApplicationReply,
});

export const WithdrawalReply = closed(
  {
    status: oneOf(CODE_STATUSES, 'withdrawn.'),
    erased: Type.Array(Type.String(), {
      description: 'What is gone now: application, phone, sessions, person.',
    }),
    kept: Type.Array(
      closed(
        {
          what: Type.String({ description: 'evidence/SOURCE: what that source stated. looks: who looked.' }),
          until: Instant,
          clause: Type.String(),
        },
        'What must be kept, how long and why.',
      ),
    ),
  },
  'What leaving has done (D3).',
);
export type WithdrawalReply = Static<typeof WithdrawalReply>;

export const withdraw = route({
  method: 'POST',
  path: '/me/withdrawal',
  name: 'withdraw',
  summary: 'Leaves: the code is gone, what they gave is erased, what the law keeps is named (D3).',
  body: closed({ confirm: Type.Literal(true) }, 'That it is meant.'),
  reply: WithdrawalReply,
});

/** Says that a claim to the code of this account, of which a notice told, is not theirs. */
export const contestRecovery = route({
  method: 'POST',
  path: '/me/recoveries/:caseId/contest',
  name: 'contestRecovery',
  summary: 'Contests that somebody else takes over the code; only a counter can decide then.',
  params: closed({ caseId: Type.String({ format: 'uuid' }) }, 'Which claim.'),
  body: closed({}, 'Nothing.'),
  reply: ApplicationReply,
});
