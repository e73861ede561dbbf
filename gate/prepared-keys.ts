/**
 * What is made of a public key to verify with it, kept for the keys used last: at most twice `most` of them. Keys of phones
 * come and go, and whoever shows them chooses them, so that there has to be a bound.
 */
export function preparedKeys<Prepared>(
  most: number,
  prepare: (publicKey: Uint8Array) => Prepared | undefined,
): (publicKey: Uint8Array) => Prepared | undefined {
  let recent = new Map<string, Prepared>();
  let former = new Map<string, Prepared>();
  return (publicKey) => {
    const name = String.fromCharCode(...publicKey);
    const known = recent.get(name);
    if (known !== undefined) return known;
    const prepared = former.get(name) ?? prepare(publicKey);
    if (prepared === undefined) return undefined;
    if (recent.size >= most) {
      former = recent;
      recent = new Map();
    }
    recent.set(name, prepared);
    return prepared;
  };
}
