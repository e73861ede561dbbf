/** The three colours of a code, heaviest first (notice, part 1). A colour is a conclusion, never an input. */
export const COLOURS = ['red', 'yellow', 'green'] as const;

export type Colour = (typeof COLOURS)[number];

/** How much a colour weighs: red 2, yellow 1, green 0. The heaviest ground decides. */
export const WEIGHT: Readonly<Record<Colour, number>> = { red: 2, yellow: 1, green: 0 };
