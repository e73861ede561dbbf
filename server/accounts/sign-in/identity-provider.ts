import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import type { Instant } from '../../../domain/time.ts';
import type { SignIn } from '../../config.ts';
import type { Claims } from './claims.ts';

/** Why nobody has signed in: `failed` is told to whoever tried, `unavailable` passes. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  readonly outcome: 'failed' | 'unavailable';

  constructor(outcome: 'failed' | 'unavailable', options?: ErrorOptions) {
    super(`signing in is ${outcome}`, options);
    this.outcome = outcome;
  }
}

/** What only the browser that began to sign in can show at the end (RFC 7636; OpenID Connect Core, 3.1.2). */
export interface Checks {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What is asked for. */
export interface Wish {
  /** Where the browser is to come back to. */
  readonly redirectUri: string;
  readonly as: 'citizen' | 'staff';
  /** Whether one must show again who one is. */
  readonly fresh: boolean;
}

/** Who has signed in, by what the provider says. */
export interface SignedIn {
  readonly issuer: string;
  readonly subject: string;
  readonly claims: Claims;
  /** When they showed who they are; undefined when the provider does not say. */
  readonly shownAt: Instant | undefined;
}

/** An identity provider, as far as signing in needs it. What goes wrong is a {@link SignInError}. */
export interface IdentityProvider {
  /** The address to which a browser is sent. */
  readonly begin: (wish: Wish) => Promise<{ readonly url: string; readonly checks: Checks }>;
  /** Finds out who comes back: `query` is what the provider has added to the address. */
  readonly finish: (wish: Wish, checks: Checks, query: string) => Promise<SignedIn>;
}

/** After so long without an answer the provider counts as away. */
const PATIENCE_SECONDS = 5;
/** What a provider says about itself is read again after so long. */
const KNOWN_MS = 3_600_000;
/** A provider that hangs must not hold more of the requests that the service can run. */
const MOST_AT_ONCE = 50;
/** How long ago a fresh sign-in may have been, with the time that it takes to come back. */
const FRESH_SECONDS = 120;

/** Speaks to a provider. It is asked what it can do when somebody first signs in: it may be away when the service starts. */
export function openIdentityProvider(settings: SignIn): IdentityProvider {
  let known: { readonly configuration: Promise<Configuration>; readonly at: number } | undefined;
  let running = 0;
  const configuration = (): Promise<Configuration> => {
    if (known && performance.now() - known.at < KNOWN_MS) return known.configuration;
    const asked = discover(settings);
    known = { configuration: asked, at: performance.now() };
    asked.catch(() => {
      known = undefined;
    });
    return asked;
  };
  const atMost = async <T>(work: (configuration: Configuration) => Promise<T>): Promise<T> => {
    if (running >= MOST_AT_ONCE) throw new SignInError('unavailable');
    running++;
    try {
      return await work(await configuration());
    } catch (error) {
      throw asSignInError(error);
    } finally {
      running--;
    }
  };
  return {
    begin: (wish) => atMost((found) => begin(found, settings, wish)),
    finish: (wish, checks, query) => atMost((found) => finish(found, wish, checks, query)),
  };
}

function discover({ issuer, clientId, clientSecret }: SignIn): Promise<Configuration> {
  const isPlain = new URL(issuer).protocol === 'http:';
  return discovery(new URL(issuer), clientId, clientSecret, showSecret(clientSecret), {
    timeout: PATIENCE_SECONDS,
    // The signature of an ID token is checked although it comes over TLS.
    execute: [enableNonRepudiationChecks, ...(isPlain ? [allowInsecureRequests] : [])],
  });
}

/** Shows the secret in the header, which all providers must take (RFC 6749, 2.3.1), unless this one says otherwise. */
function showSecret(secret: string): ClientAuth {
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, ...rest) => {
    const { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] } = server;
    return methods.includes('client_secret_basic') ? basic(server, ...rest) : post(server, ...rest);
  };
}

async function begin(configuration: Configuration, settings: SignIn, { redirectUri, as, fresh }: Wish) {
  const checks = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
  const { href } = buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: settings.scope ?? 'openid',
    state: checks.state,
    nonce: checks.nonce,
    code_challenge: await calculatePKCECodeChallenge(checks.verifier),
    code_challenge_method: 'S256',
    claims: JSON.stringify({ id_token: as === 'citizen' ? citizenClaims(settings) : STAFF_CLAIMS }),
    ...(as === 'staff' &&
      settings.twoFactorAcr.length > 0 && { acr_values: settings.twoFactorAcr.join(' ') }),
    ...(fresh && { prompt: 'login', max_age: String(FRESH_SECONDS) }),
  });
  return { url: href, checks };
}

/** The claims that are asked for (OpenID Connect Core, 5.5; Identity Assurance, section 6). */
function citizenClaims({ trustFrameworks }: SignIn) {
  const verification = { trust_framework: { values: trustFrameworks } };
  if (trustFrameworks.length === 0) return {};
  return { verified_claims: { verification, claims: { name: null, document: null } } };
}

const STAFF_CLAIMS = { healthcode_roles: null, healthcode_territory: null, healthcode_authority: null };

async function finish(
  configuration: Configuration,
  { redirectUri, fresh }: Wish,
  { state, nonce, verifier }: Checks,
  query: string,
): Promise<SignedIn> {
  const tokens = await authorizationCodeGrant(configuration, new URL(`${redirectUri}?${query}`), {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
    ...(fresh && { maxAge: FRESH_SECONDS }),
  });
  const idToken = tokens.claims()!;
  const further = await userInfo(configuration, tokens.access_token, idToken.sub);
  const { auth_time: shownAt } = idToken;
  return {
    issuer: idToken.iss,
    subject: idToken.sub,
    // What is said about this sign-in, such as `acr`, stands in the ID token alone.
    claims: { ...further, acr: undefined, ...idToken },
    shownAt: shownAt === undefined ? undefined : shownAt * 1_000,
  };
}

/** Providers put claims where they like; those without this endpoint have them in the ID token. */
async function userInfo(configuration: Configuration, accessToken: string, subject: string): Promise<Claims> {
  if (configuration.serverMetadata().userinfo_endpoint === undefined) return {};
  return fetchUserInfo(configuration, accessToken, subject);
}

function asSignInError(error: unknown): SignInError {
  return error instanceof SignInError ? error : new SignInError(outcomeOf(error), { cause: error });
}

/** Whether the fault is the provider's, and passes. Everything that does not fit the checks is a sign-in that failed. */
function outcomeOf(error: unknown): SignInError['outcome'] {
  if (error instanceof AuthorizationResponseError)
    return BUSY.includes(error.error) ? 'unavailable' : 'failed';
  if (error instanceof ResponseBodyError) {
    return error.status >= 500 || error.error === 'invalid_client' ? 'unavailable' : 'failed';
  }
  // It does not take our secret.
  if (error instanceof WWWAuthenticateChallengeError) return 'unavailable';
  if (error instanceof ClientError) return AWAY.includes(error.code ?? '') ? 'unavailable' : 'failed';
  // What `fetch` throws when nobody answers.
  return error instanceof TypeError ? 'unavailable' : 'failed';
}

const BUSY = ['server_error', 'temporarily_unavailable'];
const AWAY = [
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
  'OAUTH_MISSING_SERVER_METADATA',
  'OAUTH_INVALID_SERVER_METADATA',
];
