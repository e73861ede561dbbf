import type { Db } from '../platform/db/database.ts';
import { contractsInForce } from './store.ts';

/** Which kinds each source may state (S4, S6), held in memory. */
export interface ContractBook {
  readonly kinds: () => ReadonlyMap<string, readonly string[]>;
  /** Reads what was changed since. */
  readonly refresh: () => Promise<void>;
}

export async function openContractBook(db: Db): Promise<ContractBook> {
  let kinds = await contractsInForce(db);
  return {
    kinds: () => kinds,
    refresh: async () => {
      kinds = await contractsInForce(db);
    },
  };
}
