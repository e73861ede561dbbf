import { readFileSync } from 'node:fs';
import { parseSign } from '../../credential/cose/sign.ts';
import { acceptKeyList, type KeyListRefusal, type Pin } from '../../credential/trust/key-list.ts';
import { decodeKeyList } from '../../credential/trust/key-list-content.ts';
import type { Keys } from '../../credential/trust/keys.ts';
import { USUAL_PARAMETERS } from '../../credential/trust/parameters.ts';
import { fault } from '../../domain/fault.ts';
import { type Instant, NEVER } from '../../domain/time.ts';
import { readPin } from '../../gate/pin.ts';
import { verify } from '../../gate/verify.ts';
import { reportFault, unreadable } from '../terminal/faults.ts';

/** Zhejiang. */
const PROVINCE = '33';
const NO_KEYS: Keys = {
  ...{ find: () => undefined, parameters: USUAL_PARAMETERS },
  ...{ province: PROVINCE, expiresAt: NEVER },
};

const WORDS: Readonly<Record<KeyListRefusal, string>> = {
  unreadable: 'is no key list',
  'other-province': 'is the key list of another province',
  'rolled-back': 'is older than the one before',
  'other-content': 'is another list under the same number',
  frozen: 'has expired at that time: a newer one is needed',
  'not-signed': 'is not signed by enough keys of the root',
};

/** What names the files. */
export interface KeyFiles {
  readonly file: string | undefined;
  readonly root: string | undefined;
}

/** The keys of a file, or none without one; undefined when a file has a fault, which is told. */
export function loadKeys({ file, root }: KeyFiles, now: Instant): Keys | undefined {
  if (file === undefined) return NO_KEYS;
  const bytes = bytesOf(file);
  if (!bytes) return undefined;
  const pin = root === undefined ? ownRoot(bytes) : pinOf(root);
  if (pin === 'faulty') return undefined;
  const list = pin ? acceptKeyList(pin, bytes, now, verify) : { refused: 'unreadable' as const };
  if (!('refused' in list)) return list;
  reportFault(file, undefined, fault('', WORDS[list.refused]));
  return undefined;
}

/** The root that a list names itself: whoever gave the list is believed. */
function ownRoot(bytes: Uint8Array): Pin | undefined {
  const message = parseSign(bytes);
  const content = message && decodeKeyList(message.payload);
  return content && { province: content.province, root: content.root };
}

function pinOf(file: string): Pin | 'faulty' {
  const bytes = bytesOf(file);
  if (!bytes) return 'faulty';
  const pin = readPin(Buffer.from(bytes).toString('utf8'));
  if (!pin) reportFault(file, undefined, fault('', 'names no root'));
  return pin ?? 'faulty';
}

function bytesOf(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    const found = unreadable(error);
    if (!found) throw error;
    reportFault(file, undefined, found);
    return undefined;
  }
}
