import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseListName } from '../../credential/status/names.ts';
import type { StatusFiles } from '../../server/passes/status/status-files.ts';

/** What gates fetch: the key list, the rule bundle in force if there is one, and the lists. */
export interface TrustTree {
  readonly keys: Uint8Array;
  readonly rules?: Uint8Array;
  readonly lists: Pick<StatusFiles, 'find' | 'names'>;
}

/** What was written and taken away. */
export interface Exported {
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
}

const HEAD = 'head';

/**
 * Writes the tree of `/trust` into a folder for any static host. Each file is there whole or not at all; the head comes after
 * all lists that it speaks of, and what it no longer speaks of goes last: whoever reads meanwhile misses nothing. Files that are
 * none of these are left alone.
 */
export function exportTree(folder: string, { keys, rules, lists }: TrustTree): Exported {
  const trust = join(folder, 'trust');
  const status = join(trust, 'status');
  mkdirSync(status, { recursive: true });
  const names = [...lists.names()].filter((name) => name !== HEAD);
  const files: (readonly [string, Uint8Array])[] = [
    [join(trust, 'keys'), keys],
    ...(rules ? [[join(trust, 'rules'), rules] as const] : []),
    ...[...names, HEAD].flatMap((name) => {
      const bytes = lists.find(name);
      return bytes ? [[join(status, name), bytes] as const] : [];
    }),
  ];
  const written = files.filter(([path, bytes]) => writeWhole(path, bytes)).length;
  const known = new Set([...names, HEAD]);
  const over = readdirSync(status).filter(
    (name) => isLeftOver(name) || (parseListName(name) && !known.has(name)),
  );
  for (const name of over) rmSync(join(status, name));
  return { written, unchanged: files.length - written, removed: over.length };
}

const UNFINISHED = '.unfinished';

/** Of a command that was cut off. */
function isLeftOver(name: string): boolean {
  return name.endsWith(UNFINISHED);
}

/** Puts a file in its place in one step; false when it holds the same already. */
function writeWhole(path: string, bytes: Uint8Array): boolean {
  if (holds(path, bytes)) return false;
  const unfinished = `${path}${UNFINISHED}`;
  writeFileSync(unfinished, bytes, { mode: 0o644, flush: true });
  renameSync(unfinished, path);
  return true;
}

function holds(path: string, bytes: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(bytes);
  } catch {
    return false;
  }
}
