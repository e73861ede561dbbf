import { readFileSync } from 'node:fs';
import type { SignIn } from '../../server/config.ts';
import { OperatorError } from '../../server/platform/operator-error.ts';
import { UsageError } from '../command.ts';

/** The options that say with whom people and staff sign in. */
export const SIGN_IN_OPTIONS = {
  issuer: { type: 'string' },
  'client-id': { type: 'string' },
  'client-secret-file': { type: 'string' },
  'trust-framework': { type: 'string', multiple: true },
  'two-factor-acr': { type: 'string', multiple: true },
} as const;

export const SIGN_IN_HELP = `  --issuer URL         the identity provider with which people and staff sign in (OpenID Connect, https); without it
                       nobody can. HEALTHCODE_OIDC_ISSUER
  --client-id ID       under which the provider knows the service. HEALTHCODE_OIDC_CLIENT_ID
  --client-secret-file FILE  holds the secret that it shares with the provider. HEALTHCODE_OIDC_CLIENT_SECRET_FILE
  --trust-framework F  a trust framework whose verified documents count (verified_claims); may be repeated.
                       HEALTHCODE_OIDC_TRUST_FRAMEWORKS, with spaces between them
  --two-factor-acr ACR a value of "acr" that stands for two factors, without which no member of staff signs in; may be
                       repeated. HEALTHCODE_OIDC_TWO_FACTOR_ACR, with spaces between them
                       HEALTHCODE_OIDC_SCOPE: the scopes that are asked for (openid)`;

/** The options as they were given. */
export interface SignInValues {
  readonly issuer?: string | undefined;
  readonly 'client-id'?: string | undefined;
  readonly 'client-secret-file'?: string | undefined;
  readonly 'trust-framework'?: readonly string[] | undefined;
  readonly 'two-factor-acr'?: readonly string[] | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * With whom people and staff sign in, by options and environment; undefined where nothing is said.
 *
 * @throws {UsageError} when a part is missing
 * @throws {OperatorError} when the secret cannot be read
 */
export function signInOf(values: SignInValues, env: Environment = process.env): SignIn | undefined {
  const issuer = values.issuer ?? env.HEALTHCODE_OIDC_ISSUER;
  const clientId = values['client-id'] ?? env.HEALTHCODE_OIDC_CLIENT_ID;
  const secretFile = values['client-secret-file'] ?? env.HEALTHCODE_OIDC_CLIENT_SECRET_FILE;
  const scope = env.HEALTHCODE_OIDC_SCOPE;
  if (issuer === undefined && clientId === undefined && secretFile === undefined) return undefined;
  if (issuer === undefined || clientId === undefined || secretFile === undefined)
    throw new UsageError('--issuer, --client-id and --client-secret-file go together');
  if (!URL.canParse(issuer)) throw new UsageError('--issuer is not a URL');
  return {
    issuer,
    clientId,
    clientSecret: readSecret(secretFile),
    ...(scope !== undefined && { scope }),
    trustFrameworks: values['trust-framework'] ?? wordsOf(env.HEALTHCODE_OIDC_TRUST_FRAMEWORKS),
    twoFactorAcr: values['two-factor-acr'] ?? wordsOf(env.HEALTHCODE_OIDC_TWO_FACTOR_ACR),
  };
}

function readSecret(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new OperatorError(
      `the secret in ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  if (text === '') throw new OperatorError(`the secret in ${file} is empty`);
  return text;
}

function wordsOf(text = ''): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
