import type { Form, Member, Pass } from '../../credential/pass.ts';
import { readTextLater } from '../../credential/read.ts';
import { type Refusal, refused } from '../../credential/refusals.ts';
import type { Keys } from '../../credential/trust/keys.ts';
import type { Instant } from '../../domain/time.ts';
import { verifyLater } from '../../gate/verify.ts';
import type { FindSlots } from './slots/find-slots.ts';
import type { Indexes } from './slots/indexes.ts';
import { createReachEpoch } from './slots/reach-epoch.ts';
import type { GivenSlot } from './slots/store.ts';

/** Whose codes a text shows. Neither whether they are held nor whether a phone or a card has ended is looked at. */
export interface ShownPass {
  readonly kind: 'shown';
  readonly form: Form;
  /** Those of a group with the holder first. */
  readonly bearers: readonly GivenSlot[];
}

/** Reads what a door has scanned, whatever that is. */
export type ReadPass = (text: string, now: Instant) => Promise<ShownPass | Refusal>;

/** What reading passes needs. */
export interface ReadingParts {
  readonly keys: () => Keys;
  readonly slots: Pick<FindSlots, 'givenTo'>;
  readonly indexes: Indexes;
}

/**
 * Makes the reader of a process. It reads and verifies as a gate does, then finds whose indexes these are. What is inside a pass
 * says nothing about anybody's colour here.
 */
export function createReadPass({ keys, slots, indexes }: ReadingParts): ReadPass {
  const reach = createReachEpoch(indexes);
  const slotsIn = (pass: Pass) =>
    pass.form === 'paper'
      ? [indexes.slotOfCard(pass.index)]
      : membersOf(pass).map(({ index }) => indexes.slotOf(pass.epoch, index));
  return async (text, now) => {
    const opened = await readTextLater(text, keys(), now, verifyLater);
    if (opened.kind === 'refused') return opened;
    const { pass } = opened;
    const reaching = pass.form === 'paper' ? undefined : reach(pass.epoch, now);
    if (reaching) await reaching;
    const found = slotsIn(pass);
    if (!isWhole(found)) return refused('not-in-force');
    const given = slots.givenTo(found);
    const bearers = given instanceof Promise ? await given : given;
    return isWhole(bearers) ? { kind: 'shown', form: pass.form, bearers } : refused('not-in-force');
  };
}

function membersOf(pass: Exclude<Pass, { form: 'paper' }>): readonly Member[] {
  return pass.form === 'group' ? pass.members : [pass];
}

function isWhole<Item>(items: readonly (Item | undefined)[]): items is readonly Item[] {
  return !items.includes(undefined);
}
