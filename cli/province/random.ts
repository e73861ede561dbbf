/** A stream of dice that is the same on every machine: whole numbers only, and each household has its own. */
export interface Dice {
  /** Starts the stream that belongs to `number`. */
  readonly turnTo: (number: number) => void;
  /** A whole number from 0 up to, not including, `limit` (at most 2³²). */
  readonly below: (limit: number) => number;
  /** A whole number from `least` to `most`, both included. */
  readonly between: (least: number, most: number) => number;
  /** True in `share` of ten thousand throws. */
  readonly chance: (share: number) => boolean;
  /** One of the items. */
  readonly pick: <Item>(items: readonly Item[]) => Item;
}

const TWO_32 = 4_294_967_296;
/** 2³² divided by the plastic number, and by its square: two steps that spread evenly, alone and together. */
const STEP_ACROSS = 0xc13fa9a9;
const STEP_ALONG = 0x91e10da5;

/** Dice for a seed (sfc32, its state filled by splitmix32). */
export function createDice(seed: number): Dice {
  let a = 0;
  let b = 0;
  let c = 0;
  let counter = 1;

  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  const below = (limit: number): number => Math.floor((next() * limit) / TWO_32);

  return {
    turnTo: (number) => {
      a = scramble(seed, number);
      b = scramble(a, Math.floor(number / TWO_32) + 1);
      c = scramble(b, number + 0x632be5ab);
      counter = 1;
      for (let round = 0; round < 4; round++) next();
    },
    below,
    between: (least, most) => least + below(most - least + 1),
    chance: (share) => below(10_000) < share,
    pick: (items) => items[below(items.length)]!,
  };
}

/** Mixes two numbers into 32 bits (the finisher of splitmix32). */
function scramble(seed: number, number: number): number {
  let mixed = (Math.imul(seed ^ (number >>> 0), 0x9e3779b9) + seed + number + 0x7f4a7c15) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/**
 * A place in the unit square, [0, 2³²) a side, for the `number`th of a sequence. Unlike dice, every stretch of the sequence
 * covers the square evenly, so that even a small province has the shares of a large one.
 */
export function spread(seed: number, number: number): readonly [across: number, along: number] {
  return [
    (Math.imul(number, STEP_ACROSS) + scramble(seed, 1)) >>> 0,
    (Math.imul(number, STEP_ALONG) + scramble(seed, 2)) >>> 0,
  ];
}
