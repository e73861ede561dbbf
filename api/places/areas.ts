import { type Static, Type } from 'typebox';
import { route } from '../route.ts';
import { closed, oneOf } from '../shape.ts';

export const AreaInForce = closed(
  {
    level: oneOf(['low', 'medium', 'high', 'severe'], 'The grade.'),
    region: Type.String({ description: 'GB/T 2260 code of 6, 9 or 12 digits.' }),
    place: Type.String({ description: 'The place inside the region; empty when all of it is meant.' }),
    name: Type.String({ description: 'The region in words.' }),
    since: Type.String({ description: 'RFC 3339.' }),
  },
  'A listed area.',
);
export type AreaInForce = Static<typeof AreaInForce>;

/** What somebody picks their stays from; the same for everybody, so it may be kept for a minute. */
export const listAreasInForce = route({
  method: 'GET',
  path: '/areas',
  name: 'listAreasInForce',
  summary: 'The areas that are listed now (R5).',
  query: closed(
    { search: Type.Optional(Type.String({ maxLength: 50, description: 'A part of the name.' })) },
    'Which.',
  ),
  reply: closed({ asOf: Type.String(), areas: Type.Array(AreaInForce) }, 'The areas in force.'),
});
