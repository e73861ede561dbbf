import type { KeyObject } from 'node:crypto';

/** The keys of one purpose. Versions are positive and grow; older ones stay while something made with them lives. */
export interface VersionedKeys {
  /** The key that new things are made with. */
  readonly current: () => { readonly version: number; readonly key: KeyObject };
  /** The key of a version; undefined when there is none, or no longer. */
  readonly find: (version: number) => KeyObject | undefined;
}

/** The keys that sign the access tokens of clients. */
export type TokenKeys = VersionedKeys;
