import type { Form } from '../../credential/pass.ts';
import { readTextLater } from '../../credential/read.ts';
import { type Refusal, refused } from '../../credential/refusals.ts';
import type { Keys } from '../../credential/trust/keys.ts';
import type { Instant } from '../../domain/time.ts';
import { verifyLater } from '../../gate/verify.ts';
import type { FindSlots } from './slots/find-slots.ts';
import type { Indexes } from './slots/indexes.ts';
import { createReachEpoch } from './slots/reach-epoch.ts';

/** Whose codes a text shows: those of a group with the holder first. Whether they are held is not looked at. */
export interface ShownPass {
  readonly kind: 'shown';
  readonly form: Form;
  readonly personIds: readonly string[];
}

/** Reads what a door has scanned, whatever that is. */
export type ReadPass = (text: string, now: Instant) => Promise<ShownPass | Refusal>;

/** What reading passes needs. */
export interface ReadingParts {
  readonly keys: () => Keys;
  readonly slots: FindSlots;
  readonly indexes: Indexes;
}

/**
 * Makes the reader of a process. It reads and verifies as a gate does, then finds whose indexes these are; a phone or a card
 * that has ended is not in force. What is inside a pass says nothing about anybody's colour here.
 */
export function createReadPass({ keys, slots, indexes }: ReadingParts): ReadPass {
  const reach = createReachEpoch(indexes);
  return async (text, now) => {
    const opened = await readTextLater(text, keys(), now, verifyLater);
    if (opened.kind === 'refused') return opened;
    const { pass } = opened;
    if (pass.form !== 'paper') await reach(pass.epoch, now);
    const members = pass.form === 'group' ? pass.members : [pass];
    const found = members.map(({ index }) =>
      pass.form === 'paper' ? indexes.slotOfCard(index) : indexes.slotOf(pass.epoch, index),
    );
    const bearers = await Promise.all(
      found.map((slot) => (slot === undefined ? undefined : slots.bearerOf(slot))),
    );
    const personIds = bearers.flatMap((bearer) =>
      bearer && bearer.endedAt === undefined ? [bearer.personId] : [],
    );
    return personIds.length === members.length
      ? { kind: 'shown', form: pass.form, personIds }
      : refused('not-in-force');
  };
}
