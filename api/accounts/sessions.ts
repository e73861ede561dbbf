import { type Static, Type } from 'typebox';
import { route } from '../route.ts';
import { closed, oneOf } from '../shape.ts';
import { ROLES, type Role } from './roles.ts';

/** Where a browser begins to sign in, by {@link SignInQuery}. Below the root of the interface. */
export const SIGN_IN_PATH = '/sign-in';
/** Where the identity provider sends the browser back to. */
export const SIGNED_IN_PATH = '/sign-in/done';

/** How somebody wants to sign in. */
export const SignInQuery = closed(
  {
    as: oneOf(['citizen', 'staff'], 'As oneself, or as a member of staff.'),
    to: Type.Optional(
      Type.String({
        maxLength: 500,
        description: 'The page to come back to, a path of this service; everything else is read as `/`.',
      }),
    ),
    fresh: Type.Optional(
      Type.Boolean({ description: 'Whether one must show again who one is, though the provider remembers.' }),
    ),
  },
  'How somebody wants to sign in.',
);
export type SignInQuery = Static<typeof SignInQuery>;

/** What became of signing in, where it is not as it should be; the page to come back to gets it as `signin`. */
export const SIGN_IN_OUTCOMES = {
  failed: 'It was broken off, took too long, or what came back did not fit. Nobody is signed in.',
  unavailable: 'The identity provider or the database is out of reach. Nobody is signed in.',
  refused: 'The provider does not say that this is a member of staff with two factors. Nobody is signed in.',
  unverified:
    'The provider had verified a document of this account and does not any more. Nobody is signed in: the account may have passed to somebody else.',
  unreadable: 'Signed in, but what the provider has verified cannot be read; it counts as not verified.',
} as const;

export type SignInOutcome = keyof typeof SIGN_IN_OUTCOMES;

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
