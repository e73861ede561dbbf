/** Remembers texts in eight bytes each (twice that while the table is half empty). */
export interface Seen {
  /** Adds a text; false when it was there already. */
  readonly add: (text: string) => boolean;
}

/**
 * A set of 64-bit hashes with open addressing. Two texts pass for one with a chance of n²/2⁶⁵: for
 * ten million, one in three hundred thousand that there is a single such pair.
 */
export function createSeen(): Seen {
  let capacity = 1 << 12;
  let table = new Uint32Array(capacity * 2);
  let count = 0;

  const insert = (high: number, low: number): boolean => {
    let slot = low & (capacity - 1);
    while (table[slot * 2] !== 0 || table[slot * 2 + 1] !== 0) {
      if (table[slot * 2] === high && table[slot * 2 + 1] === low) return false;
      slot = (slot + 1) & (capacity - 1);
    }
    table[slot * 2] = high;
    table[slot * 2 + 1] = low;
    return true;
  };

  const grow = (): void => {
    const old = table;
    capacity *= 2;
    table = new Uint32Array(capacity * 2);
    for (let i = 0; i < old.length; i += 2)
      if (old[i] !== 0 || old[i + 1] !== 0) insert(old[i]!, old[i + 1]!);
  };

  return {
    add(text) {
      if (count * 2 > capacity) grow();
      // Never zero, which marks an empty slot, and unsigned like the table.
      const added = insert((hash(text, 0x9e3779b9) | 1) >>> 0, hash(text, 0x85ebca6b));
      if (added) count++;
      return added;
    },
  };
}

/** A 32-bit hash of a text (the mixing of MurmurHash3). */
function hash(text: string, seed: number): number {
  let h = seed;
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0xcc9e2d51);
    h = (h << 13) | (h >>> 19);
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
