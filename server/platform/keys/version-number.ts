/** What a key of the ring made begins with the number of its version, in two bytes, the higher first. */
export const VERSION_BYTES = 2;

/** The version of the key that made an index, a digest, a wrapped key or a record of the quarantine. */
export function versionOf(bytes: Uint8Array): number | undefined {
  return bytes.length < VERSION_BYTES ? undefined : bytes[0]! * 256 + bytes[1]!;
}

/** How many rows there are of a version. */
export interface VersionCount {
  readonly version: number;
  readonly rows: number;
}
