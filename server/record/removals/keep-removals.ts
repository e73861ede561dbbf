import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../../../domain/time.ts';
import { allRegistrations, countRegistrations } from '../../clients/store.ts';
import { cardKey, openEpochRows, slotEndsSince } from '../../passes/slots/store.ts';
import { archiveFailure } from '../../platform/db/backup/archive-failure.ts';
import type { Db } from '../../platform/db/database.ts';
import { faultFields } from '../../platform/log/fault-fields.ts';
import type { Log } from '../../platform/log/log.ts';
import { printEpochKeys, writeEpochKeys } from './epoch-keys.ts';
import { addRemovals, type Removal, readRemovals, removalKey } from './removal-list.ts';
import { withdrawalsSince } from './store.ts';

/** What keeping the list beside the backups needs. */
export interface KeepingRemovals {
  readonly db: Db;
  /** The folder of the backups. */
  readonly folder: string;
  readonly clock: () => Instant;
  readonly log: Log;
  readonly lookMs?: number;
}

const LOOK_MS = 1_000;
/** The clocks of those who write may differ by so much, and their transactions take so long. */
const OVERLAP_MS = 60_000;

/** Keeps the list of what was taken away, and the keys of the epochs, beside the backups, and tells the log when the journal is not archived. */
export function keepRemovals(keeping: KeepingRemovals): { readonly stop: () => Promise<void> } {
  const { log, lookMs = LOOK_MS } = keeping;
  const stopping = new AbortController();
  const look = looking(keeping);
  const running = (async () => {
    let isFailing = false;
    let wasFailing = false;
    for (;;) {
      try {
        const failure = await look();
        if (failure && !wasFailing) log.error('the journal is not archived', { segment: failure });
        wasFailing = failure !== undefined;
        isFailing = false;
      } catch (error) {
        if (!isFailing) log.warn('the list of removals is not kept', faultFields(error));
        isFailing = true;
      }
      if (stopping.signal.aborted) return;
      await sleep(lookMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    // What was taken away a moment ago is listed before the process ends.
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** One look: what is new is listed. Returns which file of the journal cannot be archived. */
function looking({ db, folder, clock }: KeepingRemovals): () => Promise<string | undefined> {
  const { removals } = readRemovals(folder);
  const listed = new Set(removals.map(removalKey));
  let since = removals.reduce(
    (last, { what, at }) => (what === 'withdrawal' || what === 'slot' ? Math.max(last, at) : last),
    0,
  );
  let clients = -1;
  let keys = '';
  return async () => {
    const begun = clock();
    const found: Removal[] = (await withdrawalsSince(db, since - OVERLAP_MS)).map(
      ({ withdrawnAt, ...row }) => ({ what: 'withdrawal', ...row, at: withdrawnAt }),
    );
    for (const { slot, endedAt } of await slotEndsSince(db, since - OVERLAP_MS))
      found.push({ what: 'slot', slot, at: endedAt });
    const counted = await countRegistrations(db);
    if (counted !== clients)
      for (const { clientId, disabledAt } of await allRegistrations(db))
        if (disabledAt !== null) found.push({ what: 'client', clientId, at: disabledAt });
    const added = found.filter((removal) => !listed.has(removalKey(removal)));
    addRemovals(folder, added);
    for (const removal of added) listed.add(removalKey(removal));
    const epochs = printEpochKeys({ epochs: await openEpochRows(db), cardKey: await cardKey(db) });
    if (epochs !== keys) writeEpochKeys(folder, epochs);
    keys = epochs;
    since = begun;
    clients = counted;
    return archiveFailure(db);
  };
}
