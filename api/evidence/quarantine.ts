import { type Static, Type } from 'typebox';
import { Page, PageQuery } from '../page.ts';
import { route } from '../route.ts';
import { closed, oneOf, orNull } from '../shape.ts';
import { RecordFault, RecordOutcome } from './evidence.ts';

const ItemId = Type.String({ format: 'uuid', description: 'The item.' });
const Item = closed({ itemId: ItemId }, 'An item in quarantine.');

/** A record that could not be accepted. */
export const QuarantinedRecord = closed(
  {
    itemId: ItemId,
    batchId: Type.String({ description: 'The batch it came in.' }),
    position: Type.Integer({ description: 'Its place in the batch, or its line, from 1.' }),
    source: orNull(Type.String({ description: 'The source, as far as it was stated.' })),
    faults: Type.Array(RecordFault, { description: 'Why it waits.' }),
    receivedAt: Type.String({ format: 'date-time', description: 'When it came.' }),
    state: oneOf(['waiting', 'closed'], 'Whether somebody still has to do something.'),
  },
  'A record that could not be accepted.',
);
export type QuarantinedRecord = Static<typeof QuarantinedRecord>;

/** What came of a step. */
export const QuarantineStep = closed(
  {
    step: oneOf(
      ['approved', 'accepted', 'unchanged', 'still-faulty', 'corrected', 'discarded'],
      'What was done.',
    ),
    outcome: Type.Optional(RecordOutcome),
  },
  'What came of a step.',
);
export type QuarantineStep = Static<typeof QuarantineStep>;

export const listQuarantine = route({
  method: 'GET',
  path: '/quarantine',
  name: 'listQuarantine',
  summary: 'The records of the client that could not be accepted, in the order in which they came.',
  query: PageQuery,
  reply: Page(QuarantinedRecord),
});

export const getQuarantined = route({
  method: 'GET',
  path: '/quarantine/:itemId',
  name: 'getQuarantined',
  summary: 'A record of the client in quarantine, as it came.',
  params: Item,
  reply: closed({ record: Type.String({ description: 'The record, as text.' }) }, 'A record as it came.'),
});

export const correctQuarantinedRecord = route({
  method: 'POST',
  path: '/quarantine/:itemId/corrections',
  name: 'correctQuarantined',
  summary: 'State a record rightly that waits in quarantine.',
  params: Item,
  body: closed({ record: Type.Unknown({ description: 'The corrected record.' }) }, 'A correction.'),
  reply: QuarantineStep,
});

export const replayQuarantinedRecord = route({
  method: 'POST',
  path: '/quarantine/:itemId/replays',
  name: 'replayQuarantined',
  summary: 'Try a record again as it is, because what spoke against it has changed.',
  params: Item,
  reply: QuarantineStep,
});

export const discardQuarantinedRecord = route({
  method: 'POST',
  path: '/quarantine/:itemId/discards',
  name: 'discardQuarantined',
  summary: 'Put a record aside for good.',
  params: Item,
  body: closed(
    { reason: Type.String({ minLength: 1, maxLength: 500, description: 'Why. No personal data.' }) },
    'A reason.',
  ),
  reply: QuarantineStep,
});

export const approveQuarantinedRecord = route({
  method: 'POST',
  path: '/quarantine/:itemId/approvals',
  name: 'approveQuarantined',
  summary: 'Approve what one authority may not do alone: to change how documents are joined (S3).',
  params: Item,
  reply: QuarantineStep,
});
