import { tellCluster } from './cluster-story.ts';
import type { Household } from './households.ts';
import type { Telling } from './records.ts';
import type { RiskMap } from './risk-areas.ts';
import {
  tellContact,
  tellDesignation,
  tellEntry,
  tellFever,
  tellMistake,
  tellOrder,
  tellPositive,
  tellVisit,
} from './single-stories.ts';

type Story = (telling: Telling, household: Household, risks: RiskMap) => void;

/** What sets a household apart from the ordinary, and how many of ten thousand households it befalls. */
const STORIES: readonly (readonly [households: number, story: Story])[] = [
  [17, tellCluster],
  [70, tellEntry],
  [45, tellContact],
  [230, tellFever],
  [310, tellVisit],
  [40, tellOrder],
  [6, tellDesignation],
  [6, tellPositive],
  [20, tellMistake],
];

const TEN_THOUSANDTH = 2 ** 32 / 10_000;

/** The story for a place in [0, 2³²); most have none. */
export function storyAt(place: number): Story | undefined {
  let rest = place / TEN_THOUSANDTH;
  for (const [households, story] of STORIES) {
    if (rest < households) return story;
    rest -= households;
  }
  return undefined;
}
