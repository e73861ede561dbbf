import type { FastifyReply, FastifyRequest } from 'fastify';
import { TOKEN_PATH, TokenErrorReply, TokenReply, TokenRequestForm } from '../../api/clients/token.ts';
import type { Routes } from '../platform/http/app.ts';
import { open } from '../platform/http/rules.ts';
import { type AuthenticationParts, addressOf } from './authenticate.ts';
import { type FormFields, readForm } from './credentials.ts';
import { grantTokens, type Refusal } from './grant-token.ts';

const LONGEST_FORM_BYTES = 8_192;
const FORM = 'application/x-www-form-urlencoded';

/** The route that gives out access tokens. Its replies are those of RFC 6749, not problems. */
export function tokenRoutes(parts: AuthenticationParts): Routes {
  return (app) => {
    const grantToken = grantTokens(parts);
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(FORM, { parseAs: 'string' }, (_request, text, done) =>
      done(null, readForm(String(text))),
    );
    app.post(
      TOKEN_PATH,
      {
        // A door without a token cannot ask.
        config: { rules: { ...open, importance: 'checking' } },
        bodyLimit: LONGEST_FORM_BYTES,
        // The form is read by the rules of OAuth, with its own replies; the schema describes it.
        validatorCompiler: () => () => true,
        schema: {
          operationId: 'grantToken',
          summary: 'Gives an access token to a client (RFC 6749 section 4.4).',
          consumes: [FORM],
          body: TokenRequestForm,
          response: { 200: TokenReply, 400: TokenErrorReply, 401: TokenErrorReply, 429: TokenErrorReply },
        },
      },
      async (request: FastifyRequest, reply) => {
        const { authorization, dpop } = request.headers;
        const answer = await grantToken({
          // The parser above has made it, not the schema.
          form: (request.body === null ? new Map() : request.body) as FormFields | undefined,
          authorization,
          proof: dpop === undefined ? undefined : String(dpop),
          url: addressOf(request, parts.publicOrigin),
          address: request.ip,
        });
        return 'error' in answer ? refuse(reply, answer, authorization !== undefined) : answer;
      },
    );
  };
}

function refuse(reply: FastifyReply, { error, why, retryAfterSeconds }: Refusal, isByHeader: boolean) {
  if (retryAfterSeconds !== undefined) reply.code(429).header('retry-after', retryAfterSeconds);
  else reply.code(error === 'invalid_client' ? 401 : 400);
  // RFC 6749 section 5.2 wants the scheme that the client has tried.
  if (reply.statusCode === 401 && isByHeader) reply.header('www-authenticate', 'Basic realm="healthcode"');
  return { error, error_description: why };
}
