import { createSecretKey, randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { applyChanges, type Changes, changesOf } from '../../credential/status/changes.ts';
import { createPacked, type Packed, setStatus } from '../../credential/status/packed.ts';
import { TOKEN_ENTRIES } from '../../credential/status/token.ts';
import type { Status } from '../../credential/status-view.ts';
import { createPermutation, type Permutation } from '../../server/passes/slots/permutation.ts';

export const PEOPLE = 65_000_000;
/** As the service makes them: a quarter more than there are slots, in whole blocks. */
export const CAPACITY = Math.ceil((PEOPLE * 1.25) / 65_536) * 65_536;
export const CARDS = 4 * 65_536;
/** 1.2 % yellow and 0.3 % red. */
const [YELLOW, RED] = [0.012, 0.003];
const TOKEN_BYTES = TOKEN_ENTRIES / 4;

/** The lists of a province, and who is not green. */
export interface MadeUp {
  readonly permutation: Permutation;
  readonly packed: Packed;
  readonly statuses: ReadonlyMap<number, Status>;
  readonly seconds: { readonly tables: number; readonly permuting: number };
}

/** Slots by chance; the indexes are what the permutation makes of them. */
export function makeLists(): MadeUp {
  let begun = performance.now();
  const permutation = createPermutation(createSecretKey(randomBytes(32)), CAPACITY);
  const tables = (performance.now() - begun) / 1_000;
  const slots = chance(PEOPLE * (YELLOW + RED), PEOPLE);
  begun = performance.now();
  const statuses = new Map<number, Status>();
  const packed = createPacked(CAPACITY + CARDS);
  for (const [i, slot] of slots.entries()) {
    const status = i < PEOPLE * RED ? 3 : 2;
    const index = permutation.forward(slot);
    setStatus(packed, index, status);
    statuses.set(index, status);
  }
  const permuting = (performance.now() - begun) / 1_000;
  return { permutation, packed, statuses, seconds: { tables, permuting } };
}

/** So many different numbers below a limit. */
function chance(count: number, below: number): number[] {
  const numbers = new Set<number>();
  while (numbers.size < count) {
    const bytes = randomBytes(4 * 65_536);
    for (let at = 0; at < bytes.length && numbers.size < count; at += 4)
      numbers.add(Math.floor((bytes.readUInt32LE(at) / 2 ** 32) * below));
  }
  return [...numbers];
}

/** How many change, and what share of them to which status. */
export interface Turn {
  readonly people: number;
  readonly shares: Readonly<Partial<Record<Status, number>>>;
}

/** Changes of people by chance: whoever turns green was not green. */
export function turnSome({ permutation, statuses }: MadeUp, { people, shares }: Turn): Changes {
  const changed = new Map<number, Status>();
  const notGreen = statuses.keys();
  const green = chance(people, PEOPLE).values();
  for (const [status, share] of Object.entries(shares))
    for (let i = 0; i < people * share; i++) {
      const index = status === '0' ? notGreen.next().value! : permutation.forward(green.next().value!);
      changed.set(index, Number(status) as Status);
    }
  return changesOf(changed);
}

/** The tokens that have another content after some changes, as zlib packs them. */
export function tokensAfter(packed: Packed, changes: Changes | undefined): { count: number; bytes: number } {
  const touched = new Set<number>();
  if (changes)
    for (const positions of changes) for (const at of positions) touched.add(Math.floor(at / TOKEN_ENTRIES));
  const after = changes ? packed.slice() : packed;
  if (changes) applyChanges(after, changes);
  let [count, bytes] = [0, 0];
  for (let token = 0; token * TOKEN_BYTES < after.length; token++) {
    if (changes && !touched.has(token)) continue;
    count++;
    bytes += deflateSync(after.subarray(token * TOKEN_BYTES, (token + 1) * TOKEN_BYTES), { level: 9 }).length;
  }
  return { count, bytes };
}

/** The bytes that it takes at least to say which of all people are of which statuses, when all sets of such sizes are as likely. */
export function entropyBytes(counts: readonly number[], among: number): number {
  const rest = among - counts.reduce((sum, count) => sum + count, 0);
  const bits = [rest, ...counts].reduce(
    (sum, count) => (count > 0 ? sum - count * Math.log2(count / among) : sum),
    0,
  );
  return bits / 8;
}
