import { type Static, Type } from 'typebox';
import { closed, oneOf } from '../shape.ts';

/** Where access tokens are given out, below the root of the interface (RFC 6749 section 4.4). */
export const TOKEN_PATH = '/oauth/token';

/** The form by which a client asks for a token. Its credentials come here, or better by HTTP Basic. */
export const TokenRequestForm = Type.Object(
  {
    grant_type: Type.Literal('client_credentials'),
    scope: Type.Optional(Type.String({ description: 'Scopes, with spaces between; all when missing.' })),
    client_id: Type.Optional(Type.String()),
    client_secret: Type.Optional(Type.String()),
  },
  { description: 'A request for a token.' },
);

/** The reply to a granted request for a token (RFC 6749 section 5.1). */
export const TokenReply = closed(
  {
    access_token: Type.String({ description: 'The token.' }),
    token_type: oneOf(['Bearer', 'DPoP'], 'How the token is shown (RFC 6750, RFC 9449).'),
    expires_in: Type.Integer({ description: 'How many seconds it lives.' }),
    scope: Type.String({ description: 'What it allows: scopes, with spaces between.' }),
  },
  'An access token.',
);
export type TokenReply = Static<typeof TokenReply>;

/** Why a request for a token is refused (RFC 6749 section 5.2, RFC 9449 section 5). */
export const TOKEN_ERRORS = [
  'invalid_request',
  'invalid_client',
  'invalid_scope',
  'unsupported_grant_type',
  'invalid_dpop_proof',
] as const;
export type TokenError = (typeof TOKEN_ERRORS)[number];

/** The reply to a refused request for a token. */
export const TokenErrorReply = closed(
  {
    error: oneOf(TOKEN_ERRORS, 'Why.'),
    error_description: Type.Optional(Type.String({ description: 'Why, in words.' })),
  },
  'No access token.',
);
export type TokenErrorReply = Static<typeof TokenErrorReply>;
