import { encodeUtf8 } from './utf8.ts';
import type { CborKey } from './value.ts';

/**
 * The order of keys, which is that of the bytes that they are written as (RFC 8949 4.2.1): numbers from 0 up, numbers from -1
 * down, texts by length and then by bytes. Negative when `one` comes first, 0 when they are the same.
 */
export function compareKeys(one: CborKey, other: CborKey): number {
  if (typeof one === 'number' && typeof other === 'number')
    return one < 0 && other < 0 ? other - one : one < 0 ? 1 : other < 0 ? -1 : one - other;
  if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other);
  return typeof one === 'number' ? -1 : 1;
}

function compareTexts(one: string, other: string): number {
  const [bytes, others] = [encodeUtf8(one), encodeUtf8(other)];
  if (bytes.length !== others.length) return bytes.length - others.length;
  const at = bytes.findIndex((byte, i) => byte !== others[i]);
  return at < 0 ? 0 : bytes[at]! - others[at]!;
}
