import { type Colour, WEIGHT } from '../domain/colour.ts';
import type { Instant } from '../domain/time.ts';
import type { Form, Member, OnlinePass, PaperPass, Pass } from './pass.ts';
import type { Opened } from './read.ts';
import { type Refusal, refused } from './refusals.ts';
import { STATUS, type Status, type StatusView } from './status-view.ts';
import { epochAt } from './trust/epochs.ts';
import type { TrustParameters } from './trust/parameters.ts';

/** What follows from a text whose signatures hold. */
export interface ColourConclusion {
  readonly kind: 'colour';
  readonly form: Form;
  /** One of each member, the holder first. */
  readonly colours: readonly Colour[];
  /** What an identity check compares, one of each member. */
  readonly hints: readonly number[];
  /** Whether somebody has to look at a document (S10). */
  readonly identityCheck: boolean;
  /** The number of the rule package. */
  readonly rules: number;
  /** When this was known. */
  readonly asOf: Instant;
  readonly paper?: { readonly name: string; readonly birthYear: number };
}

export type Conclusion = ColourConclusion | Refusal;

/** The epoch whose lists say what a pass is worth now: its own; of paper the one that it is. */
export function epochNeeded(pass: Pass, now: Instant, parameters: TrustParameters): number {
  return pass.form === 'paper' ? epochAt(now, parameters) : pass.epoch;
}

/** What a gate concludes from a text whose signatures hold, with the lists of `epochNeeded` if it has them. */
export function conclude(opened: Opened, view: StatusView | undefined, now: Instant): Conclusion {
  const { pass, parameters } = opened;
  if (pass.form === 'online') return concludeOnline(pass, view, now, parameters);
  if (!view) return refused('no-status');
  if (view.epoch !== epochNeeded(pass, now, parameters)) return refused('wrong-epoch');
  if (isStale(view, now, parameters) || isUnknownTo(view, pass)) return refused('status-old');
  const members = membersOf(pass);
  const colours = members.map(({ index }) =>
    colourOf(pass.form === 'paper' ? view.statusOfCard(index) : view.statusOf(index)),
  );
  if (!colours.every((colour) => colour !== undefined)) return refused('not-in-force');
  const conclusion = conclusionOf(pass, members, colours, view.at);
  return pass.form === 'paper' ? onPaper(conclusion, pass) : conclusion;
}

/** The colour stands inside. Lists that are newer than the pass can only make it heavier. */
function concludeOnline(
  pass: OnlinePass,
  view: StatusView | undefined,
  now: Instant,
  parameters: TrustParameters,
): Conclusion {
  const isNewer = view?.epoch === pass.epoch && view.at >= pass.issuedAt && !isStale(view, now, parameters);
  if (!isNewer) return conclusionOf(pass, [pass], [pass.colour], pass.issuedAt);
  const listed = colourOf(view.statusOf(pass.index));
  if (!listed) return refused('not-in-force');
  const colour = WEIGHT[listed] > WEIGHT[pass.colour] ? listed : pass.colour;
  return conclusionOf(pass, [pass], [colour], view.at);
}

function isStale({ at }: StatusView, now: Instant, { statusStaleSeconds }: TrustParameters): boolean {
  return now - at > statusStaleSeconds * 1_000;
}

/** Whether lists may be from before an index of a pass was given: then they say green of it, whoever bears it. */
function isUnknownTo({ at }: StatusView, pass: Exclude<Pass, OnlinePass>): boolean {
  const isNew = pass.form === 'paper' || pass.needsNewerLists === true;
  return isNew && at < pass.issuedAt;
}

function membersOf(pass: Pass): readonly Member[] {
  return pass.form === 'group' ? pass.members : [pass];
}

function conclusionOf(
  { form, rules }: Pass,
  members: readonly Member[],
  colours: readonly Colour[],
  asOf: Instant,
): ColourConclusion {
  const hints = members.map(({ hint }) => hint);
  return { kind: 'colour', form, colours, hints, identityCheck: false, rules, asOf };
}

function onPaper(conclusion: ColourConclusion, { name, birthYear }: PaperPass): ColourConclusion {
  return { ...conclusion, identityCheck: true, paper: { name, birthYear } };
}

const COLOUR_OF: Readonly<Record<Status, Colour | undefined>> = {
  [STATUS.green]: 'green',
  [STATUS.none]: undefined,
  [STATUS.yellow]: 'yellow',
  [STATUS.red]: 'red',
};

function colourOf(status: Status): Colour | undefined {
  return COLOUR_OF[status];
}
