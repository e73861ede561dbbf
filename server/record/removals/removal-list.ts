import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Instant } from '../../../domain/time.ts';

/**
 * What was taken away and must not come back with a restore: somebody who left, the access of a client, or a phone or a card,
 * by its slot. And that it was restored from there: numbers are given out anew after that, and again after the next time.
 */
export type Removal =
  | {
      readonly what: 'withdrawal';
      readonly withdrawalId: string;
      readonly accountId: string;
      readonly personIds: readonly string[];
      readonly at: Instant;
    }
  | { readonly what: 'client'; readonly clientId: string; readonly at: Instant }
  | { readonly what: 'slot'; readonly slot: number; readonly at: Instant }
  | { readonly what: 'restoration'; readonly at: Instant };

/** What a list beside the backups says. It names nobody: its ids are made up, and lead nowhere without the database. */
export interface RemovalList {
  readonly folder: string;
  readonly removals: readonly Removal[];
  /** Lines that are damaged. */
  readonly unreadable: number;
}

const NAME = 'removed.jsonl';

/** Tells one removal from all others. */
export function removalKey(removal: Removal): string {
  switch (removal.what) {
    case 'client':
      return removal.clientId;
    case 'withdrawal':
      return removal.withdrawalId;
    case 'slot':
      return `slot ${removal.slot}`;
    case 'restoration':
      return `restoration ${removal.at}`;
  }
}

/** Reads the list of a folder of backups; an empty one where there is none. */
export function readRemovals(folder: string): RemovalList {
  const path = join(folder, NAME);
  if (!existsSync(path)) return { folder, removals: [], unreadable: 0 };
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  const removals = lines.flatMap((line) => readLine(line) ?? []);
  return { folder, removals, unreadable: lines.length - removals.length };
}

function readLine(line: string): Removal | undefined {
  try {
    const { removal } = JSON.parse(line) as { removal?: Removal };
    return removal;
  } catch {
    return undefined;
  }
}

/** Adds to the list of a folder; it is on the disk when this returns. A line that a crash has cut short stays alone. */
export function addRemovals(folder: string, removals: readonly Removal[]): void {
  if (removals.length === 0) return;
  const handle = openSync(join(folder, NAME), 'a', 0o600);
  try {
    writeSync(handle, `\n${removals.map((removal) => JSON.stringify({ removal })).join('\n')}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
