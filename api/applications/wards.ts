import { type Static, Type } from 'typebox';
import { route } from '../route.ts';
import { closed } from '../shape.ts';

/** Somebody without a document, for whom the account answers. */
export const WardReply = closed(
  {
    personId: Type.String({ format: 'uuid', description: 'Which one, where their code is asked for.' }),
    name: Type.String({ description: 'Masked.' }),
    document: Type.String({ description: 'The number that the counter gave, masked.' }),
  },
  'Somebody for whom the account answers.',
);
export type WardReply = Static<typeof WardReply>;

export const listWards = route({
  method: 'GET',
  path: '/me/wards',
  name: 'listWards',
  summary: 'Those without a document, such as children, whose code this account shows (S9).',
  reply: closed({ wards: Type.Array(WardReply) }, 'Those for whom the account answers.'),
});

/** The first step to a code for a child: the reference is shown at a counter, together with what says who the child is. */
export const askForWard = route({
  method: 'POST',
  path: '/me/wards',
  name: 'askForWard',
  summary: 'Asks for a reference with which a counter registers somebody without a document.',
  body: closed({}, 'Nothing.'),
  reply: closed(
    { reference: Type.String(), expiresAt: Type.String({ description: 'RFC 3339, in +08:00.' }) },
    'What to show at a counter.',
  ),
  status: 201,
});
