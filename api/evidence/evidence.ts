import { type Static, Type } from 'typebox';
import { route } from '../route.ts';
import { closed, oneOf } from '../shape.ts';

/** What is wrong with a record: where, and which rule it breaks. It never holds the value. */
export const RecordFault = closed(
  {
    field: Type.String({
      description: 'The path of the field, such as `data.from`; empty for the whole record.',
    }),
    message: Type.String({ description: 'The rule that is broken.' }),
  },
  'What is wrong with a record.',
);

const Position = Type.Integer({ minimum: 1, description: 'The place in the batch, or the line, from 1.' });

/** What became of one record of a batch. */
export const RecordOutcome = closed(
  {
    position: Position,
    outcome: oneOf(['accepted', 'unchanged', 'quarantined'], 'What became of it.'),
    itemId: Type.Optional(Type.String({ description: 'Where it waits in quarantine.' })),
    faults: Type.Optional(Type.Array(RecordFault, { description: 'Why it waits there.' })),
  },
  'What became of one record.',
);

/** What became of a batch. */
export const EvidenceReceipt = closed(
  {
    batches: Type.Array(Type.String(), { description: 'The ids under which the records are on record.' }),
    accepted: Type.Integer({ description: 'Records that are new.' }),
    unchanged: Type.Integer({ description: 'Records that were known already.' }),
    quarantined: Type.Integer({ description: 'Records that wait for a correction.' }),
    records: Type.Array(RecordOutcome, { description: 'Each record, in order.' }),
  },
  'What became of a batch.',
);
export type EvidenceReceipt = Static<typeof EvidenceReceipt>;

/** A record of evidence, read by the rules of the evidence itself so that one bad record harms no other. */
const EvidenceRecord = Type.Unknown({
  description:
    'A record: source, id, version, person.document, kind, data; perhaps retracted. The service sets recordedAt and takes none.',
});

/** States evidence (S4). JSON Lines are taken too, as `application/x-ndjson`. */
export const stateEvidence = route({
  method: 'POST',
  path: '/evidence',
  name: 'stateEvidence',
  summary: 'State evidence: a batch of records. What cannot be accepted waits in quarantine.',
  body: Type.Union([
    Type.Array(EvidenceRecord, { description: 'Records.' }),
    closed({ records: Type.Array(EvidenceRecord, { description: 'Records.' }) }, 'A batch.'),
  ]),
  reply: EvidenceReceipt,
});
