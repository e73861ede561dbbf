/** Of each level of importance one kind of request, what is turned away first first. */
export const KINDS = ['overview', 'history', 'help', 'deferrable', 'showing', 'checking'] as const;
export type Kind = (typeof KINDS)[number];

/** How often a second each kind comes. */
export type Mix = Partial<Readonly<Record<Kind, number>>>;

/** Whole requests of each kind, as bytes go over the wire. */
export type Requests = Partial<Readonly<Record<Kind, readonly string[]>>>;

/** What a process is to send. */
export interface Generating {
  readonly port: number;
  readonly seconds: number;
  readonly perSecond: Mix;
  /** Instead of an open loop: so many at a time, in the same proportions. */
  readonly atOnce?: number;
  /** So many connections are opened before one is used again; without it as many as are needed, up to a few hundred. */
  readonly connections?: number;
  /** Of how many replies one is the last on its connection, for which another one is opened. */
  readonly repliesPerConnection?: number;
  readonly requestsFile: string;
  /** The records that it states are numbered from the one after this. */
  readonly firstNumber: number;
}

/** What came of one kind. */
export interface OfKind {
  offered: number;
  admitted: number;
  refused: number;
  /** By milliseconds, how many of those that were admitted took so long. */
  readonly admittedMs: number[];
  readonly refusedMs: number[];
}

/** What came of all. */
export interface Counts {
  readonly kinds: Record<Kind, OfKind>;
  /** By the second in which they were due: how many there were, and how many were let in and answered soon. */
  readonly seconds: { offered: number; soon: number }[];
  /** How often each `Retry-After` was given. */
  readonly retryAfter: Record<string, number>;
  /** The numbers of the records that the service said it has accepted. */
  readonly accepted: number[];
  /** The first lines of what was neither an answer nor a refusal as it should be. */
  readonly wrong: string[];
  broken: number;
  unanswered: number;
  cpuUs: number;
}

const LONGEST_MS = 60_000;
/** What counts as soon. */
export const SOON_MS = 500;
const MOST_WRONG = 20;

export function newCounts(): Counts {
  const ofKind = (): OfKind => ({ offered: 0, admitted: 0, refused: 0, admittedMs: [], refusedMs: [] });
  return {
    kinds: Object.fromEntries(KINDS.map((kind) => [kind, ofKind()])) as Record<Kind, OfKind>,
    ...{ seconds: [], retryAfter: {}, accepted: [], wrong: [], broken: 0, unanswered: 0, cpuUs: 0 },
  };
}

/** Writes down what a reply says; `number` is that of the record that was stated. Returns whether it was let in. */
export function noteReply(
  counts: Counts,
  kind: Kind,
  reply: string,
  tookMs: number,
  number: number,
): boolean {
  const ofKind = counts.kinds[kind];
  const status = Number(reply.slice(9, 12));
  if (status === 503) {
    const retryAfter = /\r\nretry-after: (\d+)\r\n/i.exec(reply)?.[1];
    if (retryAfter === undefined || !reply.includes('"overloaded"')) noteWrong(counts, reply);
    else counts.retryAfter[retryAfter] = (counts.retryAfter[retryAfter] ?? 0) + 1;
    ofKind.refused++;
    note(ofKind.refusedMs, tookMs);
    return false;
  }
  ofKind.admitted++;
  note(ofKind.admittedMs, tookMs);
  if (status !== 200) noteWrong(counts, reply);
  else if (kind === 'deferrable') {
    if (/"accepted":1\b/.test(reply)) counts.accepted.push(number);
    else noteWrong(counts, reply);
  }
  return true;
}

function noteWrong({ wrong }: Counts, reply: string): void {
  if (wrong.length < MOST_WRONG) wrong.push(reply.replace(/\s+/g, ' ').slice(0, 600));
}

function note(histogram: number[], tookMs: number): void {
  const at = Math.min(LONGEST_MS, Math.max(0, Math.ceil(tookMs)));
  histogram[at] = (histogram[at] ?? 0) + 1;
}

/** Within how many milliseconds such a share of what a histogram counts lies; 0 of nothing. */
export function within(histogram: readonly (number | null)[], share: number): number {
  const all = histogram.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  let seen = 0;
  for (const [ms, count] of histogram.entries()) {
    seen += count ?? 0;
    if (all > 0 && seen >= all * share) return ms;
  }
  return 0;
}

/** The histograms of some kinds as one. */
export function together(
  { kinds }: Counts,
  which: 'admittedMs' | 'refusedMs',
  of: readonly Kind[] = KINDS,
): number[] {
  const sum: number[] = [];
  for (const kind of of)
    for (const [ms, count] of kinds[kind][which].entries()) sum[ms] = (sum[ms] ?? 0) + (count ?? 0);
  return Array.from(sum, (count) => count ?? 0);
}

/** How many of some kinds. */
export function sumOf(
  { kinds }: Counts,
  what: 'offered' | 'admitted' | 'refused',
  of: readonly Kind[] = KINDS,
) {
  return of.reduce((sum, kind) => sum + kinds[kind][what], 0);
}
