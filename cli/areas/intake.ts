import type { History } from '../../domain/places/history.ts';
import { type Judging, type Taken, takeList } from '../../domain/places/in-force.ts';
import type { Standing } from '../../domain/places/plausibility.ts';
import type { Snapshot } from '../../domain/places/snapshot.ts';

/** Takes one list and says what it is then. */
export type ListIntake = (snapshot: Snapshot) => Taken;

/** Takes one official list after another. Those in force go into the history, if one is asked for. */
export function createListIntake(
  judging: Judging,
  history: () => Pick<History, 'add'> | undefined = () => undefined,
): ListIntake {
  let standing: Standing | undefined;
  return (snapshot) => {
    const taken = takeList(standing, snapshot, judging);
    standing = taken.standing;
    if (!taken.held) history()?.add(snapshot);
    return taken;
  };
}
