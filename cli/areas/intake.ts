import type { Fault } from '../../domain/fault.ts';
import type { History } from '../../domain/places/history.ts';
import { type Judging, type Taken, takeList } from '../../domain/places/in-force.ts';
import type { Standing } from '../../domain/places/plausibility.ts';
import { readSnapshot } from '../../domain/places/snapshot.ts';

/** Takes the JSON value of one list: what it is then, or why it is none. */
export type ListIntake = (
  value: unknown,
) => { readonly taken: Taken } | { readonly faults: readonly Fault[] };

/** Takes one official list after another from its JSON value. Those in force go into the history, if one is asked for. */
export function createListIntake(judging: Judging, history: () => History | undefined): ListIntake {
  let standing: Standing | undefined;
  return (value) => {
    const { snapshot, faults } = readSnapshot(value);
    if (!snapshot) return { faults };
    const taken = takeList(standing, snapshot, judging);
    standing = taken.standing;
    if (!taken.held) history()?.add(snapshot);
    return { taken };
  };
}
