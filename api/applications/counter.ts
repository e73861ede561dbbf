import { Type } from 'typebox';
import { DocumentBody } from '../lookups/lookups.ts';
import { route } from '../route.ts';
import { closed, oneOf } from '../shape.ts';

/** Letters and digits that nobody confuses, in two groups of four. */
const Reference = Type.String({
  pattern: '^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$',
  description: 'What the applicant shows.',
});

/** What a counter does with a document that it has in its hands (S3, R7). */
export const confirmApplication = route({
  method: 'POST',
  path: '/counter/confirmations',
  name: 'confirmApplication',
  summary: 'Confirms a pending application: the document that lies on the counter is the one that was typed.',
  body: closed(
    { reference: Reference, document: DocumentBody, name: Type.String({ minLength: 1, maxLength: 100 }) },
    'The reference, and what the document says.',
  ),
  reply: closed(
    {
      outcome: oneOf(
        ['confirmed', 'recovered', 'waits-for-second'],
        'recovered: the code was shown by another account, which has lost it. waits-for-second: that a further document is of the same person is decided by two members of staff (S3).',
      ),
    },
    'Done.',
  ),
});

/** A code for somebody who has no document at all, such as a child: the counter gives a number. */
export const registerUndocumented = route({
  method: 'POST',
  path: '/counter/registrations',
  name: 'registerUndocumented',
  summary: 'Registers a person without a document, for whom the applicant answers (S3, S9).',
  body: closed(
    {
      reference: Reference,
      name: Type.String({ minLength: 1, maxLength: 100 }),
      bornOn: Type.String({ format: 'date' }),
      shown: Type.String({
        minLength: 2,
        maxLength: 200,
        description: 'What was shown instead, such as a certificate of birth.',
      }),
    },
    'Who it is, and what shows it.',
  ),
  reply: closed({ document: DocumentBody }, 'The number that was given.'),
  status: 201,
});
