import { join } from 'node:path';
import type { Instant } from '../domain/time.ts';
import type { Decision } from './codes/decision.ts';
import { type ContractBook, openContractBook } from './evidence/contracts.ts';
import { type Identity, identify, identityOf } from './platform/db/identity.ts';
import { openStore, type Place, type Store, type StoreOptions } from './platform/db/open-store.ts';
import { createKeyRing, type KeyRing, openKeyRing } from './platform/keys/key-ring.ts';
import { OperatorError } from './platform/operator-error.ts';
import { openRuleBook, type RuleBook } from './rules/rule-book.ts';

/** Where an installation lies. */
export interface Site {
  readonly place: Place;
  /** The folder of the key files, which must not lie in the database. */
  readonly keysFolder: string;
}

/** How an installation is opened. */
export interface InstallationOptions extends StoreOptions {
  /** Makes a new database one for trying out. */
  readonly demo?: boolean;
}

/** The store, the keys, and what decides: what every command and the service work with. */
export interface Installation {
  readonly store: Store;
  readonly identity: Identity;
  readonly keys: KeyRing;
  readonly rules: RuleBook;
  readonly contracts: ContractBook;
  /** What decides at an instant. */
  readonly decision: (at: Instant) => Decision;
  /** What decided at an instant, as far as it was known at another. */
  readonly decisionKnownAt: (at: Instant, knownAt: Instant) => Promise<Decision>;
  /** Reads what others changed: rules, contracts, areas, keys. */
  readonly refresh: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Opens an installation; one that is new begins with the rules of the notice (S1).
 *
 * @throws {OperatorError} when the keys are not those with which the database is written
 */
export async function openInstallation(
  { place, keysFolder }: Site,
  now: Instant,
  { demo = false, ...options }: InstallationOptions = {},
): Promise<Installation> {
  const store = await openStore(place, options);
  try {
    const keys = await openKeys(store, keysFolder);
    const identity = await identify(store.app, { keyRing: keys.id, isDemo: demo }, now);
    // Somebody else may have begun in the same moment, with keys of their own.
    if (identity.keyRing !== keys.id) throw otherKeys(keysFolder);
    const rules = await openRuleBook(store.app, now);
    const contracts = await openContractBook(store.app);
    return {
      store,
      identity,
      keys,
      rules,
      contracts,
      decision: (at) => {
        const { compiled, lists } = rules.at(at);
        return { rules: compiled, lists, areasVersion: 'none', areas: () => ({ inside: [], possible: [] }) };
      },
      decisionKnownAt: async (at, knownAt) => {
        const { compiled, lists } = rules.at(at, knownAt);
        return { rules: compiled, lists, areasVersion: 'none', areas: () => ({ inside: [], possible: [] }) };
      },
      refresh: async () => {
        keys.refresh();
        await rules.refresh();
        await contracts.refresh();
      },
      stop: () => store.stop(),
    };
  } catch (error) {
    await store.stop();
    throw error;
  }
}

/** The keys of a database; only one that is new gets new ones. */
async function openKeys(store: Store, folder: string): Promise<KeyRing> {
  const identity = await identityOf(store.app);
  if (identity && openKeyRing(folder).id !== identity.keyRing) throw otherKeys(folder);
  return createKeyRing(folder);
}

function otherKeys(folder: string): OperatorError {
  return new OperatorError(`the keys in ${folder} are not those of this database; restore its own`);
}

/** The folder of the keys of a data folder. It belongs to whoever runs the service, and not to the database server. */
export function keysIn(dataFolder: string): string {
  return join(dataFolder, 'keys');
}
