import { type Instant, NEVER } from '../time.ts';

/** The least value of those whose key is not before an instant; `NEVER` when there is none. */
export type Earliest = (notBefore: Instant) => Instant;

/** Answers in logarithmic time: one person may have a hundred thousand records. */
export function earliest(keys: readonly Instant[], values: readonly Instant[]): Earliest {
  const order = [...keys.keys()].sort((a, b) => (keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : 0));
  return leastFrom(
    order.map((i) => keys[i]!),
    order.map((i) => values[i]!),
  );
}

/**
 * Of all chains of so many instants, each at least `apart` after the one before, that begin not before an instant:
 * the least of their greatest values.
 */
export function earliestChain(
  sorted: readonly Instant[],
  values: readonly Instant[],
  length: number,
  apart: number,
): Earliest {
  let chains = values;
  for (let i = 1; i < length; i++) {
    const shorter = suffixMinima(chains);
    chains = values.map((value, at) => {
      const next = Math.max(at + 1, firstNotBefore(sorted, sorted[at]! + apart));
      return Math.max(value, shorter[next] ?? NEVER);
    });
  }
  return leastFrom(sorted, chains);
}

function leastFrom(sorted: readonly Instant[], values: readonly Instant[]): Earliest {
  const least = suffixMinima(values);
  return (notBefore) => least[firstNotBefore(sorted, notBefore)] ?? NEVER;
}

/** For each place the least value from there on. */
function suffixMinima(values: readonly Instant[]): readonly Instant[] {
  const least = [...values];
  for (let i = least.length - 2; i >= 0; i--) if (least[i + 1]! < least[i]!) least[i] = least[i + 1]!;
  return least;
}

/** The index of the first of the sorted instants that is not before another one; their number when there is none. */
function firstNotBefore(sorted: readonly Instant[], notBefore: Instant): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < notBefore) low = middle + 1;
    else high = middle;
  }
  return low;
}
