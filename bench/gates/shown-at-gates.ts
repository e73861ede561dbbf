import type { Check } from '../../api/doors/checks.ts';
import type { Asked } from '../serve/load.ts';
import { gateOf } from '../serve/loads.ts';
import type { Shows } from '../serve/passes.ts';
import type { Someone } from '../serve/people.ts';
import type { Trial } from '../trial.ts';
import type { Arrival, Chance } from './read-shapes.ts';

/**
 * What people show of a hundred who come through a gate. Nobody has counted it: most show a page, some a bound phone, the old a
 * card of paper or their document, which the gate reads.
 */
const MIXTURE = { online: 60, holder: 15, group: 3, paper: 7, number: 15 } as const;
type Shown = keyof typeof MIXTURE;

/** Makes what is sent for some arrivals at once, each by the gate of its station. */
export type ShowAtGates = (arrivals: readonly Arrival[], at: number) => Promise<readonly Asked[]>;

/** Registers so many gates, which the stations share, and lets people come by chance, each with what they show. */
export async function showAtGates(
  trial: Trial,
  count: number,
  people: readonly Someone[],
  shows: Shows,
  chance: Chance,
): Promise<ShowAtGates> {
  const gates: Awaited<ReturnType<typeof gateOf>>[] = [];
  for (let i = 0; i < count; i++) gates.push(await gateOf(trial));
  return async (arrivals, at) => {
    const [online, holder, group, paper] = await Promise.all([
      ...[shows.texts('online', at), shows.texts('holder', at)],
      ...[shows.texts('group', at), shows.texts('paper', at)],
    ]);
    const texts = { online: online!, holder: holder!, group: group!, paper: paper! };
    const asks = gates.map((gate) => gate([{}])[0]!);
    return arrivals.map(({ station }) => {
      const who = Math.floor(chance() * people.length);
      const shown = pick(chance() * 100);
      const check: Pick<Check, 'code' | 'document'> =
        shown === 'number' ? { document: people[who]!.document } : { code: texts[shown][who]! };
      const asked = asks[station % asks.length]!;
      return { ...asked, body: JSON.stringify({ ...JSON.parse(asked.body!), ...check }) };
    });
  };
}

function pick(of100: number): Shown {
  let left = of100;
  for (const [shown, share] of Object.entries(MIXTURE) as [Shown, number][]) {
    if (left < share) return shown;
    left -= share;
  }
  return 'number';
}
