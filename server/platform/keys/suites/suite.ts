import { AES_256_GCM } from './aes-256-gcm.ts';
import type { Suite } from './sealing.ts';
import { SM4_SM3 } from './sm4-sm3.ts';

export const SUITE_NAMES = ['aes-256-gcm', 'sm4-sm3'] as const;
export type SuiteName = (typeof SUITE_NAMES)[number];

/** The only place that knows which suites there are. */
export const SUITES: Readonly<Record<SuiteName, Suite>> = { 'aes-256-gcm': AES_256_GCM, 'sm4-sm3': SM4_SM3 };

/** The suite that a sealed text names in its first byte. */
export function suiteOf(sealed: Uint8Array): SuiteName | undefined {
  return SUITE_NAMES.find((name) => SUITES[name].number === sealed[0]);
}
