import type { MyCodeReply } from '../../../api/codes/my-code.ts';
import { assess } from '../../../domain/codes/assess.ts';
import type { PrintedAdvisory, PrintedGround } from '../../../domain/codes/print.ts';
import { waysToGreen } from '../../../domain/codes/ways-to-green.ts';
import { type Instant, NEVER, printInstant } from '../../../domain/time.ts';
import { passingProblem } from '../../platform/http/problem.ts';
import { printResult } from '../conclude.ts';
import { readDossiers, withKin } from '../dossiers.ts';
import type { CurrentAssessment } from '../read-assessments.ts';
import { advisoryInWords, groundInWords, KINDS_UNKNOWN, type KindOf, kindsOf } from './ground-in-words.ts';
import type { ShowingParts } from './parts.ts';
import { placesFor } from './places.ts';
import { wayWords } from './words/way-words.ts';

/** What follows from what holds about somebody: the same for everybody about whom the same holds. */
export type Shown = Pick<
  MyCodeReply,
  'colour' | 'grounds' | 'ways' | 'advisories' | 'places' | 'nextChangeAt' | 'rules'
>;

/** What is shown where no code is. */
export const NOTHING_SHOWN: Shown = {
  grounds: [],
  ways: [],
  advisories: [],
  places: [],
  nextChangeAt: null,
};

/** What a green code shows. */
export function showGreen(parts: ShowingParts, current: CurrentAssessment, now: Instant): Shown {
  return { ...inWords(parts, current, KINDS_UNKNOWN, now), ways: [] };
}

/** About whom nothing was ever stated, and who has a code: nothing makes it red or yellow (R4). */
export function nothingHolds({ installation }: ShowingParts, now: Instant): CurrentAssessment {
  const { rules, areas } = installation.decision(now);
  return { rules: rules.id, colour: 'green', result: printResult(assess([], rules, areas, now)) };
}

/**
 * What a code shows that may not be green, concluded from the evidence itself, so that the grounds and what would turn it
 * green rest on the same.
 *
 * @throws {Problem} `unavailable` when the evidence cannot be read: an error is never a colour
 */
export async function showAnew(parts: ShowingParts, personId: string, now: Instant): Promise<Shown> {
  const { store, keys, decision } = parts.installation;
  const decides = decision(now);
  const kin = await withKin(store.app, [personId]);
  const { dossiers } = await readDossiers(store.app, keys, decides.lists, kin, NEVER);
  const facts = dossiers.find((dossier) => dossier.personId === personId)?.facts;
  if (!facts) throw unreadable();
  const assessment = assess(facts, decides.rules, decides.areas, now);
  const { rules, colour } = assessment;
  const current = { rules, colour, result: printResult(assessment) };
  const ways = waysToGreen(facts, decides.rules, decides.areas, now).map(({ needs, at }) => ({
    needs: [...needs],
    words: wayWords(needs, at === now),
    at: at === now ? null : printInstant(at),
  }));
  return { ...inWords(parts, current, kindsOf(facts), now), ways };
}

/** Somebody has to put that right first. */
const UNREADABLE_SECONDS = 60;

export function unreadable(): Error {
  return passingProblem('unavailable', 'What is known about you cannot be read now.', UNREADABLE_SECONDS);
}

interface Result {
  readonly nextChangeAt: string | null;
  readonly grounds: readonly PrintedGround[];
  readonly advisories: readonly PrintedAdvisory[];
}

function inWords(
  { installation }: ShowingParts,
  { rules, colour, result }: CurrentAssessment,
  kindOf: KindOf,
  now: Instant,
): Omit<Shown, 'ways'> {
  const decided = installation.rules.find(rules)?.rules;
  // Printed by ourselves, from a colour and from an assessment.
  const { nextChangeAt, grounds, advisories } = JSON.parse(result) as Result;
  const shown = colour as NonNullable<Shown['colour']>;
  return {
    colour: shown,
    grounds: grounds.map((ground) => groundInWords(decided, ground, kindOf)),
    advisories: advisories.map((advisory) => advisoryInWords(decided, advisory, kindOf)),
    places: placesFor(installation.rules.at(now).rules, shown),
    nextChangeAt,
    rules,
  };
}
