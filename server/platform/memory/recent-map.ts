import { createEnds, type Link, putLast, unlink } from './links.ts';

/** A map that keeps what was used last. */
export interface RecentMap<Key, Value> {
  /** Counts as a use. */
  readonly get: (key: Key) => Value | undefined;
  readonly set: (key: Key, value: Value) => void;
  readonly delete: (key: Key) => void;
}

interface Entry<Key, Value> extends Link {
  readonly key: Key;
  value: Value;
}

/**
 * Keeps at most so many entries and forgets the one that was used longest ago. Each use costs the same, however many there
 * are: a map that is asked for its first key walks over all that were removed before it.
 */
export function createRecentMap<Key, Value>(most: number): RecentMap<Key, Value> {
  const entries = new Map<Key, Entry<Key, Value>>();
  const ends = createEnds();
  const find = (key: Key) => {
    const entry = entries.get(key);
    if (!entry || ends.older === entry) return entry;
    unlink(entry);
    putLast(ends, entry);
    return entry;
  };
  const remove = (key: Key) => {
    const entry = entries.get(key);
    if (!entry) return;
    unlink(entry);
    entries.delete(key);
  };
  const add = (key: Key, value: Value) => {
    const entry: Entry<Key, Value> = { key, value, older: ends, newer: ends };
    entries.set(key, entry);
    putLast(ends, entry);
    if (entries.size > most) remove((ends.newer as Entry<Key, Value>).key);
  };
  return {
    get: (key) => find(key)?.value,
    set: (key, value) => {
      const entry = find(key);
      if (entry) entry.value = value;
      else add(key, value);
    },
    delete: remove,
  };
}
