import { type Static, Type } from 'typebox';
import { route } from '../route.ts';
import { closed, oneOf } from '../shape.ts';
import { ROLES, type Role } from './roles.ts';

/** Where a browser begins to sign in; `as` is `citizen` or `staff`, `to` the page to come back to. Below the root of the interface. */
export const SIGN_IN_PATH = '/sign-in';
/** Where the identity provider sends the browser back to. */
export const SIGNED_IN_PATH = '/sign-in/done';

const ROLE_NAMES = Object.keys(ROLES) as Role[];

/** Who is signed in, for the page that shows it. */
export const SessionReply = closed(
  {
    kind: oneOf(['none', 'citizen', 'staff'], 'Whether somebody is signed in, and as what.'),
    name: Type.Optional(Type.String({ description: 'The name of a citizen, masked.' })),
    verified: Type.Optional(
      Type.Boolean({ description: 'Whether the identity provider has verified a document of the citizen.' }),
    ),
    authority: Type.Optional(Type.String({ description: 'The authority of a member of staff.' })),
    roles: Type.Optional(Type.Array(oneOf(ROLE_NAMES, 'What a member of staff may do.'))),
    demo: Type.Boolean({ description: 'Whether this installation is for trying out.' }),
  },
  'Who is signed in.',
);
export type SessionReply = Static<typeof SessionReply>;

/** Tells a page who is signed in; never a reason to refuse. */
export const describeSession = route({
  method: 'GET',
  path: '/session',
  name: 'describeSession',
  summary: 'Who is signed in.',
  reply: SessionReply,
});

export const SignOutReply = closed(
  { ended: Type.Integer({ description: 'How many sessions were ended.' }) },
  'Signed out.',
);

/** Ends the session, or all sessions of the account; within a second no copy of the cookie counts anywhere. */
export const signOut = route({
  method: 'POST',
  path: '/sign-out',
  name: 'signOut',
  summary: 'Signs out, here or everywhere.',
  body: closed(
    { everywhere: Type.Boolean({ description: 'Whether all sessions of the account end.' }) },
    'Which.',
  ),
  reply: SignOutReply,
});
