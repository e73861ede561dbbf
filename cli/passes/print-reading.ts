import type { ColourConclusion } from '../../credential/conclude.ts';
import type { Opened } from '../../credential/read.ts';
import { refusalWords, type Words } from '../../credential/refusals.ts';
import { type Colour, WEIGHT } from '../../domain/colour.ts';
import { printInstant } from '../../domain/time.ts';
import type { AtGate } from '../../gate/read-text.ts';

/** What came of one line. */
export interface Reading extends AtGate {
  readonly line: number;
}

const COLOUR_WORDS: Readonly<Record<Colour, Words>> = {
  green: { zh: '绿码', en: 'Green code' },
  yellow: { zh: '黄码', en: 'Yellow code' },
  red: { zh: '红码', en: 'Red code' },
};

/** A reading as it is printed: `outcome` is the heaviest colour of the members, or `refused` with a reason. */
export function printReading({ line, opened, conclusion }: Reading): object {
  const about = opened ? aboutPass(opened) : {};
  if (conclusion.kind === 'colour') return { line, ...about, ...printColours(conclusion) };
  const { reason, offsetSeconds } = conclusion;
  return {
    line,
    ...about,
    ...{ outcome: 'refused', reason, words: refusalWords(conclusion) },
    ...(offsetSeconds !== undefined && { offsetSeconds }),
  };
}

function aboutPass({ pass, shownAt }: Opened): object {
  return {
    form: pass.form,
    issuedAt: printInstant(pass.issuedAt),
    expiresAt: printInstant(pass.expiresAt),
    ...(shownAt !== undefined && { shownAt: printInstant(shownAt) }),
  };
}

function printColours({ colours, hints, identityCheck, rules, asOf, paper }: ColourConclusion): object {
  const outcome = heaviest(colours);
  return {
    outcome,
    words: COLOUR_WORDS[outcome],
    members: colours.map((colour, i) => ({ colour, hint: hints[i] })),
    ...{ identityCheck, rules, statusAt: printInstant(asOf) },
    ...(paper && { name: paper.name, birthYear: paper.birthYear }),
  };
}

function heaviest(colours: readonly Colour[]): Colour {
  return colours.reduce((one, other) => (WEIGHT[other] > WEIGHT[one] ? other : one));
}
