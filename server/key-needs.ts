import { countAccountsNotIndexed, countSubjects } from './accounts/store.ts';
import {
  countPhones,
  countPhonesNotIndexed,
  countWrappedApplications,
} from './applications/renewal/store.ts';
import { countItemIds, countSealedRecords } from './evidence/quarantine/store.ts';
import { countDigests } from './evidence/store.ts';
import { countSealedIndexKeys } from './passes/slots/store.ts';
import { countIndexes, countNotIndexed, countWrappedKeys } from './people/renewal/store.ts';
import type { Db } from './platform/db/database.ts';
import { PURPOSES, type Purpose } from './platform/keys/key-file.ts';
import type { KeyState } from './platform/keys/rotation.ts';
import type { VersionCount } from './platform/keys/version-number.ts';

/** How many rows would be lost with each version of the keys of a purpose that is not retired. */
export type KeyNeeds = ReadonlyMap<number, number>;

/**
 * Counts how many rows need each version of the keys of a purpose. It looks at all of them, and is no snapshot: a
 * version that is not written with any more is needed by ever fewer.
 */
export async function keyNeeds(db: Db, purpose: Purpose, states: readonly KeyState[]): Promise<KeyNeeds> {
  const own = states.filter((one) => one.purpose === purpose && one.state !== 'retired');
  const current = own.find(({ state }) => state === 'current')!.version;
  const needs = new Map(own.map(({ version }) => [version, 0]));
  for (const { version, rows } of await COUNT[purpose](db, current)) {
    const before = needs.get(version);
    // Indexes of a retired version stay where they are and find nothing.
    if (before !== undefined) needs.set(version, before + rows);
  }
  return needs;
}

/** The same for all purposes. */
export async function allKeyNeeds(
  db: Db,
  states: readonly KeyState[],
): Promise<Readonly<Record<Purpose, KeyNeeds>>> {
  const needs: [Purpose, KeyNeeds][] = [];
  for (const purpose of PURPOSES) needs.push([purpose, await keyNeeds(db, purpose, states)]);
  return Object.fromEntries(needs) as Record<Purpose, KeyNeeds>;
}

const NOTHING = async (): Promise<VersionCount[]> => [];

/**
 * Nothing is indexed by carrier yet, and tokens and sessions are held by others: they end by themselves. What seals the keys
 * of epochs is needed until these are over. Facts that do not open are made again from evidence.
 * The indexes of an account under a new version are added when somebody signs in with it.
 */
const COUNT: Readonly<Record<Purpose, (db: Db, current: number) => Promise<VersionCount[]>>> = {
  document: async (db, current) => [
    { version: current, rows: await countIndexes(db, current) },
    ...(await countNotIndexed(db, current)),
  ],
  phone: async (db, current) => [
    { version: current, rows: await countPhones(db, current) },
    ...(await countPhonesNotIndexed(db, current)),
  ],
  carrier: NOTHING,
  envelope: async (db) => [...(await countWrappedKeys(db)), ...(await countWrappedApplications(db))],
  quarantine: countSealedRecords,
  digest: async (db) => [...(await countDigests(db)), ...(await countItemIds(db))],
  token: NOTHING,
  subject: async (db, current) => [
    { version: current, rows: await countSubjects(db, current) },
    ...(await countAccountsNotIndexed(db, current)),
  ],
  session: NOTHING,
  code: countSealedIndexKeys,
  facts: NOTHING,
};
