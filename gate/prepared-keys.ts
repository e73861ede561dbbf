/** What is made of public keys to verify with them. */
export interface PreparedKeys<Prepared> {
  /** What is kept, or else made; undefined when there is no such key. */
  readonly get: (publicKey: Uint8Array) => Prepared | undefined;
  readonly has: (publicKey: Uint8Array) => boolean;
  /** Keeps what somebody else has made. */
  readonly add: (publicKey: Uint8Array, prepared: Prepared) => void;
}

/**
 * What is made of a public key to verify with it, kept for the keys used last: at most twice `most` of them. Keys of phones
 * come and go, and whoever shows them chooses them, so that there has to be a bound.
 */
export function preparedKeys<Prepared>(
  most: number,
  prepare: (publicKey: Uint8Array) => Prepared | undefined,
): PreparedKeys<Prepared> {
  let recent = new Map<string, Prepared>();
  let former = new Map<string, Prepared>();
  const keep = (name: string, prepared: Prepared) => {
    if (recent.size >= most) {
      former = recent;
      recent = new Map();
    }
    recent.set(name, prepared);
  };
  return {
    get: (publicKey) => {
      const name = nameOf(publicKey);
      const known = recent.get(name);
      if (known !== undefined) return known;
      const prepared = former.get(name) ?? prepare(publicKey);
      if (prepared !== undefined) keep(name, prepared);
      return prepared;
    },
    has: (publicKey) => {
      const name = nameOf(publicKey);
      return recent.has(name) || former.has(name);
    },
    add: (publicKey, prepared) => keep(nameOf(publicKey), prepared),
  };
}

function nameOf(publicKey: Uint8Array): string {
  return String.fromCharCode(...publicKey);
}
