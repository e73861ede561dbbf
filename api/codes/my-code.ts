import { type Static, Type } from 'typebox';
import { CODE_STATUSES } from '../applications/applications.ts';
import { Page, PageQuery } from '../page.ts';
import { route } from '../route.ts';
import { closed, oneOf, orNull } from '../shape.ts';

const Instant = Type.String({ description: 'RFC 3339, in +08:00.' });
const Colour = oneOf(['green', 'yellow', 'red'], 'A conclusion from evidence (R2–R4).');
const Words = closed({ zh: Type.String(), en: Type.String() }, 'In Chinese and English.');

/** A reason, as the person reads it: never which other person it comes from. */
export const GroundInWords = closed(
  {
    clause: Type.String({ description: 'The clause of the notice.' }),
    colour: Colour,
    words: Words,
    since: Instant,
    until: orNull(Instant),
    authority: closed({ id: Type.String(), words: Words }, 'Who stated it.'),
  },
  'A reason for the colour.',
);
export type GroundInWords = Static<typeof GroundInWords>;

/** A way to green, found by the engine that gives the colour. */
export const WayToGreen = closed(
  {
    /** Nothing but time, or what has to come first. */
    needs: Type.Array(
      oneOf(
        [
          'time',
          'negative-test',
          'second-negative-test',
          'fever-gone',
          'stay-ended',
          'order-ended',
          'case-closed',
          'decision',
        ],
        'What has to come.',
      ),
    ),
    words: Words,
    /** Null: as soon as it is on record. */
    at: orNull(Instant),
  },
  'What would turn the code green, and when (M7, M10, M11).',
);
export type WayToGreen = Static<typeof WayToGreen>;

/** What somebody is told about something that concerns their account. */
export const Notice = closed(
  {
    noticeId: Type.String(),
    kind: oneOf(
      [
        ...(['recovery-opened', 'recovery-contested', 'code-taken-over', 'application-confirmed'] as const),
        ...(['phone-bound', 'phone-removed', 'card-issued', 'card-cancelled'] as const),
      ],
      'What happened.',
    ),
    caseId: Type.Optional(Type.String()),
    words: Words,
    at: Instant,
  },
  'A notice.',
);
export type Notice = Static<typeof Notice>;

export const MyCodeReply = closed(
  {
    status: oneOf(CODE_STATUSES, 'How far the account is with its code; apart from the colour.'),
    reference: Type.Optional(Type.String({ description: 'While pending: what to show at a counter.' })),
    holder: Type.Optional(
      closed({ name: Type.String(), document: Type.String() }, 'Whose code it is: name and number, masked.'),
    ),
    colour: Type.Optional(Colour),
    grounds: Type.Array(GroundInWords),
    ways: Type.Array(WayToGreen, {
      description: 'Time first, then what needs least; empty when the code is green, or nobody can tell yet.',
    }),
    advisories: Type.Array(GroundInWords, {
      description: 'What the person is asked to say more about; no reason for a colour.',
    }),
    places: Type.Array(
      closed(
        {
          venue: Type.String(),
          words: Words,
          outcome: oneOf(['allow', 'allow-if-masked', 'deny', 'ask-staff'], 'What a door does.'),
        },
        'A kind of place.',
      ),
      { description: 'Where they may go today (M8, M9, M12).' },
    ),
    nextChangeAt: orNull(Instant),
    code: Type.Optional(
      closed(
        {
          text: Type.String(),
          expiresAt: Instant,
          refreshAfterSeconds: Type.Number({
            description: 'When to ask for the next one; differs from one to the other.',
          }),
        },
        'What a door reads. While `status` is active it is missing only when none was asked for, or nothing can be signed now; `degraded` then.',
      ),
    ),
    notices: Type.Array(Notice),
    rules: Type.Optional(Type.String({ description: 'The rule package.' })),
    asOf: Instant,
    degraded: Type.Boolean({ description: 'Whether something that the answer rests on is late.' }),
  },
  'The code of whoever asks.',
);
export type MyCodeReply = Static<typeof MyCodeReply>;

export const showMyCode = route({
  method: 'GET',
  path: '/me/code',
  name: 'showMyCode',
  summary: 'The code of whoever asks: colour, reasons in words, what would turn it green and when.',
  query: closed(
    {
      pass: Type.Optional(
        Type.Boolean({
          description: '`false`: without `code`, for whoever shows something else; nothing is signed.',
        }),
      ),
    },
    'What is asked for.',
  ),
  reply: MyCodeReply,
});

export const showWardCode = route({
  method: 'GET',
  path: '/me/wards/:personId/code',
  name: 'showWardCode',
  summary: 'The code of somebody without a document, for whom whoever asks answers (S9).',
  params: closed(
    { personId: Type.String({ format: 'uuid', description: 'As `GET /me/wards` names them.' }) },
    'Whose.',
  ),
  reply: MyCodeReply,
});

export const showMyHistory = route({
  method: 'GET',
  path: '/me/history',
  name: 'showMyHistory',
  summary: 'Every colour that the person had, with its reasons, the latest first.',
  query: PageQuery,
  reply: Page(
    closed(
      { number: Type.Integer(), at: Instant, colour: Colour, grounds: Type.Array(GroundInWords) },
      'A conclusion.',
    ),
  ),
});

export const showMyLooks = route({
  method: 'GET',
  path: '/me/looks',
  name: 'showMyLooks',
  summary: 'Who looked at something about the person: authority, purpose, time (D4).',
  query: PageQuery,
  reply: Page(
    closed(
      { authority: Type.String(), purpose: Type.String(), subject: Type.String(), at: Instant },
      'A look.',
    ),
  ),
});

/**
 * Server-sent events: `event: changed` whenever `GET /me/code` would answer otherwise, with `{"asOf"}` as data. Whoever
 * opens it before reading the code misses nothing; after a break the browser goes on where it was by itself.
 */
export const MY_EVENTS_PATH = '/me/events';
