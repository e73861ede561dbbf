import { type CallOptions, errorOf, replyOf, requestFor } from './call.ts';
import { createProver, type Prover } from './clients/proof.ts';
import { TOKEN_PATH, type TokenErrorReply, type TokenReply } from './clients/token.ts';
import { comeAgainAfterMs, mayComeAgain, pause } from './come-again.ts';
import { API_ROOT, type Input, type Part, type Route } from './route.ts';

export { CallError, type CallOptions } from './call.ts';

/** Why the client got no token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly error: TokenErrorReply['error'];

  constructor({ error, error_description }: TokenErrorReply) {
    super(error_description ?? error);
    this.error = error;
  }
}

/** How the service is reached. */
export interface ClientOptions {
  /** Scheme and host, such as `http://127.0.0.1:8080`. */
  readonly origin: string;
  /** Missing: routes that are open to anyone, and in a page of the service those of whoever is signed in. */
  readonly credentials?: { readonly clientId: string; readonly secret: string };
  /** Whether tokens are bound to a key of this process (RFC 9449). */
  readonly proof?: 'none' | 'dpop';
  readonly nowMs?: () => number;
  /**
   * How often a request is sent at most that the service refuses for now (429, 503) and that may safely come again: a GET, and
   * whatever has an idempotency key. 4 when missing; 1: each refusal is thrown at once.
   */
  readonly tries?: number;
}

/** Calls routes of the service as they are declared. */
export interface ApiClient {
  /**
   * @throws {CallError} when the service replies with a problem
   * @throws {TokenRefused} when it gives no token
   */
  readonly call: <R extends Route>(
    route: R,
    input: Input<R>,
    options?: CallOptions,
  ) => Promise<Part<R, 'reply'>>;
}

const USUAL_TRIES = 4;
/** A token is renewed so long before it ends. */
const RESERVE_MS = 30_000;

/** Makes a client. Tokens are fetched when they are needed, and renewed before they end or when the service refuses one. */
export function createClient(options: ClientOptions): ApiClient {
  const { origin, credentials, proof = 'none', nowMs = Date.now, tries = USUAL_TRIES } = options;
  const prover = proof === 'dpop' ? createProver(nowMs) : undefined;
  const tokens = credentials && keepToken(() => fetchToken(origin, credentials, nowMs, prover), nowMs);
  const callOnce = async <R extends Route>(route: R, input: Input<R>, callOptions: CallOptions) => {
    const request = requestFor(origin, route, input, callOptions);
    const token = await tokens?.get();
    let response = await fetch(await authorized(request, token, prover));
    if (response.status === 401 && tokens && token) {
      // The service may have changed its keys, or its clock.
      tokens.drop(token);
      response = await fetch(await authorized(request, await tokens.get(), prover));
    }
    return replyOf<R>(response);
  };
  return {
    call: async (route, input, callOptions = {}) => {
      for (let tried = 1; ; tried++) {
        try {
          return await callOnce(route, input, callOptions);
        } catch (error) {
          if (tried >= tries || !mayComeAgain(route, callOptions, error)) throw error;
          const waitMs = comeAgainAfterMs(error.retryAfterSeconds, tried, Math.random());
          await pause(waitMs, callOptions.signal);
        }
      }
    },
  };
}

/** Holds one token for all calls, so that calls at the same time fetch one. */
function keepToken(fetchNew: () => Promise<Token>, nowMs: () => number) {
  let held: Promise<Token> | undefined;
  let dropped: Token | undefined;
  return {
    get: async (): Promise<Token> => {
      const seen = held;
      const token = await seen?.catch(() => undefined);
      if (token && token !== dropped && token.renewAtMs > nowMs()) return token;
      // Another call may have begun to fetch one meanwhile.
      if (held === seen) held = fetchNew();
      return held!;
    },
    drop: (token: Token) => {
      dropped = token;
    },
  };
}

interface Token {
  readonly text: string;
  readonly scheme: TokenReply['token_type'];
  readonly renewAtMs: number;
}

async function fetchToken(
  origin: string,
  { clientId, secret }: NonNullable<ClientOptions['credentials']>,
  nowMs: () => number,
  prover: Promise<Prover> | undefined,
): Promise<Token> {
  const url = `${origin}${API_ROOT}${TOKEN_PATH}`;
  const headers = new Headers({
    authorization: `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`)}`,
  });
  if (prover) headers.set('dpop', await (await prover).prove('POST', url));
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const response = await fetch(url, { method: 'POST', headers, body });
  if (response.ok) {
    const { access_token, token_type, expires_in } = (await response.json()) as TokenReply;
    return { text: access_token, scheme: token_type, renewAtMs: nowMs() + expires_in * 1_000 - RESERVE_MS };
  }
  const reply = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (typeof reply === 'object' && reply !== null && 'error' in reply) {
    throw new TokenRefused(reply as TokenErrorReply);
  }
  throw await errorOf(response);
}

/** A copy, so that the request can be sent again. */
async function authorized(
  request: Request,
  token: Token | undefined,
  prover: Promise<Prover> | undefined,
): Promise<Request> {
  const copy = request.clone();
  if (!token) return copy;
  copy.headers.set('authorization', `${token.scheme} ${token.text}`);
  if (prover) copy.headers.set('dpop', await (await prover).prove(copy.method, copy.url, token.text));
  return copy;
}
