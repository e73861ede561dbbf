import { KID_BYTES } from '../credential/cose/headers.ts';
import { PUBLIC_KEY_BYTES, SUITES, type Suite } from '../credential/suites.ts';
import type { Pin } from '../credential/trust/key-list.ts';
import type { Signatory } from '../credential/trust/many-signed.ts';
import { toHex } from './hex.ts';

/** Writes what a gate pins, for people and files: the province, the root keys, and how many of them have to sign. */
export function writePin({ province, root }: Pin): string {
  const keys = root.keys.map(({ kid, suite, publicKey }) => ({
    kid: toHex(kid),
    suite,
    publicKey: toHex(publicKey),
  }));
  return `${JSON.stringify({ province, threshold: root.threshold, keys }, null, 2)}\n`;
}

/** Reads what `writePin` writes; undefined for anything else. */
export function readPin(text: string): Pin | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { province, threshold, keys: items } = (value ?? {}) as Record<string, unknown>;
  if (typeof province !== 'string' || typeof threshold !== 'number' || !Array.isArray(items))
    return undefined;
  const keys = items.map(readSignatory).filter((key) => key !== undefined);
  const isPossible = Number.isInteger(threshold) && threshold > 0 && threshold <= keys.length;
  return isPossible && keys.length === items.length ? { province, root: { threshold, keys } } : undefined;
}

/** Reads a key as it stands in a pin: kid, suite and public key; undefined for anything else. */
export function readSignatory(value: unknown): Signatory | undefined {
  const { kid, suite, publicKey } = (value ?? {}) as Record<string, unknown>;
  const name = bytesOf(kid, KID_BYTES);
  const point = bytesOf(publicKey, PUBLIC_KEY_BYTES);
  const known = SUITES.find((each): each is Suite => each === suite);
  return name && point && known && { kid: name, suite: known, publicKey: point };
}

function bytesOf(value: unknown, length: number): Uint8Array | undefined {
  if (typeof value !== 'string' || !/^[0-9a-f]*$/.test(value) || value.length !== length * 2)
    return undefined;
  return new Uint8Array(Buffer.from(value, 'hex'));
}
