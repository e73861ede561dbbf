import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseListName } from '../../credential/status/names.ts';
import type { Keys } from '../../credential/trust/keys.ts';
import { fault } from '../../domain/fault.ts';
import type { Instant } from '../../domain/time.ts';
import {
  createGateLists,
  type GateLists,
  type ListRefusal,
  takeFile,
  takeFolder,
} from '../../gate/status-lists.ts';
import { verify } from '../../gate/verify.ts';
import { reportFault, unreadable } from '../terminal/faults.ts';

type Lists = Pick<GateLists, 'view'>;

const WORDS: Readonly<Record<ListRefusal, string>> = {
  unreadable: 'is no signed list',
  'wrong-use': 'is signed by a key for something else',
  'other-list': 'is another list than its name says',
  'rolled-back': 'is older than what others say',
  hole: 'a list before it is missing',
  'no-base': 'the base of its epoch is missing',
  'unknown-key': 'is signed by a key that is not on the key list',
  'key-not-in-force': 'is signed by a key that is not in force',
  'bad-signature': 'its signature does not hold',
};

/** Where the lists lie in what `healthcode trust export` has written. */
const EXPORTED = join('trust', 'status');

/** The lists of a file or a folder, or none without one; undefined when one has a fault, which is told. */
export function loadLists(path: string | undefined, keys: Keys, now: Instant): Lists | undefined {
  const lists = createGateLists(() => keys, verify);
  if (path === undefined) return lists;
  try {
    return take(lists, path, now) ? lists : undefined;
  } catch (error) {
    const found = unreadable(error);
    if (!found) throw error;
    reportFault(path, undefined, found);
    return undefined;
  }
}

function take(lists: GateLists, path: string, now: Instant): boolean {
  const isFolder = statSync(path).isDirectory();
  const folder = existsSync(join(path, EXPORTED)) ? join(path, EXPORTED) : path;
  const isEmpty = isFolder ? !readdirSync(folder).some(parseListName) : statSync(path).size === 0;
  if (isEmpty) {
    reportFault(path, undefined, fault('', 'holds no list'));
    return false;
  }
  const refused = isFolder ? takeFolder(lists, folder, now) : takeFile(lists, path, now);
  for (const { where, why } of refused) reportFault(where, undefined, fault('', WORDS[why]));
  return refused.length === 0;
}
