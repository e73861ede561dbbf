import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitSequence } from '../credential/cbor/sequence.ts';
import { suiteOf } from '../credential/cose/headers.ts';
import { parseSign1, toBeSigned } from '../credential/cose/sign1.ts';
import { type ListName, parseListName } from '../credential/status/names.ts';
import { createStatusState, type StatusRefusal } from '../credential/status/state.ts';
import type { StatusView } from '../credential/status-view.ts';
import type { Verify } from '../credential/suites.ts';
import type { Keys, KnownKey } from '../credential/trust/keys.ts';
import type { Instant } from '../domain/time.ts';

/**
 * Why a list is not taken: what {@link StatusRefusal} says, or of its signature. `unknown-key`: no key of this province on the key list.
 * `key-not-in-force`: not yet, no longer, or revoked. `bad-signature`: it does not hold.
 */
export type ListRefusal = StatusRefusal | 'unknown-key' | 'key-not-in-force' | 'bad-signature';

/** What a gate knows of the lists: all that it took was signed, and newer than what it had. */
export interface GateLists {
  /** Takes a signed list; `name` is what was asked for, where it was. */
  readonly take: (bytes: Uint8Array, now: Instant, name?: string) => 'taken' | 'known' | ListRefusal;
  /** The lists of an epoch as they are now; undefined when they are missing. */
  readonly view: (epoch: number, now: Instant) => StatusView | undefined;
  /** Which lists are to be fetched next, in order; the head before all of them. */
  readonly wanted: () => string[];
  readonly headAt: () => Instant | undefined;
}

/** Makes the memory of a gate; `keys` tells the key list that it holds now. */
export function createGateLists(keys: () => Keys, verify: Verify): GateLists {
  let state = createStatusState();
  /** The keys that have signed what is held, by their names. */
  const signers = new Map<string, Uint8Array>();
  /** What is held; nothing of it as soon as a key is lost: of what it ever signed nothing counts, and what is left may rest on it. */
  const believed = (now: Instant) => {
    for (const kid of signers.values()) {
      if (!isLost(keys(), kid, now)) continue;
      state = createStatusState();
      signers.clear();
    }
    return state;
  };
  return {
    take: (bytes, now, name) => {
      const message = parseSign1(bytes);
      if (!message?.kid) return 'unreadable';
      const { kid } = message;
      const key = keys().find(kid);
      if (key?.province !== keys().province) return 'unknown-key';
      if (key.suite !== suiteOf(message.alg)) return 'bad-signature';
      const driftMs = keys().parameters.clockDriftSeconds * 1_000;
      if (isRevoked(key, now) || now + driftMs < key.notBefore || now >= key.notAfter)
        return 'key-not-in-force';
      const { suite, publicKey } = key;
      const signed = toBeSigned(message.protected, message.payload);
      if (!verify({ suite, publicKey, message: signed, signature: message.signature }))
        return 'bad-signature';
      const taken = believed(now).take(message.payload, key.use, name);
      if (taken === 'taken') signers.set(String(kid), kid);
      return taken;
    },
    view: (epoch, now) => believed(now).view(epoch, now),
    wanted: () => state.wanted(),
    headAt: () => state.headAt(),
  };
}

function isLost({ find, province }: Keys, kid: Uint8Array, now: Instant): boolean {
  const key = find(kid);
  return key?.province !== province || isRevoked(key, now);
}

function isRevoked({ revokedAt }: KnownKey, now: Instant): boolean {
  return revokedAt !== undefined && now >= revokedAt;
}

/** A list of a file or a folder that was not taken. */
export interface NotTaken {
  /** The file, and of several lists in one the number of the list. */
  readonly where: string;
  readonly why: ListRefusal | 'unreadable';
}

/** Takes all lists of a file: one after the other (a CBOR sequence), in whatever order. */
export function takeFile(lists: GateLists, path: string, now: Instant): NotTaken[] {
  const items = splitSequence(readFileSync(path));
  if (!items) return [{ where: path, why: 'unreadable' }];
  return takeAll(
    lists,
    items.map((bytes, i) => ({ where: `${path}: list ${i + 1}`, bytes })),
    now,
  );
}

/** Takes all lists of a folder that `healthcode trust export` has written, or that a mirror holds. */
export function takeFolder(lists: GateLists, folder: string, now: Instant): NotTaken[] {
  const files = readdirSync(folder)
    .map((file) => ({ file, name: parseListName(file) }))
    .filter((one): one is { file: string; name: ListName } => one.name !== undefined)
    // Ours are read by the base; tokens are for readers of the IETF form.
    .filter(({ name }) => name.kind !== 'token')
    .sort((one, other) => rankOf(one.name) - rankOf(other.name) || numberOf(one.name) - numberOf(other.name))
    .map(({ file }) => ({ where: join(folder, file), name: file, bytes: readFileSync(join(folder, file)) }));
  return takeAll(lists, files, now);
}

const RANKS: Readonly<Record<ListName['kind'], number>> = { head: 0, base: 1, sum: 2, delta: 3, token: 4 };

function rankOf({ kind }: ListName): number {
  return RANKS[kind];
}

function numberOf(name: ListName): number {
  return 'number' in name ? name.number : 0;
}

interface Found {
  readonly where: string;
  readonly name?: string;
  readonly bytes: Uint8Array;
}

/** What cannot be taken yet may be once another one is: the order of a folder is that of its names. */
const LATER: readonly string[] = ['hole', 'no-base'];

function takeAll(lists: GateLists, found: readonly Found[], now: Instant): NotTaken[] {
  let left = [...found];
  for (;;) {
    const refused: (NotTaken & { readonly found: Found })[] = [];
    for (const one of left) {
      const why = lists.take(one.bytes, now, one.name);
      if (why !== 'taken' && why !== 'known') refused.push({ where: one.where, why, found: one });
    }
    const isSame = refused.length === left.length;
    const waits = refused.some(({ why }) => LATER.includes(why));
    if (isSame || !waits) return refused.map(({ where, why }) => ({ where, why }));
    left = refused.map((one) => one.found);
  }
}
