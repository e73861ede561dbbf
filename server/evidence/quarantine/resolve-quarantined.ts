import type { Instant } from '../../../domain/time.ts';
import type { Db } from '../../platform/db/database.ts';
import { timeUuid } from '../../platform/db/uuid.ts';
import { openQuarantined } from '../../platform/keys/quarantine.ts';
import { eraseAfter } from '../../record/retention.ts';
import type { Receipt } from '../accept-deliveries.ts';
import { type Deliverer, type Delivering, deliver } from '../deliver.ts';
import { incomingOf } from '../deliver-lines.ts';
import type { Incoming, Outcome } from '../intake.ts';
import { NEEDS_TWO } from '../settle-versions.ts';
import { quarantineContext } from './quarantine-records.ts';
import { addStep, type QuarantineRow, quarantined, type Step, stepsOf } from './store.ts';

/** Why nothing was done about a quarantined record. */
export type Refusal = 'unknown' | 'closed' | 'own-record' | 'approved-already' | 'needs-no-approval';

/** What came of a step: the outcome of the record where it was delivered again. */
export type Resolution =
  | { readonly refused: Refusal }
  | { readonly refused?: undefined; readonly step: Step; readonly outcome?: Outcome };

/** What resolving needs of the service. */
export interface Resolving extends Delivering {
  readonly db: Db;
}

const CLOSED: readonly Step[] = ['accepted', 'unchanged', 'superseded', 'corrected', 'discarded'];

/** The record as it came, as text; undefined when there is no such item. */
export async function recordInQuarantine(
  { db, keys }: Resolving,
  itemId: string,
): Promise<string | undefined> {
  const item = await quarantined(db, itemId);
  return item && textOf(keys, item);
}

/**
 * Delivers a quarantined record again as it is, for when what spoke against it has changed, such as a contract. When
 * something else speaks against it now, it waits as an item of its own.
 */
export async function replayQuarantined(
  service: Resolving,
  itemId: string,
  deliverer: Deliverer,
): Promise<Resolution> {
  return whileOpen(service, itemId, async (item) => {
    const outcome = await redeliver(service, deliverer, textOf(service.keys, item), item.position);
    return take(service, item, stepFor(outcome, item), deliverer.clientId, outcome);
  });
}

/** Delivers a corrected record in the place of a quarantined one. When it is faulty too, it waits as an item of its own. */
export async function correctQuarantined(
  service: Resolving,
  itemId: string,
  deliverer: Deliverer,
  corrected: unknown,
): Promise<Resolution> {
  return whileOpen(service, itemId, async (item) => {
    const outcome = await redeliver(service, deliverer, JSON.stringify(corrected), item.position);
    const step = stepFor(outcome, item) === 'still-faulty' ? 'still-faulty' : 'corrected';
    return take(service, item, step, deliverer.clientId, outcome);
  });
}

/** Puts a quarantined record aside for good, with a reason. It stays listed until it is erased. */
export async function discardQuarantined(
  service: Resolving,
  itemId: string,
  actor: string,
  reason: string,
): Promise<Resolution> {
  return whileOpen(service, itemId, (item) => take(service, item, 'discarded', actor, undefined, reason));
}

/**
 * Approves what one authority may not do alone: to change how documents are joined (S3). It is done when two have
 * approved who are not the one that stated it, and not the same.
 */
export async function approveQuarantined(
  service: Resolving,
  itemId: string,
  actor: string,
  delivererOf: (clientId: string) => Deliverer | undefined,
): Promise<Resolution> {
  return whileOpen(service, itemId, async (item) => {
    if (!item.faults.some(({ message }) => message === NEEDS_TWO.message))
      return { refused: 'needs-no-approval' };
    if (actor === item.clientId) return { refused: 'own-record' };
    const before = await approversOf(service, itemId);
    // When two have approved and it was not done then, because something failed, it can be done by asking again.
    if (before.has(actor) && before.size < 2) return { refused: 'approved-already' };
    const approval = before.has(actor)
      ? ({ step: 'approved' } as const)
      : await take(service, item, 'approved', actor);
    const deliverer = delivererOf(item.clientId);
    if ((await approversOf(service, itemId)).size < 2 || !deliverer) return approval;
    const text = textOf(service.keys, item);
    const outcome = await redeliver(service, { ...deliverer, approved: true }, text, item.position);
    return take(service, item, stepFor(outcome, item), actor, outcome);
  });
}

async function approversOf({ db }: Resolving, itemId: string): Promise<ReadonlySet<string>> {
  const steps = await stepsOf(db, itemId);
  return new Set(steps.filter(({ step }) => step === 'approved').map(({ actor }) => actor));
}

async function whileOpen(
  { db }: Resolving,
  itemId: string,
  work: (item: QuarantineRow) => Promise<Resolution>,
): Promise<Resolution> {
  const item = await quarantined(db, itemId);
  if (!item) return { refused: 'unknown' };
  const steps = await stepsOf(db, itemId);
  return steps.some(({ step }) => CLOSED.includes(step)) ? { refused: 'closed' } : work(item);
}

function textOf(keys: Resolving['keys'], { itemId, sealedRecord }: QuarantineRow): string {
  return openQuarantined(keys, sealedRecord, quarantineContext(itemId)).toString('utf8');
}

async function redeliver(
  service: Resolving,
  deliverer: Deliverer,
  text: string,
  number: number,
): Promise<Outcome> {
  const part: readonly Incoming[] = [incomingOf({ number, text })];
  let receipt: Receipt | undefined;
  for await (const one of deliver(service, deliverer, [part])) receipt = one;
  return receipt!.outcomes[0]!;
}

function stepFor(outcome: Outcome, { itemId }: QuarantineRow): Step {
  if (outcome.outcome !== 'quarantined') return outcome.outcome;
  return outcome.itemId === itemId ? 'still-faulty' : 'superseded';
}

async function take(
  { db, clock }: Resolving,
  { itemId }: QuarantineRow,
  step: Step,
  actor: string,
  outcome?: Outcome,
  reason: string | null = null,
): Promise<Resolution> {
  const takenAt: Instant = clock();
  const row = { itemId, stepId: timeUuid(takenAt), step, actor, reason, takenAt };
  await addStep(db, row, eraseAfter('working', takenAt));
  return { step, ...(outcome && { outcome }) };
}
