import { encodeCbor } from './cbor/encode.ts';

/** So that no other digest over the same fields is one of these. */
const DOMAIN = 'healthcode hint';

/**
 * What the hint of a pass is the SHA-256 of; whoever calls computes it and takes `hintOf`. `epoch` is that of the pass, 0 on
 * paper; `documentType` and `number` are those of the document, as evidence writes them (S10).
 */
export function hintInput(epoch: number, index: number, documentType: string, number: string): Uint8Array {
  return encodeCbor([DOMAIN, epoch, index, documentType, number]);
}

/** The first 12 bits of a digest. */
export function hintOf(digest: Uint8Array): number {
  return (digest[0]! << 4) | (digest[1]! >> 4);
}
