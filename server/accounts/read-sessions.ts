import type { Db } from '../platform/db/database.ts';
import { microBatch } from '../platform/db/micro-batch.ts';
import { openSessions, personsOfAccounts, type SessionRow } from './store.ts';

/** Reads sessions and whose code an account shows, for many at once: in the morning everybody's cookie is an old one. */
export interface ReadSessions {
  /** Whether an account has this session and nobody has ended it. */
  readonly isOpen: (session: SessionRow) => Promise<boolean>;
  /** Whose code an account shows; undefined when it shows none. */
  readonly personOf: (accountId: string) => Promise<string | undefined>;
}

/** Makes the reader of a process. */
export function createReadSessions(db: Db): ReadSessions {
  const isOpen = microBatch<SessionRow, boolean>(async (asked) => {
    const rows = await openSessions(
      db,
      asked.map(({ sessionId }) => sessionId),
    );
    const accounts = new Map(rows.map(({ sessionId, accountId }) => [sessionId, accountId]));
    return asked.map(({ sessionId, accountId }) => accounts.get(sessionId) === accountId);
  });
  const personOf = microBatch<string, string | undefined>(async (accountIds) => {
    const rows = await personsOfAccounts(db, accountIds);
    const persons = new Map(rows.map(({ accountId, personId }) => [accountId, personId]));
    return accountIds.map((accountId) => persons.get(accountId));
  });
  return { isOpen, personOf };
}
