import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import type { Instant } from '../domain/time.ts';
import type { Site } from './installation.ts';
import { backUpEmbedded } from './platform/db/backup/back-up-embedded.ts';
import { backUpExternal } from './platform/db/backup/back-up-external.ts';
import { OperatorError } from './platform/operator-error.ts';

/** Backs an installation up into a new folder of a folder of backups, while it works. Returns the new folder. */
export async function backUp(
  { place, keysFolder }: Site,
  folder: string,
  clock: () => Instant,
): Promise<string> {
  refuseKeys(folder, keysFolder);
  if ('url' in place) return backUpExternal(place.url, folder, clock());
  if (isWithin(folder, place.dataFolder))
    throw new OperatorError(
      `${folder} lies in the data folder, and would be lost with it: choose another one`,
    );
  return backUpEmbedded(place.dataFolder, folder, clock);
}

/**
 * Whoever has a backup and the keys can read everything (D3), so that they never lie together.
 *
 * @throws {OperatorError} when they do, or would
 */
export function refuseKeys(folder: string, keysFolder: string): void {
  const mixed =
    isWithin(keysFolder, folder) || isWithin(folder, keysFolder) || findRing(folder, DEPTH) !== undefined;
  if (!mixed) return;
  throw new OperatorError(
    `${folder} holds keys: whoever has a backup and the keys can read everything; back the keys up elsewhere (docs/keys.md)`,
  );
}

const RING = 'ring.json';
/** Somebody may have copied the folder of the keys to where the backups are. */
const DEPTH = 2;

function findRing(folder: string, depth: number): string | undefined {
  if (!existsSync(folder)) return undefined;
  if (existsSync(join(folder, RING))) return folder;
  if (depth === 0) return undefined;
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => findRing(join(folder, name), depth - 1))
    .find((found) => found !== undefined);
}

function isWithin(path: string, folder: string): boolean {
  const [inner, outer] = [realPath(path), realPath(folder)];
  return inner === outer || inner.startsWith(outer.endsWith(sep) ? outer : `${outer}${sep}`);
}

/** A path without links, whether all of it exists or not. */
function realPath(path: string): string {
  const whole = resolve(path);
  if (existsSync(whole) || whole === dirname(whole)) return existsSync(whole) ? realpathSync(whole) : whole;
  return join(realPath(dirname(whole)), whole.slice(dirname(whole).length));
}
