/** What a phone signs to be bound by a key: the key is there, and is a key for this. */
export function bindingProof(publicKey: string): string {
  return `healthcode bind ${publicKey}`;
}

/** What a bound phone signs to fetch passes: which phone, when, for which keys, and who is shown together. */
export function fetchingProof(
  phoneId: string,
  askedAt: string,
  publicKeys: readonly string[],
  companions: readonly string[],
): string {
  return `healthcode passes ${phoneId} ${askedAt} ${publicKeys.join(',')} ${companions.join(',')}`;
}
