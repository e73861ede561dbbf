import type { KeyRing } from './key-ring.ts';
import type { TokenKeys } from './versioned-keys.ts';

/** The keys of a ring that sign the access tokens of clients. */
export function tokenKeysOf(keys: KeyRing): TokenKeys {
  return {
    current: () => {
      const { version, secret } = keys.live('token')[0];
      return { version, key: secret };
    },
    find: (version) => keys.find('token', version)?.secret,
  };
}
