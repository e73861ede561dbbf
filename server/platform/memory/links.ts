/** A place in a circle of links, of which one holds no content: it is the end on both sides. */
export interface Link {
  older: Link;
  newer: Link;
}

/** The ends of a circle without entries. The oldest entry is `ends.newer`, the latest `ends.older`. */
export function createEnds(): Link {
  const ends = {} as Link;
  ends.older = ends;
  ends.newer = ends;
  return ends;
}

export function putLast(ends: Link, link: Link): void {
  link.older = ends.older;
  link.newer = ends;
  ends.older.newer = link;
  ends.older = link;
}

export function unlink({ older, newer }: Link): void {
  older.newer = newer;
  newer.older = older;
}
