import assert from 'node:assert/strict';
import { STATUS } from '../../../credential/status-view.ts';
import { epochAt } from '../../../credential/trust/epochs.ts';
import type { Colour } from '../../../domain/colour.ts';
import { type Instant, wholeSecond } from '../../../domain/time.ts';
import { openIndexes } from '../../../server/passes/slots/indexes.ts';
import { personSlots } from '../../../server/passes/slots/store.ts';
import { pinnedIn, trustIn } from '../../../server/passes/trust/trust-folder.ts';
import { openKeyRing } from '../../../server/platform/keys/key-ring.ts';
import { type OfflineGate, offlineGate } from '../../offline-gate.ts';
import { until } from '../../until.ts';
import type { Fresh } from '../fresh.ts';
import type { Site } from '../site.ts';
import { type Citizen, lookAtOwn } from './citizens.ts';
import type { Ground } from './ground.ts';

/** A status lags so far behind at most; whoever was killed while it was their turn to publish is waited for. */
const LAG_MS = 180_000;

/**
 * Proves that whoever has a code is told by every service, by their pass, and by the lists of a gate that has known nothing
 * before, the colour that follows from the record. Nothing may arrive meanwhile. Returns how many statuses were compared.
 */
export async function accountForGates(
  { site, services, issuing, now }: Ground,
  citizens: readonly Citizen[],
  fresh: Fresh,
): Promise<number> {
  for (const { url } of services)
    for (const citizen of citizens)
      assert.equal(await lookAtOwn(url, citizen, issuing.keys, fresh), 'code', 'everything works again');
  const settledAt = now();
  for (const { url } of services) {
    const gate = offlineGate(pinnedIn(trustIn(site.keysFolder)));
    let wrong: readonly string[] = [];
    const isRight = async () => {
      const at = wholeSecond(now());
      // Near the end of an epoch the lists of the next one may still be on their way.
      const isFetched = await gate.fetch(url, at).then(
        () => gate.lists.headAt()! > settledAt,
        () => false,
      );
      if (isFetched) wrong = await wrongStatuses(site, gate, citizens, fresh, at);
      return isFetched && wrong.length === 0;
    };
    await until(isRight, LAG_MS).catch((error: unknown) => {
      throw wrong.length > 0 ? new Error(`gates are told otherwise of ${wrong.join('; ')}`) : error;
    });
  }
  return citizens.length * services.length;
}

/** Those of whose slots the lists that a gate holds say something else than the colour that follows at an instant. */
function wrongStatuses(
  site: Site,
  gate: OfflineGate,
  citizens: readonly Citizen[],
  fresh: Fresh,
  at: Instant,
): Promise<string[]> {
  const { parameters } = gate.keys();
  const epoch = epochAt(at, parameters);
  const view = gate.lists.view(epoch, at);
  if (!view) return Promise.resolve(['everybody: there are no lists']);
  return site.onDatabase(async (db) => {
    const people = citizens.map(({ personId }) => personId);
    const slots = new Map((await personSlots(db, people)).map(({ personId, slot }) => [personId, slot]));
    const { indexOf } = await openIndexes(db, openKeyRing(site.keysFolder), () => parameters, at);
    return citizens.flatMap(({ personId, document }) => {
      const slot = slots.get(personId);
      const told = slot === undefined ? undefined : view.statusOf(indexOf(epoch, slot)!);
      const expected = STATUS[fresh(document, at).colour as Colour];
      return told === expected ? [] : [`${personId}: ${told} instead of ${expected}`];
    });
  });
}
