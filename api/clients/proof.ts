/** Proves that whoever asks has a key (DPoP, RFC 9449). */
export interface Prover {
  /** A proof for one request; `token` is the access token that goes with it. */
  readonly prove: (method: string, url: string, token?: string) => Promise<string>;
}

type Keys = Awaited<ReturnType<typeof makeKeys>>;

/** A prover with a key of its own, which nobody else ever sees. */
export async function createProver(nowMs: () => number): Promise<Prover> {
  const keys = await makeKeys();
  const { crv, kty, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  const header = encode(JSON.stringify({ typ: 'dpop+jwt', alg: 'ES256', jwk: { crv, kty, x, y } }));
  return {
    prove: async (method, url, token) => {
      const { origin, pathname } = new URL(url);
      const payload = {
        jti: crypto.randomUUID(),
        htm: method,
        htu: `${origin}${pathname}`,
        iat: Math.floor(nowMs() / 1_000),
        ...(token === undefined ? {} : { ath: await digest(token) }),
      };
      const signed = `${header}.${encode(JSON.stringify(payload))}`;
      return `${signed}.${await sign(keys, signed)}`;
    },
  };
}

function makeKeys() {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
}

async function sign({ privateKey }: Keys, text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, bytes);
  return toBase64Url(new Uint8Array(signature));
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return toBase64Url(new Uint8Array(bytes));
}

function encode(text: string): string {
  return toBase64Url(new TextEncoder().encode(text));
}

function toBase64Url(bytes: Uint8Array): string {
  const plain = btoa(String.fromCharCode(...bytes));
  return plain.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
