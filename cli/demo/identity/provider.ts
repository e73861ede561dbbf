import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Configuration, interactionPolicy, JWK } from 'oidc-provider';
import { SIGNED_IN_PATH } from '../../../api/accounts/sessions.ts';
import { API_ROOT } from '../../../api/route.ts';
import type { DemoAccount } from './accounts.ts';
import { keepInMemory } from './memory.ts';
import { brokenPage } from './pages.ts';

/** The values of `acr` that the provider gives. */
export const ACR = { two: 'urn:healthcode:demo:two-factors', one: 'urn:healthcode:demo:one-factor' } as const;

/** The service, as the provider knows it. */
export interface DemoClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

export type Provider = Awaited<ReturnType<typeof makeProvider>>;

/** Makes a provider that knows one client, on this machine, and these accounts. */
export async function makeProvider(
  issuer: string,
  { clientId, clientSecret }: DemoClient,
  accountOf: (id: string) => DemoAccount | undefined,
) {
  const { default: OidcProvider, interactionPolicy: policy } = await loadQuietly();
  return new OidcProvider(issuer, {
    ...KEPT_SIMPLE,
    adapter: keepInMemory(),
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        // A native client may come back to any port of this machine (RFC 8252, 7.3).
        application_type: 'native',
        redirect_uris: ['127.0.0.1', 'localhost', '[::1]'].map(
          (host) => `http://${host}${API_ROOT}${SIGNED_IN_PATH}`,
        ),
        grant_types: ['authorization_code'],
        response_types: ['code'],
        token_endpoint_auth_method: 'client_secret_basic',
        id_token_signed_response_alg: 'ES256',
      },
    ],
    findAccount: (_ctx, id) => {
      const account = accountOf(id);
      return account && { accountId: id, claims: async () => ({ ...account.claims, sub: id }) };
    },
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client!.clientId,
        accountId: oidc.session!.accountId!,
      });
      grant.addOIDCScope('openid');
      grant.addOIDCClaims(CLAIMS);
      await grant.save();
      return grant;
    },
    interactions: { policy: withoutConsent(policy), url: (_ctx, { uid }) => `/interaction/${uid}` },
  });
}

const CLAIMS = ['verified_claims', 'healthcode_roles', 'healthcode_territory', 'healthcode_authority'];

/** What is the same for every provider: the one flow that the service uses, and nothing that is fetched from elsewhere. */
const KEPT_SIMPLE: Configuration = {
  claims: { openid: ['sub', ...CLAIMS], acr: null },
  acrValues: Object.values(ACR),
  scopes: ['openid'],
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    rpInitiatedLogout: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    dPoP: { enabled: false },
  },
  pkce: { required: () => true },
  clientBasedCORS: () => false,
  ttl: {
    AccessToken: 60,
    AuthorizationCode: 60,
    Grant: 600,
    IdToken: 300,
    Interaction: 3_600,
    Session: 600,
  },
  renderError: (ctx, out) => {
    ctx.type = 'html';
    ctx.body = brokenPage(String(out.error));
  },
};

/** Nobody is asked to consent: everything is for trying out. */
function withoutConsent({ base }: typeof interactionPolicy) {
  const policy = base();
  policy.remove('consent');
  return policy;
}

function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), use: 'sig', alg: 'ES256' };
}

/** The package says on the console that it prefers a newer Node; stderr holds nothing but lines of JSON. */
async function loadQuietly() {
  const { warn } = console;
  console.warn = () => {};
  try {
    return await import('oidc-provider');
  } finally {
    console.warn = warn;
  }
}
