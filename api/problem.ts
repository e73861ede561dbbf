import { type Static, Type } from 'typebox';
import { closed, oneOf } from './shape.ts';

/** What can go wrong that a caller may be told. A code never changes its meaning; the list may grow. */
export const PROBLEM_CODES = [
  'invalid',
  'unauthenticated',
  'not-allowed',
  'not-found',
  'method-not-allowed',
  'timeout',
  'conflict',
  'too-large',
  'uri-too-long',
  'unsupported-media-type',
  'idempotency-mismatch',
  'rate-limited',
  'headers-too-large',
  'internal',
  'overloaded',
  'unavailable',
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** The parts of a request that can be wrong. */
export const REQUEST_PARTS = ['body', 'query', 'path', 'header'] as const;

/** What is wrong with one field. It never holds the value. */
export const FieldFault = closed(
  {
    in: oneOf(REQUEST_PARTS, 'The part of the request.'),
    path: Type.String({ description: 'A JSON pointer (RFC 6901) into that part; empty for all of it.' }),
    message: Type.String({ description: 'The rule that is broken.' }),
  },
  'A field that breaks a rule.',
);
export type FieldFault = Static<typeof FieldFault>;

/** The reply that says what went wrong: RFC 9457, `application/problem+json`. */
export const ProblemReply = closed(
  {
    type: Type.String({ description: '`urn:healthcode:problem:` and the code.' }),
    title: Type.String({ description: 'What the code means, the same each time.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    code: oneOf(PROBLEM_CODES, 'What programs act upon.'),
    detail: Type.Optional(Type.String({ description: 'What is wrong this time.' })),
    errors: Type.Optional(Type.Array(FieldFault, { description: 'The fields that are wrong.' })),
    instance: Type.String({ description: 'The id of the request, as `urn:uuid:…`; logs name it too.' }),
  },
  'What went wrong (RFC 9457).',
);
export type ProblemReply = Static<typeof ProblemReply>;
