import { type Static, Type } from 'typebox';
import { DOCUMENT_TYPES } from '../../domain/people/document.ts';
import { route } from '../route.ts';
import { closed, oneOf, orNull } from '../shape.ts';

const Instant = Type.String({ description: 'RFC 3339, in +08:00.' });
const Evidence = Type.Array(Type.Tuple([Type.String(), Type.String()]), {
  description: 'The keys of the records: source and id.',
});

/** An identity document. */
export const DocumentBody = closed(
  {
    type: oneOf(DOCUMENT_TYPES, 'The kind of document.'),
    number: Type.String({ minLength: 1, maxLength: 40, description: 'Its number.' }),
    issuer: Type.Optional(
      Type.String({ minLength: 1, maxLength: 3, description: 'The issuing state of a passport.' }),
    ),
  },
  'An identity document.',
);

/** An assessment (contract.md, assessment). */
export const AssessmentReply = closed(
  {
    person: closed({ document: DocumentBody }, 'Who it is about.'),
    at: Instant,
    rules: Type.String({ description: 'The rule package.' }),
    colour: oneOf(['green', 'yellow', 'red'], 'The heaviest of the grounds; green without any.'),
    nextChangeAt: orNull(Instant),
    grounds: Type.Array(
      closed(
        {
          clause: Type.String({ description: 'The clause of the notice.' }),
          colour: oneOf(['yellow', 'red'], 'What it gives.'),
          since: Instant,
          until: orNull(Instant),
          evidence: Evidence,
        },
        'A reason that holds.',
      ),
    ),
    measures: Type.Array(
      closed(
        {
          form: Type.String({ description: 'hospital, central, home or point-to-point.' }),
          from: Instant,
          until: orNull(Instant),
          clause: Type.String({ description: 'The clause of the notice.' }),
        },
        'What follows from it.',
      ),
    ),
    advisories: Type.Array(
      closed(
        {
          clause: Type.String({ description: 'The clause of the notice.' }),
          since: Instant,
          until: orNull(Instant),
          evidence: Evidence,
        },
        'Asks the person to say where they were.',
      ),
    ),
  },
  'The colour of a person, with every reason.',
);
export type AssessmentReply = Static<typeof AssessmentReply>;

/** Looks somebody up. The number is in the body, because addresses are logged on the way. */
export const lookUp = route({
  method: 'POST',
  path: '/lookups',
  name: 'lookUp',
  summary: 'The assessment of a person by document, for a purpose. Every look is put on record (D4).',
  body: closed(
    {
      document: DocumentBody,
      purpose: Type.String({ minLength: 2, maxLength: 200, description: 'Why. No personal data.' }),
    },
    'Whom to look up, and why.',
  ),
  reply: AssessmentReply,
});
