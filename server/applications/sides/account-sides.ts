import { microBatch } from '../../platform/db/micro-batch.ts';
import { createRecentMap } from '../../platform/memory/recent-map.ts';
import type { Applying } from '../applying.ts';
import { type ShownWard, wardsOf } from '../holdings/wards.ts';
import { noticesOf, type ShownNotice } from '../notices/notices.ts';
import { applicationOf, type ShownApplication } from '../read-application.ts';
import { grantDue } from '../recoveries/grant-due.ts';
import { accountsWithMore, type SideRow, sidesOf } from './store.ts';

/** How an account stands with its code, and what it was told. */
export interface AccountSide extends Omit<ShownApplication, 'holder'> {
  /** Tells this state from every other of the account. */
  readonly mark: string;
  /** Whose code it shows. */
  readonly personId?: string;
  readonly notices: readonly ShownNotice[];
}

/** What is known of accounts that show codes, read for many at once. */
export interface AccountSides {
  /** A claim whose time has come is granted first. */
  readonly find: (accountId: string) => Promise<AccountSide>;
  /** Tells how the account stands from every other way; nothing but that is read. */
  readonly markOf: (accountId: string) => Promise<string>;
  /**
   * The same for an account whose session names the code that it shows; undefined when there is nothing else to say, which
   * is told from few rows. That the session still counts says that the code is still shown.
   */
  readonly findMore: (accountId: string) => Promise<AccountSide | undefined>;
  /** Those without a document whose codes an account shows, while it shows its own. */
  readonly wardsOf: (accountId: string) => Promise<readonly ShownWard[]>;
  /** The name of whose code an account shows, as it was stated; not masked. */
  readonly nameOf: (accountId: string) => Promise<string | undefined>;
}

/** Accounts of which more is to be said than that they show a code; they are read anew when they have changed. */
const MOST_REMEMBERED = 20_000;

/** Makes the reader of a process: all of its routes share one. */
export function createAccountSides(applying: Applying): AccountSides {
  const { database: db, keys, clock } = applying;
  const remembered = createRecentMap<string, AccountSide>(MOST_REMEMBERED);
  const rowOf = microBatch(async (accountIds: readonly string[]) => {
    const rows = await sidesOf(db, [...new Set(accountIds)], clock());
    const byAccount = new Map(rows.map((row) => [row.accountId, row]));
    return accountIds.map((accountId) => byAccount.get(accountId));
  });
  const hasMore = microBatch(async (accountIds: readonly string[]) => {
    const more = new Set(await accountsWithMore(db, accountIds, clock()));
    return accountIds.map((accountId) => more.has(accountId));
  });
  const readWhole = async ({ accountId, mark, personId }: SideRow): Promise<AccountSide> => {
    const [{ holder: _, ...application }, notices] = await Promise.all([
      applicationOf(db, keys, accountId, clock()),
      noticesOf(db, accountId),
    ]);
    const side = { ...application, mark, ...(personId !== null && { personId }), notices };
    remembered.set(accountId, side);
    return side;
  };
  const findAsItIs = async (accountId: string): Promise<AccountSide> => {
    const row = await rowOf(accountId);
    if (!row) return { status: 'none', mark: '', notices: [] };
    const known = remembered.get(accountId);
    return known?.mark === row.mark ? known : readWhole(row);
  };
  const find = async (accountId: string): Promise<AccountSide> => {
    const side = await findAsItIs(accountId);
    if (side.status !== 'pending' || !(await grantDue(applying, accountId))) return side;
    return findAsItIs(accountId);
  };
  return {
    find,
    markOf: async (accountId) => (await rowOf(accountId))?.mark ?? '',
    findMore: async (accountId) => ((await hasMore(accountId)) ? find(accountId) : undefined),
    wardsOf: async (accountId) =>
      (await find(accountId)).status === 'active' ? wardsOf(db, keys, accountId) : [],
    nameOf: async (accountId) => (await applicationOf(db, keys, accountId, clock())).holder?.name,
  };
}
