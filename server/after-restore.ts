import type { Instant } from '../domain/time.ts';
import { applyingAt } from './applications/applying.ts';
import type { Installation } from './installation.ts';
import { FIRST_CARD_SLOT } from './passes/slots/indexes.ts';
import { putBackEpochs } from './passes/slots/put-back-epochs.ts';
import { countSlots } from './passes/slots/store.ts';
import { freeTurn } from './passes/status/store.ts';
import { timeUuid } from './platform/db/uuid.ts';
import { readEpochKeys } from './record/removals/epoch-keys.ts';
import { addRemovals, type RemovalList } from './record/removals/removal-list.ts';
import { type RemovedAgain, removeAgain } from './record/removals/remove-again.ts';
import { addRestoration, endAllSessions, skipNumbers } from './record/restorations/store.ts';

/** What was done so that a restored database contradicts nothing that was said after the instant to which it was restored. */
export interface AfterRestore extends RemovedAgain {
  readonly restoredTo: Instant;
  readonly sessionsEnded: number;
  /** For how many epochs no pass can be issued, because nobody has kept what names its bearer. */
  readonly epochsClosed: number;
  /** Damaged lines of the list of removals. */
  readonly unreadable: number;
}

/**
 * Does what has to follow a restore, before anybody is served (D3, S3): numbers that may have been given out are left out,
 * everybody has to sign in again, whoever left since then leaves again, and clients that were barred are barred. That it
 * was restored is written down: claims that silence would have granted wait once more, and the lists of status say nothing of
 * slots whose bearers are lost.
 */
export async function afterRestore(
  installation: Installation,
  restoredTo: Instant,
  { folder, removals, unreadable }: RemovalList,
  clock: () => Instant,
): Promise<AfterRestore> {
  const { app, owner } = installation.store;
  const restoredAt = clock();
  // Before anything is given out: whoever restores from there again has to leave that out as well.
  addRemovals(folder, [{ what: 'restoration', at: restoredAt }]);
  const before = removals.filter(({ what, at }) => what === 'restoration' && at >= restoredTo).length;
  const first = await countSlots(app);
  await skipNumbers(owner, before + 1);
  const end = await countSlots(app);
  await addRestoration(app, {
    ...{ restorationId: timeUuid(restoredAt), restoredTo, restoredAt },
    slots: { first: first.slots, end: end.slots },
    cardSlots: { first: FIRST_CARD_SLOT + first.cards, end: FIRST_CARD_SLOT + end.cards },
  });
  const { parameters } = installation.trust.keys();
  const epochsClosed = await putBackEpochs(app, readEpochKeys(folder), parameters, restoredAt);
  await freeTurn(app);
  const sessionsEnded = await endAllSessions(app, restoredAt);
  const removed = await removeAgain(applyingAt(installation, clock), removals);
  return { restoredTo, sessionsEnded, epochsClosed, ...removed, unreadable };
}
