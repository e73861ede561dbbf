/** What is made of public keys to verify with them. */
export interface PreparedKeys<Prepared> {
  /** What is kept, or else made; undefined when there is no such key. */
  readonly get: (publicKey: Uint8Array) => Prepared | undefined;
  /** The same where it is made while the caller waits; what `make` cannot make is made at once. */
  readonly getLater: (
    publicKey: Uint8Array,
    make: (publicKey: Uint8Array) => Promise<Prepared | undefined>,
  ) => Prepared | Promise<Prepared | undefined>;
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
  /** One that was kept long ago is kept anew. */
  const find = (name: string): Prepared | undefined => {
    const known = recent.get(name);
    if (known !== undefined) return known;
    const prepared = former.get(name);
    if (prepared !== undefined) keep(name, prepared);
    return prepared;
  };
  const make = (name: string, publicKey: Uint8Array, made: Prepared | undefined) => {
    const prepared = made ?? prepare(publicKey);
    if (prepared !== undefined) keep(name, prepared);
    return prepared;
  };
  return {
    get: (publicKey) => {
      const name = nameOf(publicKey);
      return find(name) ?? make(name, publicKey, undefined);
    },
    getLater: (publicKey, makeLater) => {
      const name = nameOf(publicKey);
      return find(name) ?? makeLater(publicKey).then((made) => make(name, publicKey, made));
    },
  };
}

/** By a loop: to spread bytes takes four times as long. */
function nameOf(publicKey: Uint8Array): string {
  let name = '';
  for (let at = 0; at < publicKey.length; at++) name += String.fromCharCode(publicKey[at]!);
  return name;
}
