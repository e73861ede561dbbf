import { join } from 'node:path';
import type { Instant } from '../domain/time.ts';
import { databaseNow } from './codes/buckets/store.ts';
import type { Decision, DecisionInForce } from './codes/decision.ts';
import { type ContractBook, openContractBook } from './evidence/contracts.ts';
import { openTrust } from './passes/trust/open-trust.ts';
import type { TrustBook } from './passes/trust/trust-book.ts';
import { trustIn } from './passes/trust/trust-folder.ts';
import { type AreaBook, type AreaRules, type KnownAreas, openAreaBook } from './places/area-book.ts';
import { type Identity, identify, identityOf } from './platform/db/identity.ts';
import { openStore, type Place, type Store, type StoreOptions } from './platform/db/open-store.ts';
import { createKeyRing, type KeyRing, openKeyRing } from './platform/keys/key-ring.ts';
import { OperatorError } from './platform/operator-error.ts';
import { openRuleBook, type RuleBook, type UsableRules } from './rules/rule-book.ts';

/** Where an installation lies. */
export interface Site {
  readonly place: Place;
  /** The folder of the key files, which must not lie in the database. */
  readonly keysFolder: string;
  /** The folder of the pinned root and the keys of the signer; in the folder of the keys when missing. */
  readonly trustFolder?: string;
}

/** How an installation is opened. */
export interface InstallationOptions extends StoreOptions {
  /** Makes a new database one for trying out. */
  readonly demo?: boolean;
  /** The clock that all processes share; that of the database when missing. */
  readonly databaseNow?: () => Promise<Instant>;
}

/** What others change while an installation is open. */
export type Followed = 'keys' | 'trust' | 'rules' | 'contracts' | 'areas';

/** The store, the keys, and what decides: what every command and the service work with. */
export interface Installation {
  readonly store: Store;
  readonly identity: Identity;
  readonly keys: KeyRing;
  /** The key list and the rule bundles of the province. */
  readonly trust: TrustBook;
  /** The folder of the pinned root and the keys of the signer. */
  readonly trustFolder: string;
  readonly rules: RuleBook;
  readonly contracts: ContractBook;
  readonly areas: AreaBook;
  /** What decides at an instant, as it was when it was last read. */
  readonly decision: (at: Instant) => DecisionInForce;
  /** The same, with the listed areas read anew: for whoever concludes from evidence that is read after this. */
  readonly freshDecision: (at: Instant) => Promise<DecisionInForce>;
  /** What would decide at an instant if another rule package were in force. */
  readonly decisionBy: (rules: UsableRules, at: Instant) => Decision;
  /** What decided at an instant, as far as it was known at another; the areas of a version, where one is given. */
  readonly decisionKnownAt: (at: Instant, knownAt: Instant, areasVersion?: string) => Promise<Decision>;
  /**
   * Reads what others changed, each by itself: what cannot be read leaves the rest fresh. Answers what could not be
   * read, and why.
   */
  readonly refresh: () => Promise<ReadonlyMap<Followed, unknown>>;
  /** The present by the clock of the database, which all processes share. */
  readonly databaseNow: () => Promise<Instant>;
  readonly stop: () => Promise<void>;
}

/**
 * Opens an installation; one that is new gets keys of its own, and begins with the rules of the notice (S1).
 *
 * @throws {OperatorError} when the keys are not those with which the database is written
 */
export async function openInstallation(
  { place, keysFolder, trustFolder = trustIn(keysFolder) }: Site,
  now: Instant,
  { demo = false, ...options }: InstallationOptions = {},
): Promise<Installation> {
  const store = await openStore(place, options);
  try {
    const keys = await openKeys(store, keysFolder);
    const identity = await identify(store.app, { keyRing: keys.id, isDemo: demo }, now);
    // Somebody else may have begun in the same moment, with keys of their own.
    if (identity.keyRing !== keys.id) throw otherKeys(keysFolder);
    const trust = await openTrust(store.app, trustFolder, now);
    const rules = await openRuleBook(store.app, trust);
    const contracts = await openContractBook(store.app);
    const areas = await openAreaBook(store.app);
    const decisionBy = (usable: UsableRules, at: Instant) =>
      decisionOf(usable, areas.current(at, areaRules(usable)));
    const decision = (at: Instant) => ({ ...decisionBy(rules.at(at), at), inForce: rules.inForceAt(at) });
    return {
      store,
      identity,
      keys,
      trust,
      trustFolder,
      rules,
      contracts,
      areas,
      decision,
      decisionBy,
      freshDecision: async (at) => {
        await areas.refresh();
        return decision(at);
      },
      decisionKnownAt: async (at, knownAt, version) => {
        const usable = rules.at(at, knownAt);
        const by = areaRules(usable);
        return decisionOf(
          usable,
          version === undefined ? await areas.knownAt(knownAt, by) : await areas.ofVersion(version, by),
        );
      },
      refresh: () =>
        refreshEach({
          keys: async () => keys.refresh(),
          trust: trust.refresh,
          rules: rules.refresh,
          contracts: contracts.refresh,
          areas: areas.refresh,
        }),
      databaseNow: options.databaseNow ?? (() => databaseNow(store.app)),
      stop: () => store.stop(),
    };
  } catch (error) {
    await store.stop();
    throw error;
  }
}

function areaRules({ rules }: UsableRules): AreaRules {
  return { ...rules.parameters, areaLevels: rules.areaLevels };
}

function decisionOf({ compiled, lists }: UsableRules, { version, index }: KnownAreas): Decision {
  return { rules: compiled, lists, areasVersion: version, areas: index };
}

async function refreshEach(
  parts: Readonly<Record<Followed, () => Promise<unknown>>>,
): Promise<ReadonlyMap<Followed, unknown>> {
  const failures = new Map<Followed, unknown>();
  const refreshing = (Object.keys(parts) as Followed[]).map((what) =>
    parts[what]().catch((error: unknown) => failures.set(what, error)),
  );
  await Promise.all(refreshing);
  return failures;
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
